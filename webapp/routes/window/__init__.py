"""The ticket window: /window/..."""

from webapp.routes.window import orders, sales, shifts, tills

routes = [*tills.routes, *shifts.routes, *sales.routes, *orders.routes]
