"""Finding a sale at the window: by what people know and by what a scanner reads."""

from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.admission import tickets
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce.orders import Order
from domain.commerce.orders.tables import orders as order_table
from domain.kernel.db import Tx
from domain.kernel.ids import shown_code
from tests.domain.commerce.factories import NOON, make_area
from tests.webapp.routes.window.sold import sell, tickets_of
from tests.webapp.routes.window.tills import open_till

ID_NUMBER = "11010519491231002X"
TO_AREA = order_table.update().values(area_id=sa.bindparam("area"))


async def codes_of(app: Starlette, order: Order) -> tuple[str, str]:
    """The QR digits and the short code of the order's first ticket."""
    first, *_ = await tickets_of(app, order)
    (printable,) = await app.state.db.ask(tickets.printed, [first.id])
    qr = await KeyRing(app.state.db, app.state.vault).sign(printable.body)
    return qr, shown_code(printable.short_code).lower()


async def search(client: httpx2.AsyncClient, wanted: str) -> httpx2.Response:
    return await client.post("/window/orders", data={"q": wanted})


async def test_a_number_or_a_code_opens_its_order_at_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    qr, short = await codes_of(app, order)

    by_number = await client.get("/window/orders", params={"q": order.number})
    found = [await search(client, wanted) for wanted in (first.number, qr, short)]

    assert by_number.headers["location"] == f"/window/orders/{order.id}"
    assert {response.status_code for response in found} == {303}
    for response in found:
        assert response.headers["location"] == f"/window/orders/{order.id}?tickets={first.id}"


async def test_names_and_documents_find_every_order(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    named = till.world.named_id
    fields = {
        f"q.{till.world.adult_id}": "0",
        f"q.{till.world.child_id}": "0",
        f"q.{named}": "1",
        f"v.{named}.0.document": ID_NUMBER,
        f"v.{named}.0.name": "王芳",
        "total_minor": "",
    }
    order = await sell(app, client, till, **fields)

    by_document, by_name = await search(client, ID_NUMBER), await search(client, "王芳")
    shown = await client.get(by_document.headers["location"])

    assert by_document.headers["location"] == f"/window/orders/{order.id}"
    assert by_name.headers["location"] == f"/window/orders/{order.id}"
    assert ID_NUMBER not in shown.text
    assert "1101**********002X" in shown.text or "002X" in shown.text


@pytest.mark.parametrize(
    "wanted", ["20260101-9999", "13800000000", "没有这个人", "1" * 232, "x" * 600]
)
async def test_nothing_found_says_so_and_keeps_what_was_typed(
    app: Starlette, client: httpx2.AsyncClient, wanted: str
) -> None:
    till = await open_till(app, client)
    await sell(app, client, till)

    response = await search(client, wanted)

    assert response.status_code == 200
    assert "没有符合的订单" in response.text
    assert wanted in response.text


async def test_without_a_question_the_shift_is_listed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    empty = await client.get("/window/orders")
    order = await sell(app, client, till)
    listed = await client.get("/window/orders")

    assert "本班次还没有售票" in empty.text
    assert order.number in listed.text


async def test_the_order_shows_its_tickets_and_what_may_be_done(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    rows = await tickets_of(app, order)

    response = await client.get(f"/window/orders/{order.id}")

    assert response.status_code == 200
    for row in rows:
        assert row.number in response.text
        assert f'value="{row.id}"' in response.text
    assert "未使用" in response.text


async def test_another_areas_order_is_not_there(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    qr, short = await codes_of(app, order)
    await app.state.db.act(move_away, order)

    assert (await client.get(f"/window/orders/{order.id}")).status_code == 404
    for wanted in (order.number, f"{order.number}-1", qr, short):
        response = await search(client, wanted)
        assert response.status_code == 200
        assert "没有符合的订单" in response.text


async def move_away(tx: Tx, order: Order) -> Any:
    """The order is another area's from now on."""
    area_id = await make_area(tx, 10, number=2)
    await tx.run(TO_AREA.where(order_table.c.id == order.id), area=area_id)
    return NOON
