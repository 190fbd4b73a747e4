"""Changing tickets at the window: another day, another slot, dearer, cheaper."""

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import changes, shifts
from domain.commerce.capacity.tables import slots
from domain.commerce.catalog.tables import products
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from tests.domain.commerce.factories import World, make_price
from tests.webapp.routes.window.sold import sell, tickets_of
from tests.webapp.routes.window.tills import AtTill, open_till

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADD_SLOT = slots.insert()


def in_days(days: int) -> date:
    return local_day(clock.utc_now(), SHANGHAI) + timedelta(days=days)


def address(order: Order) -> str:
    return f"/window/orders/{order.id}/changes"


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


async def sell_ahead(app: Starlette, client: httpx2.AsyncClient, till: AtTill) -> Order:
    """Two adults and a child for tomorrow."""
    return await sell(app, client, till, on=in_days(1).isoformat())


async def quoted(
    client: httpx2.AsyncClient, order: Order, ticket_ids: list[str], on: date, **more: str
) -> dict[str, Any]:
    wanted = {"tickets": ticket_ids, "on": on.isoformat(), **more}
    page = await client.get(f"{address(order)}/new", params=wanted)
    assert page.status_code == 200, page.text
    return {
        **wanted,
        "request_id": field(page.text, "request_id"),
        "quoted_minor": field(page.text, "quoted_minor"),
    }


async def changes_of(app: Starlette, order: Order) -> list[Any]:
    found: list[Any] = await app.state.db.ask(changes.changes_of, order.id)
    return found


async def drawer(app: Starlette, till: AtTill) -> int:
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    held: int = await app.state.db.ask(shifts.expected, shift.id)
    return held


async def test_another_day_at_the_same_price_prints_the_new_tickets(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, [first.id], in_days(3))

    done = await client.post(address(order), data=form)
    again = await client.post(address(order), data=form)
    page = await client.get(done.headers["location"])
    old, *_, new = await tickets_of(app, order)
    pdf = await client.get(f"/window/orders/{order.id}/prints.pdf", params={"tickets": new.id})
    dead = await client.get(f"/window/orders/{order.id}/prints.pdf", params={"tickets": old.id})

    assert done.headers["location"] == again.headers["location"]
    assert len(await changes_of(app, order)) == 1
    assert (old.status, new.status, new.visit_on) == ("changed", "sold", in_days(3))
    assert f"prints.pdf?paper=80mm&amp;tickets={new.id}" in page.text
    assert pdf.content.startswith(b"%PDF")
    assert dead.status_code == 404


async def test_a_dearer_day_is_paid_in_cash(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    await app.state.db.act(make_price, till.world.adult_id, in_days(3), 12_000)
    first, *_ = await tickets_of(app, order)
    before = await drawer(app, till)
    form = await quoted(client, order, [first.id], in_days(3))

    short = await client.post(address(order), data={**form, "tendered": "20"})
    done = await client.post(address(order), data={**form, "tendered": "50"})
    page = await client.get(done.headers["location"])

    assert form["quoted_minor"] == "2200"
    assert short.status_code == 422
    assert 'id="tendered-error"' in short.text
    assert "还差 2.00 元" in short.text
    assert "28.00" in page.text
    assert await drawer(app, till) == before + 2_200


async def test_a_cheaper_day_gives_the_difference_back(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    await app.state.db.act(make_price, till.world.adult_id, in_days(3), 8_000)
    first, *_ = await tickets_of(app, order)
    before = await drawer(app, till)
    form = await quoted(client, order, [first.id], in_days(3))

    done = await client.post(address(order), data=form)
    page = await client.get(done.headers["location"])

    assert form["quoted_minor"] == "-1800"
    assert "请退给游客现金" in page.text
    assert "18.00" in page.text
    assert await drawer(app, till) == before - 1_800


async def test_another_slot_of_the_same_day(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    await app.state.db.act(number_seats, till.world.boat_id)
    morning, noon, full = [
        await app.state.db.act(add_slot, till.world, hour, quota)
        for hour, quota in ((2, 10), (4, 10), (6, 0))
    ]
    order = await sell(
        app,
        client,
        till,
        **{
            f"q.{till.world.adult_id}": "0",
            f"q.{till.world.child_id}": "0",
            f"q.{till.world.boat_ticket_id}": "1",
            f"slot.{till.world.boat_id}": morning,
            "on": in_days(1).isoformat(),
            "total_minor": "",
        },
    )
    (ticket,) = await tickets_of(app, order)

    page = await client.get(f"{address(order)}/new", params={"tickets": ticket.id})
    form = await quoted(client, order, [ticket.id], in_days(1), slot_id=noon)
    done = await client.post(address(order), data=form)

    assert re.search(rf'value="{noon}" checked', page.text)
    assert re.search(rf'value="{full}" disabled', page.text)
    assert done.status_code == 303
    rows = await tickets_of(app, order)
    assert [(row.slot_id, row.seats) for row in rows] == [(morning, ""), (noon, "1")]
    assert "座位 1 号" in (await client.get(f"/window/orders/{order.id}")).text


async def number_seats(tx: Tx, boat_id: str) -> None:
    await tx.run(products.update().where(products.c.id == boat_id).values(seated=True))


async def add_slot(tx: Tx, world: World, hour: int, quota: int) -> str:
    slot_id = ids.new_id()
    starts_at = clock.day_bounds(in_days(1), SHANGHAI)[0] + timedelta(hours=6 + hour)
    tx.add(
        ADD_SLOT,
        id=slot_id,
        product_id=world.boat_id,
        area_id=world.area_id,
        visit_on=in_days(1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        quota=quota,
    )
    return slot_id


async def test_the_day_it_is_for_already_is_said_at_the_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    first, *_ = await tickets_of(app, order)

    page = await client.get(
        f"{address(order)}/new", params={"tickets": first.id, "on": in_days(1).isoformat()}
    )

    assert page.status_code == 200
    assert 'id="on-error"' in page.text
    assert "data-enter" not in page.text


async def test_a_difference_that_changed_is_told(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, [first.id], in_days(3))
    await app.state.db.act(make_price, till.world.adult_id, in_days(3), 12_000)

    response = await client.post(address(order), data=form)

    assert response.status_code == 422
    assert field(response.text, "quoted_minor") == "2200"
    assert await changes_of(app, order) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2026-02-30"},
        {"on": ""},
        {"on": "1999-01-01"},
        {"slot_id": "x"},
        {"quoted_minor": "x"},
        {"quoted_minor": "9" * 30},
        {"tendered": "x"},
        {"tendered": "-5"},
        {"request_id": "x"},
        {"slot_id": "01900000-0000-7000-8000-000000000000"},
    ],
)
async def test_bad_input_changes_nothing(
    app: Starlette, client: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    till = await open_till(app, client)
    order = await sell_ahead(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, [first.id], in_days(3))

    response = await client.post(address(order), data={**form, **wrong})

    assert response.status_code == 422
    assert await changes_of(app, order) == []
