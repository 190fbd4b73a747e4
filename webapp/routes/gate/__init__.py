"""The gate tablet: /gate/..."""

from webapp.routes.gate import admissions, lookups, posts, redemptions

routes = [*posts.routes, *redemptions.routes, *admissions.routes, *lookups.routes]
