"""A till that sells member cards: products on sale, and the steps of a sale."""

from typing import Any, NamedTuple

import httpx2
from starlette.applications import Starlette

from domain.cards import memberships, products
from domain.cards.products import CardKind, CardProductInput
from domain.kernel import clock
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import World
from tests.webapp.routes.window.tills import open_till

PERSON, OTHER = "11010519491231002X", "440524188001010014"
UID = "04A1B2C3D4E5F6"


class Counter(NamedTuple):
    """A cashier at a window, and what cards there are."""

    app: Starlette
    client: httpx2.AsyncClient
    world: World
    stored: str
    annual: str
    visits: str

    async def post(self, path: str, **data: Any) -> httpx2.Response:
        return await self.client.post(path, data={k: str(v) for k, v in data.items()})

    async def pay_cash(self, response: httpx2.Response) -> str:
        """Pay what a form led to; the order's id."""
        assert response.status_code == 303, response.text
        order_id = response.headers["location"].split("/")[3]
        if response.headers["location"].endswith("/done"):
            return str(order_id)
        paid = await self.post(f"/window/orders/{order_id}/payments", tender="cash", seen=0)
        assert paid.status_code == 303, paid.text
        assert paid.headers["location"].endswith("/done"), paid.headers["location"]
        return str(order_id)

    async def open(self, product_id: str, **more: Any) -> Any:
        """A card of 张伟, its row."""
        data = {
            "request_id": f"open-{product_id}-{len(more)}",
            "product_id": product_id,
            "name": "张伟",
            "phone": "13800138000",
            "document_number": PERSON,
        } | more
        await self.pay_cash(await self.post("/window/cards", **data))
        found = await self.client.post("/window/cards/finds", data={"q": PERSON})
        assert found.status_code == 303, found.text
        return await self.card(found.headers["location"].split("/")[-1])

    async def card(self, card_id: str) -> Any:
        return (await self.app.state.db.ask(memberships.detail, card_id)).card


async def open_counter(app: Starlette, client: httpx2.AsyncClient) -> Counter:
    till = await open_till(app, client, float_yuan="5000")
    stored = await product(
        app,
        till.world,
        code="PT",
        kind=CardKind.STORED_VALUE,
        deposit_minor=2_000,
        points_per_yuan=1,
        top_ups=[{"amount_minor": 300_000, "bonus_minor": 100_000}],
    )
    annual = await product(
        app, till.world, code="NK", kind=CardKind.TERM, price_minor=36_500, term_days=365
    )
    visits = await product(
        app, till.world, code="CK", kind=CardKind.COUNT, price_minor=100_000, uses=10
    )
    return Counter(app, client, till.world, stored, annual, visits)


async def product(app: Starlette, world: World, **values: Any) -> str:
    """On sale: written by one, approved by another."""
    given = CardProductInput.model_validate({"name_zh": f"云岭{values['code']}卡"} | values)
    now, db = clock.utc_now(), app.state.db
    maker, checker = world.cashier_2, world.supervisor
    product_id = await db.act(products.add_product, world.area_id, given, maker, now)
    asked = await db.act(products.propose, product_id, given, maker, now, "新卡")
    await db.act(approvals.decide, asked, ApprovalStatus.APPROVED, checker, now)
    return str(product_id)
