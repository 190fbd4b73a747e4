"""The public website of the area: what there is, what it costs, booking, paying, the e-ticket."""

from webapp.permissions import Guarded
from webapp.routes.shop import (
    accounts,
    areas,
    bookings,
    card_payments,
    change_payments,
    changes,
    home,
    invoices,
    orders,
    payments,
    refunds,
    tickets,
    waits,
)

routes: list[Guarded] = [
    *home.routes,
    *areas.routes,
    *bookings.routes,
    *payments.routes,
    *card_payments.routes,
    *orders.routes,
    *tickets.routes,
    *changes.routes,
    *change_payments.routes,
    *refunds.routes,
    *invoices.routes,
    *accounts.routes,
    *waits.routes,
]
