"""The ticket window: /window/..."""

from webapp.routes.window import (
    changes,
    closing,
    collections,
    drops,
    finds,
    groups,
    held,
    orders,
    paper,
    payments,
    prints,
    refunds,
    reprints,
    sales,
    shifts,
    tills,
)

routes = [
    *tills.routes,
    *shifts.routes,
    *closing.routes,
    *drops.routes,
    *paper.routes,
    *sales.routes,
    *orders.routes,
    *payments.routes,
    *held.routes,
    *collections.routes,
    *finds.routes,
    *prints.routes,
    *refunds.routes,
    *changes.routes,
    *reprints.routes,
    *groups.routes,
]
