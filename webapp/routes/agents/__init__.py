"""The portal of agents (同行): their prices, orders, tickets and months. Nobody else's."""

from webapp.permissions import Guarded
from webapp.routes.agents import (
    bookings,
    changes,
    home,
    orders,
    refunds,
    statements,
    uploads,
    visits,
)

routes: list[Guarded] = [
    *visits.routes,
    *home.routes,
    *bookings.routes,
    *orders.routes,
    *changes.routes,
    *refunds.routes,
    *statements.routes,
    *uploads.routes,
]
