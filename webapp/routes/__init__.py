"""What can be done, and at which address: one list a face."""

from starlette.routing import BaseRoute

from webapp.routes import api, gate, house, kiosk, office, shop, window

ROUTES: list[BaseRoute] = [
    *api.routes,
    *gate.routes,
    *house.routes,
    *kiosk.routes,
    *office.routes,
    *shop.routes,
    *window.routes,
]
