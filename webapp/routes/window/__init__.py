"""The ticket window: /window/..."""

from webapp.routes.window import closing, drops, held, orders, payments, sales, shifts, tills

routes = [
    *tills.routes,
    *shifts.routes,
    *closing.routes,
    *drops.routes,
    *sales.routes,
    *orders.routes,
    *payments.routes,
    *held.routes,
]
