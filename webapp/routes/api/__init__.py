"""Programs and devices: JSON in, JSON out, a bearer token instead of a cookie."""

from webapp.permissions import Guarded
from webapp.routes.api import ota_orders, pairings, passages, redemptions

routes: list[Guarded] = [
    *redemptions.routes,
    *passages.routes,
    *pairings.routes,
    *ota_orders.routes,
]
