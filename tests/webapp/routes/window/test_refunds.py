"""Refunding at the window: quoted, confirmed once, handed over from the drawer or waited for."""

import re
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.commerce import capacity, refunds, shifts
from domain.commerce.capacity import DaySetting
from domain.commerce.orders import Order
from domain.commerce.orders.tables import orders as order_table
from domain.commerce.refunds import RefundStatus
from domain.kernel import clock
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Tx
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff.tables import staff
from tests.domain.commerce.factories import make_area
from tests.webapp.people import add_person, sign_in
from tests.webapp.routes.window.sold import sell, tickets_of
from tests.webapp.routes.window.tills import AtTill, open_till

TO_AREA = order_table.update().where(order_table.c.id == sa.bindparam("order"))
TO_LIMIT = staff.update().where(staff.c.id == sa.bindparam("person"))


def address(order: Order) -> str:
    return f"/window/orders/{order.id}/refunds"


async def quoted(client: httpx2.AsyncClient, order: Order, *ticket_ids: str) -> dict[str, Any]:
    """The quote's own form, filled as a cashier would."""
    page = await client.get(f"{address(order)}/new", params={"tickets": list(ticket_ids)})
    assert page.status_code == 200, page.text
    return {
        "tickets": list(ticket_ids),
        "request_id": field(page.text, "request_id"),
        "quoted_minor": field(page.text, "quoted_minor"),
        "cause": "visitor",
        "reason": "行程有变",
    }


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


async def drawer(app: Starlette, till: AtTill) -> int:
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    held: int = await app.state.db.ask(shifts.expected, shift.id)
    return held


async def refunds_of(app: Starlette, order: Order) -> list[refunds.Refund]:
    found: list[refunds.Refund] = await app.state.db.ask(refunds.refunds_of, order.id)
    return found


async def test_a_ticket_is_given_back_for_cash_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    before = await drawer(app, till)
    form = await quoted(client, order, first.id)

    done = await client.post(address(order), data=form)
    again = await client.post(address(order), data=form)
    page = await client.get(done.headers["location"])

    (made,) = await refunds_of(app, order)
    assert done.headers["location"] == again.headers["location"] == f"/window/refunds/{made.id}"
    assert made.status is RefundStatus.PAID_OUT
    assert made.amount_minor == int(form["quoted_minor"]) > 0
    assert await drawer(app, till) == before - made.amount_minor
    assert "请退给游客现金" in page.text
    assert (await tickets_of(app, order))[0].status == "refunded"


async def test_our_own_fault_gives_everything_back(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    ticket_ids = [row.id for row in await tickets_of(app, order)]

    page = await client.get(
        f"{address(order)}/new",
        params={"tickets": ticket_ids, "cause": "operator"},
        headers={"HX-Request": "true"},
    )

    assert page.text.lstrip().startswith("<form")
    assert field(page.text, "quoted_minor") == "24500"
    assert "100%" in page.text


async def test_a_closed_day_is_offered_first_and_needs_nobody(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    ticket_ids = [row.id for row in await tickets_of(app, order)]
    asked = {"tickets": ticket_ids, "cause": "closure"}
    too_early = await client.get(f"{address(order)}/new", params=asked)
    await app.state.db.act(close_the_day, order)
    await app.state.db.act(limit, till.staff_id, 0)

    form = await quoted(client, order, *ticket_ids)
    done = await client.post(address(order), data={**form, "cause": "closure"})

    assert too_early.status_code == 422
    assert "不能按闭园退" in too_early.text
    assert form["quoted_minor"] == "24500"
    (made,) = await refunds_of(app, order)
    assert done.headers["location"] == f"/window/refunds/{made.id}"
    assert (made.status, made.amount_minor) == (RefundStatus.PAID_OUT, 24_500)


async def close_the_day(tx: Tx, order: Order) -> None:
    seen = await capacity.day_of(tx, order.area_id, order.visit_on)
    setting = DaySetting(seen.quota, True, "暴雨", seen.version)
    await capacity.set_day(tx, order.area_id, order.visit_on, setting, SYSTEM, clock.utc_now())


async def test_an_amount_that_changed_is_quoted_again(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, first.id)

    response = await client.post(address(order), data={**form, "quoted_minor": "1"})

    assert response.status_code == 422
    assert field(response.text, "quoted_minor") == form["quoted_minor"]
    assert "行程有变" in response.text
    assert await refunds_of(app, order) == []


async def test_a_reason_is_needed(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, first.id)

    response = await client.post(address(order), data={**form, "reason": "  "})

    assert response.status_code == 422
    assert 'id="reason-error"' in response.text
    assert await refunds_of(app, order) == []


async def test_too_little_in_the_drawer_offers_to_pay_later(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client, float_yuan="0")
    order = await sell(app, client, till)
    ticket_ids = [row.id for row in await tickets_of(app, order)]
    shift = await app.state.db.ask(shifts.current, till.world.window_id)
    drop = shifts.Drop("d1", shift.id, 24_000, till.world.supervisor.id or "", "")
    cashier = Actor(ActorKind.STAFF, till.staff_id, till.world.window_id)
    await app.state.db.act(shifts.drop, drop, cashier, clock.utc_now())
    form = await quoted(client, order, *ticket_ids)

    short = await client.post(address(order), data=form)
    later = await client.post(address(order), data={**form, "later": "on"})
    page = await client.get(later.headers["location"])
    listed = await client.get("/window/orders")
    tried = await client.post(f"{later.headers['location']}/payouts")

    (made,) = await refunds_of(app, order)
    assert short.status_code == 422
    assert 'name="later"' in short.text
    assert made.status is RefundStatus.APPROVED
    assert f"/window/refunds/{made.id}/payouts" in page.text
    assert made.number in listed.text
    assert tried.status_code == 422
    assert "钱箱" in tried.text


async def test_above_the_limit_another_person_decides_and_the_cash_waits(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    await app.state.db.act(limit, till.staff_id, 100)
    form = await quoted(client, order, first.id)

    asked = await client.post(address(order), data=form)
    waits = await client.get(asked.headers["location"])
    (made,) = await refunds_of(app, order)
    boss = Actor(ActorKind.STAFF, await add_person(app.state.db, login="boss"))
    now = clock.utc_now()
    await app.state.db.act(approvals.decide, made.approval_id, ApprovalStatus.APPROVED, boss, now)
    found = await client.get(f"/window/orders/{order.id}")
    before = await drawer(app, till)
    paid = await client.post(f"/window/refunds/{made.id}/payouts")
    twice = await client.post(f"/window/refunds/{made.id}/payouts")

    assert "须主管复核" in waits.text
    assert "现金待领" in found.text
    assert paid.status_code == twice.status_code == 303
    assert await drawer(app, till) == before - made.amount_minor
    (made,) = await refunds_of(app, order)
    assert made.status is RefundStatus.PAID_OUT


async def limit(tx: Tx, staff_id: str, minor: int) -> None:
    await tx.run(TO_LIMIT.values(refund_limit_minor=sa.bindparam("m")), person=staff_id, m=minor)


@pytest.mark.parametrize("path", ["refunds/new", "changes/new", "reprints/new"])
async def test_without_a_ticket_the_order_says_what_is_missing(
    app: Starlette, client: httpx2.AsyncClient, path: str
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)

    response = await client.get(f"/window/orders/{order.id}/{path}")

    assert response.status_code == 422
    assert "请至少选择一张票" in response.text


@pytest.mark.parametrize("noun", ["refunds", "changes", "reprints"])
async def test_foreign_tickets_and_foreign_orders_are_not_there(
    app: Starlette, client: httpx2.AsyncClient, noun: str
) -> None:
    till = await open_till(app, client)
    order, other = await sell(app, client, till), await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    foreign = {"tickets": first.id, "reason": "x", "request_id": other.id, "quoted_minor": "1"}

    mixed = await client.get(f"/window/orders/{other.id}/{noun}/new", params=foreign)
    posted = await client.post(
        f"/window/orders/{other.id}/{noun}", data={**foreign, "on": "2030-01-01"}
    )
    await app.state.db.act(move_away, order)
    away = await client.get(f"/window/orders/{order.id}/{noun}/new", params=foreign)
    sent = await client.post(f"/window/orders/{order.id}/{noun}", data=foreign)

    assert {mixed.status_code, posted.status_code, away.status_code, sent.status_code} == {404}
    assert await refunds_of(app, order) == []


async def move_away(tx: Tx, order: Order) -> None:
    area_id = await make_area(tx, 10, number=2)
    await tx.run(TO_AREA.values(area_id=sa.bindparam("area")), order=order.id, area=area_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quoted_minor": "-1"},
        {"quoted_minor": "x"},
        {"cause": "change"},
        {"cause": "nobody"},
        {"request_id": ""},
        {"reason": "长" * 200},
    ],
)
async def test_bad_input_gives_nothing_back(
    app: Starlette, client: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    form = await quoted(client, order, first.id)

    response = await client.post(address(order), data={**form, **wrong})

    assert response.status_code == 422
    assert await refunds_of(app, order) == []


async def test_who_sells_elsewhere_sees_no_refund_of_this_area(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    first, *_ = await tickets_of(app, order)
    done = await client.post(address(order), data=await quoted(client, order, first.id))
    await app.state.db.act(move_away, order)

    assert (await client.get(done.headers["location"])).status_code == 404
    assert (await client.post(f"{done.headers['location']}/payouts")).status_code == 404


async def test_a_stranger_is_sent_to_the_door(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    order = await sell(app, client, till)
    client.cookies.clear()

    response = await client.get(f"/window/orders/{order.id}")

    assert response.status_code == 303
    await sign_in(client, app, till.staff_id)
