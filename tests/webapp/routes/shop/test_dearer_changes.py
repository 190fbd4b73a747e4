"""Another day that costs more, from the shop's page to the platform and back."""

from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce.changes import HoldStatus, paying
from domain.commerce.orders import Order
from domain.commerce.payments import PaymentStatus, payouts
from domain.kernel import clock, ids
from domain.kernel.clock import local_day
from domain.operation import verification
from tests.domain.commerce.factories import make_price
from tests.webapp.routes.shop.stall import HTMX, Stall, open_stall
from webapp.site import SHANGHAI


@pytest.fixture
async def stall(app: Starlette, client: httpx2.AsyncClient) -> Stall:
    return await open_stall(app)


async def bought(stall: Stall, client: httpx2.AsyncClient) -> tuple[Order, dict[str, str]]:
    """A ticket for tomorrow, and the form that moves it to the dearer day after."""
    today = local_day(clock.utc_now(), SHANGHAI)
    day, later = today + timedelta(days=1), today + timedelta(days=2)
    await stall.db.act(make_price, stall.world.adult_id, later, 12_800)
    order = await stall.buy(client, on=day.isoformat(), **{f"q.{stall.world.adult_id}": "1"})
    (row,) = await stall.tickets_of(order)
    form = {
        "request_id": ids.new_id(),
        "tickets": row.id,
        "on": later.isoformat(),
        "slot_id": "",
        "quoted_minor": "3000",
    }
    return order, form


async def waiting(stall: Stall, client: httpx2.AsyncClient, order: Order) -> str:
    await client.post(f"/orders/{order.id}/changes/payment", data={"tender": "scan"})
    shown = await client.get(f"/orders/{order.id}/changes/payment")
    assert "<svg" in shown.text and f"/orders/{order.id}/changes/payment/look" in shown.text
    found = await stall.order_now(order)
    (pending,) = [one for one in found.payments if one.status is PaymentStatus.PENDING]
    return pending.id


async def statuses(stall: Stall, order: Order) -> list[str]:
    return sorted(row.status for row in await stall.tickets_of(order))


async def test_the_visitor_pays_the_difference(stall: Stall, client: httpx2.AsyncClient) -> None:
    order, form = await bought(stall, client)
    asked = {"tickets": form["tickets"], "on": form["on"]}
    offer = await client.get(f"/orders/{order.id}/changes/new", params=asked)
    assert "30.00" in offer.text

    for _ in range(2):  # pressed twice
        held = await client.post(f"/orders/{order.id}/changes", data=form)
        assert held.headers["location"] == f"/orders/{order.id}/changes/payment"
    paid = await waiting(stall, client, order)
    other = await stall.browser().get(f"/orders/{order.id}/changes/payment")
    quiet = await client.post(f"/orders/{order.id}/changes/payment/look", headers=HTMX)
    stall.platform.confirm(paid)
    done = await client.post(f"/orders/{order.id}/changes/payment/look", headers=HTMX)

    assert (other.status_code, quiet.status_code) == (404, 204)
    assert done.headers["hx-redirect"] == f"/orders/{order.id}"
    assert await statuses(stall, order) == ["changed", "sold"]
    assert (await stall.order_now(order)).total_minor == 12_800
    again = await client.get(f"/orders/{order.id}/changes/payment")
    assert again.headers["location"] == f"/orders/{order.id}"
    for name in ("ledger", "places", "payments", "orders"):
        assert await stall.db.ask(verification.run, name) == []


async def test_who_keeps_the_old_day_keeps_the_ticket(
    stall: Stall, client: httpx2.AsyncClient
) -> None:
    """And what the platform took all the same goes back."""
    order, form = await bought(stall, client)
    await client.post(f"/orders/{order.id}/changes", data=form)
    shown = await client.get(f"/orders/{order.id}")
    assert f"/orders/{order.id}/changes/payment" in shown.text
    paid = await waiting(stall, client, order)
    await client.post(f"/orders/{order.id}/changes/payment/stop")
    second = await waiting(stall, client, order)
    assert second != paid
    await client.post(f"/orders/{order.id}/changes/payment/end")

    held = await stall.db.ask(paying.newest_hold, order.id)
    assert held is not None and held.status is HoldStatus.GIVEN_UP
    assert await statuses(stall, order) == ["sold"]
    assert {one.status for one in (await stall.order_now(order)).payments} == {
        PaymentStatus.PAID,
        PaymentStatus.CLOSED,
    }
    assert await stall.db.ask(payouts.payouts_of_order, order.id) == []
    refused = await client.post(f"/orders/{order.id}/changes", data=form | {"quoted_minor": "1"})
    assert refused.status_code == 422
