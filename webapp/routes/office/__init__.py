"""The back office: /office/..."""

from webapp.routes.office import places

routes = [*places.routes]
