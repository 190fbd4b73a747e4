"""Refunds, shifts and the ledger in the office."""

import httpx2
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import orders
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import UNKNOWN, sold


async def test_empty_lists_say_so(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    for noun in ("refunds", "shifts", "ledger"):
        response = await client.get(f"/office/{noun}")
        assert response.status_code == 200
        assert 'class="empty"' in response.text


async def test_tickets_are_quoted_then_refunded(app: Starlette, client: httpx2.AsyncClient) -> None:
    world, db = await add_world(app.state.db), app.state.db
    (order,) = await sold(db, world)
    await sign_in_as(client, app, Role.SUPERVISOR)
    ids = [row.id for row in await db.ask(tickets.shown_of, order.id)]
    address = f"/office/orders/{order.id}/refunds"

    quoted = await client.get(f"{address}/new", params={"tickets": ids, "cause": "operator"})
    assert "196.00" in quoted.text
    form = {
        "tickets": ids,
        "cause": "operator",
        "amount_minor": "196.00",
        "request_id": "r-1",
        "reason": "暴雨闭园",
    }
    wrong = await client.post(address, data={**form, "amount_minor": "1.00"})
    silent = await client.post(address, data={**form, "reason": ""})
    made = await client.post(address, data=form)
    again = await client.post(address, data=form)

    assert (wrong.status_code, silent.status_code, made.status_code) == (422, 422, 303)
    assert made.headers["location"] == again.headers["location"]
    shown = await client.get(made.headers["location"])
    assert "暴雨闭园" in shown.text
    assert "196.00" in shown.text
    assert (await db.ask(orders.get_order, order.id)).refunded_minor == 19_600
    assert order.number in (await client.get("/office/refunds")).text
    assert "没有退款" in (await client.get("/office/refunds?status=failed")).text


async def test_who_may_not_refund_is_told(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.FINANCE)

    assert (await client.get(f"/office/orders/{order.id}/refunds/new")).status_code == 403
    assert (await client.post(f"/office/orders/{order.id}/refunds")).status_code == 403
    assert (await client.get(f"/office/refunds/{UNKNOWN}")).status_code == 404


async def test_a_shift_and_the_ledger_show_what_was_sold(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    (order,) = await sold(app.state.db, world)
    await sign_in_as(client, app, Role.FINANCE)
    shift_id = (await app.state.db.ask(orders.get_order, order.id)).shift_id

    listed = await client.get("/office/shifts", params={"window_id": world.window_id})
    assert f"/office/shifts/{shift_id}" in listed.text
    assert "696.00" in (await client.get(f"/office/shifts/{shift_id}")).text
    assert "196.00" in (await client.get("/office/ledger")).text
    statement = await client.get(f"/office/ledger/sales/{world.area_id}")
    assert f"/office/ledger/causes/order/{order.id}" in statement.text
    entries = await client.get(f"/office/ledger/causes/order/{order.id}")
    assert "门票收入" in entries.text
    for path in (f"sales/{UNKNOWN}", f"nonsense/{world.area_id}", f"causes/order/{UNKNOWN}"):
        assert (await client.get(f"/office/ledger/{path}")).status_code == 404
