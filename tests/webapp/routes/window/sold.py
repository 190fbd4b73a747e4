"""Sold orders for tests of the window: sold through its own form."""

from typing import Any

import httpx2
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import Order
from domain.kernel import ids
from tests.webapp.routes.window.tills import AtTill


async def sell(app: Starlette, client: httpx2.AsyncClient, till: AtTill, **more: str) -> Order:
    """Two adults and a child for cash: 245 yuan. `more` goes into the form."""
    data = {
        "request_id": ids.new_id(),
        f"q.{till.world.adult_id}": "2",
        f"q.{till.world.child_id}": "1",
        "total_minor": "24500",
        **more,
    }
    response = await client.post("/window/sales", data=data)
    assert response.status_code == 303, response.text
    order_id = response.headers["location"].split("/")[3]
    order: Order = await app.state.db.ask(orders.get_order, order_id)
    return order


async def tickets_of(app: Starlette, order: Order) -> list[Any]:
    rows: list[Any] = await app.state.db.ask(tickets.shown_of, order.id)
    return rows
