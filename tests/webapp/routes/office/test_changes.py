"""Orders changed and given up from the office, by whoever may."""

from datetime import timedelta

import httpx2
from starlette.applications import Starlette

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import OrderStatus
from domain.kernel import clock
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.domain.commerce.selling import online, place, wanted
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import UNKNOWN, sold
from webapp import site


async def test_tickets_are_quoted_then_changed_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    (order,) = await sold(db, world, ahead=1)
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = f"/office/orders/{order.id}/changes"
    first, second = [row.id for row in await db.ask(tickets.shown_of, order.id)]
    day = str(order.visit_on + timedelta(days=2))

    assert f"{address}/new" in (await client.get(f"/office/orders/{order.id}")).text
    quoted = await client.get(f"{address}/new?tickets={first}&on={day}")
    assert quoted.status_code == 200
    assert 'name="quoted_minor" value="0"' in quoted.text
    form = {"tickets": first, "on": day, "quoted_minor": "0", "request_id": UNKNOWN}
    wrong = await client.post(address, data={**form, "quoted_minor": "-500"})
    done = [(await client.post(address, data=form)).status_code for _ in range(2)]

    assert wrong.status_code == 422
    assert done == [303, 303]
    found = {row.id: row for row in await db.ask(tickets.shown_of, order.id)}
    assert found[first].status == "changed"
    assert found[second].status == "sold"
    assert [str(row.visit_on) for row in found.values() if row.id not in (first, second)] == [day]


async def test_strangers_tickets_and_no_tickets_are_no_wish(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    (order,) = await sold(db, world)
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = f"/office/orders/{order.id}/changes"

    assert (await client.get(f"{address}/new")).status_code == 200
    assert (await client.get(f"{address}/new?tickets={UNKNOWN}")).status_code == 404
    assert (await client.get(f"{address}/new?tickets=x")).status_code == 422
    assert (await client.post(address, data={"on": "2026-12-01"})).status_code == 422
    assert (await client.get(f"/office/orders/{UNKNOWN}/changes/new")).status_code == 404


async def test_a_held_order_is_given_up_once(app: Starlette, client: httpx2.AsyncClient) -> None:
    world, db = await add_world(app.state.db), app.state.db
    now = clock.utc_now()
    bought = wanted(world.adult_id, 2, clock.local_day(now, site.DEFAULT.zone))
    order = await place(db, world, online(world, bought), now)
    assert order.status is OrderStatus.HELD
    await sign_in_as(client, app, Role.AUDITOR)
    address = f"/office/orders/{order.id}/cancellation"
    assert "取消订单" not in (await client.get(f"/office/orders/{order.id}")).text
    assert (await client.post(address)).status_code == 403

    await sign_in_as(client, app, Role.SUPERVISOR)
    assert "取消订单" in (await client.get(f"/office/orders/{order.id}")).text
    assert (await client.post(address)).status_code == 303
    assert (await client.post(address)).status_code == 409
    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.CANCELLED
