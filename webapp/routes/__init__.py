"""What can be done, and at which address: one list a face."""

from starlette.routing import BaseRoute

from webapp.routes import house, office

ROUTES: list[BaseRoute] = [*house.routes, *office.routes]
