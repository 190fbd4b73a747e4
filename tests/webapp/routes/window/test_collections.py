"""F4: network orders handed over at a window, once; what others do meanwhile is marked."""

import asyncio

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import collections, tickets
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce.orders import Order, VisitorInput, events, named
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from tests.domain.admission.collections.network import order_online
from tests.webapp.routes.window.sold import tickets_of
from tests.webapp.routes.window.tills import AtTill, open_till
from webapp import order_watch
from webapp.site import SHANGHAI

ID_NUMBER = "11010519491231002X"


async def online(app: Starlette, till: AtTill, *, by_name: bool = False) -> Order:
    now = clock.utc_now()
    today = local_day(now, SHANGHAI)
    visitors = (named(app.state.vault, VisitorInput("王芳", ID_NUMBER), today),) if by_name else ()
    return await order_online(
        app.state.db, till.world, app.state.vault, visitors=visitors, visit_on=today, now=now
    )


async def look_for(client: httpx2.AsyncClient, text: str) -> str:
    response = await client.post("/window/collections/found", data={"q": text})
    assert response.status_code == 200
    return response.text


async def test_code_number_document_and_e_ticket_find_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await online(app, till, by_name=True)
    (printable,) = await app.state.db.ask(
        tickets.printed, await app.state.db.ask(tickets.of_order, order.id)
    )
    qr = await KeyRing(app.state.db, app.state.vault).sign(printable.body)
    code = await app.state.db.ask(collections.code_of, order.id)

    for text in (order.number, code, ID_NUMBER, qr, printable.short_code):
        page = await look_for(client, text)
        assert order.number in page and "取票 1 张" in page
        assert f'value="{order.id}"' in page
    for text in ("", "没有", "20260101-9999", "9" * 600):
        assert order.number not in await look_for(client, text)


async def test_collecting_prints_and_is_said_everywhere(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await online(app, till)

    done = await client.post("/window/collections", data={"order_id": order.id})
    page = await client.get(done.headers["location"])
    pdf = await client.get(f"/window/orders/{order.id}/prints.pdf")
    again = await client.post("/window/collections", data={"order_id": order.id, "q": order.number})

    assert done.status_code == 303
    assert "已取票 2 张" in page.text
    assert pdf.content.startswith(b"%PDF")
    assert all(row.printed_at for row in await tickets_of(app, order))
    assert again.status_code == 422
    assert "已取票：" in again.text and "1 号窗" in again.text


async def test_two_windows_at_once_hand_it_over_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await online(app, till)

    answers = await asyncio.gather(
        *(client.post("/window/collections", data={"order_id": order.id}) for _ in range(50))
    )

    assert sorted(one.status_code for one in answers) == [303] + [422] * 49


async def test_what_was_sold_here_is_not_collected(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    from tests.webapp.routes.window.sold import sell

    till = await open_till(app, client)
    order = await sell(app, client, till)

    assert f'value="{order.id}"' not in await look_for(client, order.number)
    response = await client.post("/window/collections", data={"order_id": order.id})
    assert response.status_code == 404


@pytest.mark.parametrize("wrong", ["", "x", "01900000-0000-7000-8000-000000000000"])
async def test_nonsense_collects_nothing(
    app: Starlette, client: httpx2.AsyncClient, wrong: str
) -> None:
    await open_till(app, client)
    response = await client.post("/window/collections", data={"order_id": wrong})
    assert response.status_code in (404, 422)


async def test_only_what_is_newer_than_the_page_is_news(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await online(app, till)
    db = app.state.db
    shown = await client.get(f"/window/orders/{order.id}")
    assert f"/window/orders/{order.id}/events?seen={order.version}" in shown.text
    (first, *_) = await tickets_of(app, order)

    before = await db.ask(order_watch._newest, [order.id], order.version)
    await db.act(tickets.lock, first.id, "争议", SYSTEM, clock.utc_now())
    after = await db.ask(order_watch._newest, [order.id], order.version)
    newest = await db.ask(events.latest, order.id)

    assert before is None
    assert after == newest
    assert await db.ask(order_watch._newest, [order.id], newest.version) is None
