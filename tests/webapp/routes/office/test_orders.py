"""The list of orders, one order, and the search above every page."""

from datetime import timedelta

import httpx2
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.db import Database
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.domain.commerce.selling import VAULT, open_shift, place, sale, wanted
from tests.webapp.people import sign_in_as
from webapp import site

UNKNOWN = "01900000-0000-7000-8000-000000000000"


async def sold(db: Database, world: World, many: int = 1, *, ahead: int = 0) -> list[Order]:
    """For a visit so many days ahead."""
    await open_shift(db, world)
    now = clock.utc_now()
    visit_on = clock.local_day(now, site.DEFAULT.zone) + timedelta(days=ahead)
    bought = wanted(world.adult_id, 2, visit_on)
    contact = orders.contact(VAULT, "古丽努尔·买买提艾力", "13800138000")
    return [await place(db, world, sale(world, bought, contact=contact), now) for _ in range(many)]


async def test_an_empty_list_says_so(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    response = await client.get("/office/orders")

    assert response.status_code == 200
    assert "还没有订单" in response.text


async def test_a_cashier_sees_no_orders_of_the_office(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.CASHIER)

    for path in ("/office/orders", f"/office/orders/{order.id}", "/office/search?q=x"):
        assert (await client.get(path)).status_code == 403


async def test_every_filter_finds_and_leaves_out(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.FINANCE)
    fitting = {
        "status": "paid",
        "channel": "window",
        "window_id": world.window_id,
        "staff_id": str(world.cashier.id),
        "ticket_type_id": world.adult_id,
        "visit_on": str(order.visit_on),
        "area_id": world.area_id,
    }
    others = {
        "status": "held",
        "channel": "shop",
        "window_id": world.window_2_id,
        "staff_id": str(world.cashier_2.id),
        "ticket_type_id": world.child_id,
        "visit_on": "2026-07-02",
        "area_id": UNKNOWN,
    }
    days = {"from_on": str(order.visit_on), "until_on": str(order.visit_on)}

    assert order.number in (await client.get("/office/orders", params=fitting | days)).text
    for name, value in others.items():
        response = await client.get("/office/orders", params=fitting | days | {name: value})
        assert "没有符合的订单" in response.text, name


async def test_what_is_no_filter_is_said(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.FINANCE)

    response = await client.get("/office/orders?visit_on=yesterday&status=odd")

    assert "看不懂" in response.text
    assert order.number in response.text
    assert (await client.get("/office/orders?at=nonsense")).status_code == 400


async def test_pages_lead_on_and_back(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    made = await sold(app.state.db, world, 53)
    await sign_in_as(client, app, Role.FINANCE)

    first = await client.get("/office/orders")
    older = first.text.partition('aria-label="下一页"')[0].rpartition('href="')[2].partition('"')[0]
    second = await client.get(older.replace("&amp;", "&"))
    newer = second.text.partition('aria-label="上一页"')[0]
    back = await client.get(newer.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&"))

    assert first.text.count("/office/orders/0") == 50
    assert second.text.count("/office/orders/0") == 3
    assert made[0].number in second.text
    assert back.text.count("/office/orders/0") == 50
    assert "53 单" in first.text


async def test_an_order_shows_lines_tickets_and_money(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.SUPERVISOR)

    response = await client.get(f"/office/orders/{order.id}")

    assert response.status_code == 200
    for text in (
        order.number,
        f"{order.number}-1",
        f"{order.number}-2",
        "196.00",
        "现金",
        "古丽努尔",
    ):
        assert text in response.text
    assert "13800138000" not in response.text
    assert (await client.get(f"/office/orders/{UNKNOWN}")).status_code == 404


async def test_the_search_opens_the_only_one(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.FINANCE)
    ticket = (await app.state.db.ask(tickets.shown_of, order.id))[0]

    for text in (order.number, "古丽努尔·买买提艾力"):
        response = await client.get("/office/search", params={"q": text})
        assert response.headers["location"] == f"/office/orders/{order.id}", text
    found = await client.get("/office/search", params={"q": ticket.number})
    assert found.status_code == 303
    assert "没有找到" in (await client.get("/office/search?q=20990101-0001")).text
    assert (await client.get("/office/search")).status_code == 200
