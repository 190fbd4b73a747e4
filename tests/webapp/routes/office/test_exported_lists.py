"""Every list of the office as a file says what its page says, within what the reader may see."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import tickets
from domain.admission.occupancy.tables import capacity_alerts
from domain.commerce import orders
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.db import Database
from domain.operation.staff import Role
from domain.reports import happenings
from tests.domain.commerce.factories import World, add_world, insert_into
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import UNKNOWN, sold

XLSX = {"format": "xlsx"}


@pytest.fixture
async def world(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[World]:
    async with at_work(app):
        yield await add_world(app.state.db)


@pytest.fixture
async def order(app: Starlette, world: World) -> Order:
    (order,) = await sold(app.state.db, world)
    return order


async def give_back(app: Starlette, client: httpx2.AsyncClient, order: Order) -> None:
    await sign_in_as(client, app, Role.SUPERVISOR)
    owned = [row.id for row in await app.state.db.ask(tickets.shown_of, order.id)]
    form = {
        "tickets": owned,
        "cause": "operator",
        "amount_minor": "196.00",
        "request_id": "r-1",
        "reason": "=暴雨闭园",
    }
    made = await client.post(f"/office/orders/{order.id}/refunds", data=form)
    assert made.status_code == 303


async def test_refunds_by_cause_and_day(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await give_back(app, client, order)
    await sign_in_as(client, app, Role.FINANCE)

    (row,) = await taken(client, "refunds", "cause=operator")

    assert (row["订单"], row["金额"], row["手续费"]) == (order.number, "196.00", "0.00")
    assert row["理由"] == "'=暴雨闭园"  # no formula
    assert not await taken(client, "refunds", "cause=visitor")
    assert not await taken(client, "refunds", "until_on=2020-01-01")
    listed = await client.get("/office/refunds?cause=visitor")
    assert order.number not in listed.text


async def test_shifts_and_postings(
    app: Starlette, client: httpx2.AsyncClient, world: World, order: Order
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    shift_id = (await app.state.db.ask(orders.get_order, order.id)).shift_id

    (shift,) = await taken(client, "shifts", f"window_id={world.window_id}")
    sales = await taken(client, "ledger", f"account=sales&owner_id={world.area_id}")
    drawer = await taken(client, "ledger", f"account=drawer&owner_id={shift_id}")

    assert (shift["备用金"], shift["实点"]) == ("500.00", "")
    assert [row["金额"] for row in sales] == ["-196.00"]
    assert sum(float(row["金额"]) for row in drawer) == 696.0
    nobodys = {"question": f"account=sales&owner_id={UNKNOWN}", "noun": "ledger"} | XLSX
    assert (await client.post("/office/exports", data=nobodys)).status_code == 404
    none = {"question": "", "noun": "ledger"} | XLSX
    assert (await client.post("/office/exports", data=none)).status_code == 422


async def test_the_trail_is_whole_and_in_words(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await sign_in_as(client, app, Role.AUDITOR)

    rows = await taken(client, "audit", "noun=order")

    assert order.id in {row["对象编号"] for row in rows}
    assert all(row["操作"].startswith("order.") for row in rows)
    numbers = [int(row["号码"]) for row in rows]
    assert numbers == sorted(numbers, reverse=True)


async def test_staff_without_what_pages_hide(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    rows = await taken(client, "staff")

    page = (await client.get("/office/staff")).text
    assert rows and all(row["姓名"] in page for row in rows)
    assert not await taken(client, "staff", "q=nobody-is-called-so")


async def add_alert(db: Database, area_id: str) -> None:
    async with db.write() as tx:
        tx.add(
            insert_into(capacity_alerts),
            id=ids.new_id(),
            area_id=area_id,
            level="orange",
            previous_level="yellow",
            inside=900,
            entered_today=1200,
            percent_bps=9050,
            entries_held=False,
            sales_stopped=False,
            raised_at=clock.utc_now(),
        )


async def test_the_capacity_log(app: Starlette, client: httpx2.AsyncClient, world: World) -> None:
    await add_alert(app.state.db, world.area_id)
    await sign_in_as(client, app, Role.SUPERVISOR)

    (row,) = await taken(client, "capacity_alerts", "level=orange")

    assert (row["在园"], row["占承载量"]) == ("900", "90.5%")
    assert not await taken(client, "capacity_alerts", "level=red")


@pytest.mark.parametrize("noun", ["refunds", "shifts", "ledger", "audit", "staff"])
async def test_a_gate_person_takes_nothing_away(
    app: Starlette, client: httpx2.AsyncClient, world: World, noun: str
) -> None:
    await sign_in_as(client, app, Role.GATE_STAFF)

    asked = await client.post("/office/exports", data={"noun": noun, "question": ""} | XLSX)

    assert asked.status_code == 403


async def test_a_row_of_refunds_leads_to_its_list(
    app: Starlette, client: httpx2.AsyncClient, order: Order
) -> None:
    await give_back(app, client, order)
    await sign_in_as(client, app, Role.FINANCE)

    for by in ("cause", "day"):
        page = await client.get(f"/office/reports/refunds?by={by}")

        (link,) = re.findall(r'href="(/office/refunds\?[^"]+)"', page.text)
        assert order.number in (await client.get(link.replace("&amp;", "&"))).text


async def test_a_sum_is_of_everything_or_of_nothing(
    app: Starlette,
    client: httpx2.AsyncClient,
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await give_back(app, client, order)
    await sign_in_as(client, app, Role.FINANCE)
    monkeypatch.setattr(happenings, "MOST", 1)

    page = await client.get("/office/reports/refunds")

    assert page.status_code == 422
