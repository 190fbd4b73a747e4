"""A web shop for tests: a world to sell in, visitors with a browser each, a platform that pays when
it is told to."""

import re
from typing import Any, NamedTuple

import httpx2
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.clock import local_day
from gateways.payments.simulated import SimulatedPayments
from tests.domain.commerce.factories import World, add_world
from webapp.site import SHANGHAI

PHONE = "13808526621"
ID_NUMBERS = ("11010519491231002X", "110101199003077475")
HTMX = {"HX-Request": "true"}


class Stall(NamedTuple):
    app: Starlette
    world: World
    platform: SimulatedPayments

    @property
    def db(self) -> Any:
        return self.app.state.db

    def browser(self) -> httpx2.AsyncClient:
        """Another visitor."""
        transport = httpx2.ASGITransport(self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://park.test")

    def booking(self, quantity: int = 2, **fields: str) -> dict[str, str]:
        """The form of a day ticket for today, without names."""
        day = local_day(clock.utc_now(), SHANGHAI).isoformat()
        form = {
            "request_id": ids.new_id(),
            "on": day,
            f"q.{self.world.adult_id}": str(quantity),
            "phone": PHONE,
        }
        return form | fields

    async def order_of(self, response: httpx2.Response) -> Order:
        """The order that an answer leads to."""
        assert response.status_code == 303, response.text
        found = re.search(r"/orders/([0-9a-f-]{36})", response.headers["location"])
        assert found is not None, response.headers["location"]
        order: Order = await self.db.ask(orders.get_order, found[1])
        return order

    async def book(self, client: httpx2.AsyncClient, **fields: str) -> Order:
        return await self.order_of(
            await client.post("/book/orders", data=self.booking(2, **fields))
        )

    async def buy(self, client: httpx2.AsyncClient, **fields: str) -> Order:
        """Booked and paid by the QR."""
        order = await self.book(client, **fields)
        await client.post(f"/orders/{order.id}/payment", data={"tender": "scan"})
        held: Order = await self.db.ask(orders.get_order, order.id)
        await client.get(f"/orders/{order.id}/payment")  # shows the QR
        self.platform.confirm(held.payments[-1].id)
        paid = await client.post(f"/orders/{order.id}/payment/look", headers=HTMX)
        assert paid.headers["hx-redirect"] == f"/orders/{order.id}"
        bought: Order = await self.db.ask(orders.get_order, order.id)
        return bought

    async def order_now(self, order: Order) -> Order:
        found: Order = await self.db.ask(orders.get_order, order.id)
        return found

    async def tickets_of(self, order: Order) -> list[Any]:
        rows: list[Any] = await self.db.ask(tickets.shown_of, order.id)
        return rows


async def open_stall(app: Starlette, **world: Any) -> Stall:
    made = await add_world(app.state.db, **world)
    platform = SimulatedPayments(b"secret")
    app.state.gateways = {"scan": platform}
    return Stall(app, made, platform)
