"""Self-service: /kiosk. A browser that was paired once, and nobody signed in."""

from webapp.permissions import Guarded
from webapp.routes.kiosk import (
    collections,
    coupons,
    handouts,
    home,
    pairings,
    payments,
    reprints,
    sales,
    staff,
    visitors,
)

routes: list[Guarded] = [
    *home.routes,
    *pairings.routes,
    *sales.routes,
    *visitors.routes,
    *coupons.routes,
    *payments.routes,
    *handouts.routes,
    *collections.routes,
    *reprints.routes,
    *staff.routes,
]
