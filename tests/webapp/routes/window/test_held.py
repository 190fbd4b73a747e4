"""Held orders at a window: kept, listed with their time, paid later or given up."""

from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from domain.kernel import clock
from gateways.payments.simulated import SimulatedPayments
from tests.webapp.routes.window.tills import AtTill, open_till


async def hold(client: httpx2.AsyncClient, till: AtTill, key: str = "r1") -> httpx2.Response:
    data = {"request_id": key, f"q.{till.world.adult_id}": "2", "tender": "cash", "hold": "on"}
    return await client.post("/window/sales", data=data)


async def only_order(app: Starlette) -> orders.Order:
    (found,) = await app.state.db.ask(orders.list_orders, OrderFilter())
    order: orders.Order = await app.state.db.ask(orders.get_order, found.id)
    return order


async def test_a_held_order_is_listed_and_paid_later(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)

    response = await hold(client, till)
    page = await client.get(response.headers["location"])

    order = await only_order(app)
    assert response.headers["location"] == "/window/held"
    assert order.number in page.text
    assert f"/window/orders/{order.id}/payment" in page.text
    done = await client.post(
        f"/window/orders/{order.id}/payments", data={"tender": "cash", "seen": "0"}
    )
    assert done.headers["location"].endswith("/done")
    assert order.number not in (await client.get("/window/held")).text


async def test_holding_twice_holds_once(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    await hold(client, till)
    again = await hold(client, till)

    assert again.status_code == 303
    assert (await only_order(app)).tickets == 2


async def test_without_held_orders_the_list_says_so(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await open_till(app, client)

    assert "没有挂单" in (await client.get("/window/held")).text
    assert 'href="/window/held"' in (await client.get("/window/sales/new")).text


async def test_an_order_whose_time_ran_out_is_not_listed(
    app: Starlette, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hold(client, await open_till(app, client))
    later = clock.utc_now() + timedelta(hours=2)
    monkeypatch.setattr("domain.kernel.clock.utc_now", lambda: later)

    assert "没有挂单" in (await client.get("/window/held")).text


async def test_giving_up_frees_the_places_and_returns_what_was_paid(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    till = await open_till(app, client)
    app.state.gateways = {"card": SimulatedPayments(b"c")}
    await hold(client, till)
    order = await only_order(app)
    part = {"tender": "card", "amount": "100", "seen": "0"}
    await client.post(f"/window/orders/{order.id}/payments", data=part)

    given_up = await client.post(f"/window/held/{order.id}/delete")
    twice = await client.post(f"/window/held/{order.id}/delete")
    page = await client.get(twice.headers["location"])

    order = await only_order(app)
    assert given_up.headers["location"] == "/window/held"
    assert order.status == "cancelled"
    assert sum(line.places_held for line in order.lines) == 0
    assert "订单已放弃" in page.text
    assert "100.00" in page.text


async def test_a_paid_order_is_not_given_up(app: Starlette, client: httpx2.AsyncClient) -> None:
    till = await open_till(app, client)
    await hold(client, till)
    order = await only_order(app)
    cash = {"tender": "cash", "seen": "0"}
    await client.post(f"/window/orders/{order.id}/payments", data=cash)

    response = await client.post(f"/window/held/{order.id}/delete", follow_redirects=True)

    assert str(response.url).endswith("/done")
    assert (await only_order(app)).status == "paid"


async def test_an_unknown_order_is_not_found(app: Starlette, client: httpx2.AsyncClient) -> None:
    await open_till(app, client)

    response = await client.post("/window/held/01a20000-0000-7000-8000-000000000000/delete")

    assert response.status_code == 404
