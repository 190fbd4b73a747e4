"""The ticket window: /window/..."""

from webapp.routes.window import closing, drops, orders, sales, shifts, tills

routes = [
    *tills.routes,
    *shifts.routes,
    *closing.routes,
    *drops.routes,
    *sales.routes,
    *orders.routes,
]
