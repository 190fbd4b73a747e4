"""What can be done, and at which address: one list a face."""

from starlette.routing import BaseRoute

from webapp.routes import agents, api, gate, hooks, house, kiosk, octo, office, shop, window

ROUTES: list[BaseRoute] = [
    *agents.routes,
    *api.routes,
    *gate.routes,
    *hooks.routes,
    *house.routes,
    *kiosk.routes,
    *octo.routes,
    *office.routes,
    *shop.routes,
    *window.routes,
]
