"""Resellers' programs: OCTO (docs/octo.md). Every address but papers needs an agent's key."""

from webapp.permissions import Guarded
from webapp.routes.octo import (
    availability,
    bookings,
    carts,
    documents,
    products,
    redemptions,
    subscriptions,
)

routes: list[Guarded] = [
    *products.routes,
    *availability.routes,
    *bookings.routes,
    *carts.routes,
    *subscriptions.routes,
    *redemptions.routes,
    *documents.routes,
]
