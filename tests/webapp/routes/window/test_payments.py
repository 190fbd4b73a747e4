"""Cards and codes at a window: charged once, refused clearly, unknown until somebody knows."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders
from domain.commerce.orders import Order, OrderFilter
from domain.commerce.orders.tables import orders as order_rows
from domain.kernel import clock
from gateways.payments.simulated import SimulatedPayments
from tests.domain.commerce.factories import make_area
from tests.webapp.routes.window.tills import AtTill, open_till


class Platforms:
    """A till with a pretend platform for cards and one for codes."""

    def __init__(self, app: Starlette, client: httpx2.AsyncClient, till: AtTill) -> None:
        self.app, self.client, self.till = app, client, till
        self.scan, self.card = SimulatedPayments(b"s"), SimulatedPayments(b"c")
        app.state.gateways = {"scan": self.scan, "card": self.card}

    async def hold(self, tender: str = "scan") -> Order:
        """Two adults, 196 yuan, not paid yet."""
        await self.client.post(
            "/window/sales",
            data={"request_id": "r1", f"q.{self.till.world.adult_id}": "2", "tender": tender},
        )
        return await self.order()

    async def order(self) -> Order:
        (found,) = await self.app.state.db.ask(orders.list_orders, OrderFilter())
        order: Order = await self.app.state.db.ask(orders.get_order, found.id)
        return order

    async def pay(self, order: Order, **data: str) -> httpx2.Response:
        typed = {"seen": str(len(order.payments)), **data}
        return await self.client.post(f"/window/orders/{order.id}/payments", data=typed)

    async def page(self, order: Order) -> str:
        return (await self.client.get(f"/window/orders/{order.id}/payment?tender=scan")).text

    async def press(self, order: Order, what: str) -> httpx2.Response:
        (waiting,) = [one for one in order.payments if one.status == "pending"]
        return await self.client.post(f"/window/orders/{order.id}/payments/{waiting.id}/{what}")


@pytest.fixture
async def desk(app: Starlette, client: httpx2.AsyncClient) -> Platforms:
    return Platforms(app, client, await open_till(app, client))


async def test_a_sale_by_code_leads_to_its_payment_and_prints(desk: Platforms) -> None:
    response = await desk.client.post(
        "/window/sales",
        data={"request_id": "r1", f"q.{desk.till.world.adult_id}": "2", "tender": "scan"},
    )
    order = await desk.order()
    assert response.headers["location"] == f"/window/orders/{order.id}/payment?tender=scan"
    assert "196.00" in await desk.page(order)

    paid = await desk.pay(order, tender="scan", code="134567890123456789")

    assert paid.headers["location"] == f"/window/orders/{order.id}/done"
    assert (await desk.order()).status == "paid"


async def test_a_refused_code_says_why_and_cash_is_taken_instead(desk: Platforms) -> None:
    order = await desk.hold()
    await desk.pay(order, tender="scan", code="refuse-1")

    page = await desk.page(await desk.order())
    assert "被拒绝，未扣款" in page
    assert "银行拒绝" in page
    assert "refuse-1" not in page

    done = await desk.pay(await desk.order(), tender="cash", tendered="200")
    assert done.headers["location"].endswith("/done")
    assert (await desk.order()).change_minor == 400


async def test_a_split_payment_takes_the_card_first_and_the_rest_in_cash(desk: Platforms) -> None:
    order = await desk.hold("card")
    part = await desk.pay(order, tender="card", amount="100")
    assert "payment?tender=card" in part.headers["location"]
    assert "96.00" in await desk.page(order)

    await desk.pay(await desk.order(), tender="cash")

    order = await desk.order()
    assert order.status == "paid"
    assert [(one.tender, one.amount_minor) for one in order.payments] == [
        ("card", 10_000),
        ("cash", 9_600),
    ]


async def test_the_same_form_sent_twice_charges_once(desk: Platforms) -> None:
    order = await desk.hold("card")
    await desk.pay(order, tender="card", amount="50")
    again = await desk.pay(order, tender="card", amount="50")

    assert again.status_code == 422
    assert len(desk.card.account.charges) == 1
    assert len((await desk.order()).payments) == 1


async def test_cash_sent_twice_is_taken_once(desk: Platforms) -> None:
    order = await desk.hold()
    first = await desk.pay(order, tender="cash", tendered="200")
    second = await desk.pay(order, tender="cash", tendered="200")

    assert first.headers["location"] == second.headers["location"]
    assert len((await desk.order()).payments) == 1


async def test_who_must_confirm_is_waited_for_and_nothing_else_is_charged(desk: Platforms) -> None:
    await desk.pay(await desk.hold(), tender="scan", code="ask-1")
    order = await desk.order()
    assert "请勿重复收款" in await desk.page(order)
    assert (await desk.pay(order, tender="cash")).status_code == 422

    headers = {"HX-Request": "true"}
    address = f"/window/orders/{order.id}/payments/{order.payments[0].id}/look"
    still = await desk.client.post(address, headers=headers)
    desk.scan.confirm(order.payments[0].id)
    known = await desk.client.post(address, headers=headers)

    assert still.text.lstrip().startswith("<main")
    assert known.headers["HX-Redirect"].endswith("/done")


async def test_a_lost_answer_is_found_and_not_charged_again(desk: Platforms) -> None:
    order = await desk.hold()
    found = await desk.pay(order, tender="scan", code="drop-1")

    assert found.headers["location"].endswith("/done")
    assert len(desk.scan.account.charges) == 1


async def test_a_charge_that_never_arrived_is_closed(desk: Platforms) -> None:
    order = await desk.hold()
    await desk.pay(order, tender="scan", code="lose-1")

    assert "未扣款" in await desk.page(order)
    assert (await desk.order()).payments[0].status == "closed"


async def test_a_waiting_charge_is_stopped_for_cash(desk: Platforms) -> None:
    await desk.pay(await desk.hold(), tender="scan", code="ask-1")
    order = await desk.order()

    stopped = await desk.press(order, "stop")
    await desk.pay(await desk.order(), tender="cash")

    assert "tender=cash" in stopped.headers["location"]
    assert (await desk.order()).status == "paid"


async def test_stopping_too_late_prints_the_tickets(desk: Platforms) -> None:
    await desk.pay(await desk.hold(), tender="scan", code="ask-1")
    order = await desk.order()
    desk.scan.confirm(order.payments[0].id)

    stopped = await desk.press(order, "stop")

    assert stopped.headers["location"].endswith("/done")


@pytest.mark.parametrize(
    "typed",
    [
        {"tender": "scan"},
        {"tender": "scan", "code": "1" * 129},
        {"tender": "scan", "code": "1", "amount": "x"},
        {"tender": "scan", "code": "1", "amount": "0"},
        {"tender": "scan", "code": "1", "amount": "196.01"},
        {"tender": "cash", "tendered": "100"},
        {"tender": "cash", "tendered": "x"},
        {"tender": "gold"},
        {"tender": "cash", "seen": "7"},
    ],
)
async def test_what_makes_no_sense_takes_no_money(desk: Platforms, typed: dict[str, str]) -> None:
    order = await desk.hold()

    response = await desk.pay(order, **typed)

    assert response.status_code == 422
    assert (await desk.order()).payments == []
    assert desk.scan.account.charges == {}


async def test_an_order_whose_time_ran_out_is_not_charged(
    desk: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await desk.hold()
    later = clock.utc_now() + timedelta(hours=2)
    monkeypatch.setattr("domain.kernel.clock.utc_now", lambda: later)

    page = await desk.page(order)
    response = await desk.pay(order, tender="scan", code="1")

    assert "保留时间已过" in page
    assert response.status_code == 422
    assert desk.scan.account.charges == {}


async def test_an_order_of_another_area_is_nobodys(desk: Platforms) -> None:
    order = await desk.hold()
    await desk.app.state.db.act(_move_to_another_area, order.id)

    for method, address in (("GET", "payment"), ("POST", "payments")):
        response = await desk.client.request(method, f"/window/orders/{order.id}/{address}")
        assert response.status_code == 404


async def test_without_platforms_cash_and_member_cards_are_offered(desk: Platforms) -> None:
    order = await desk.hold()
    desk.app.state.gateways = {}

    page = await desk.page(order)

    assert re.findall(r"payment\?tender=(\w+)", page) == ["cash", "stored_value"]


async def _move_to_another_area(tx: Any, order_id: str) -> None:
    area_id = await make_area(tx, 100, 2)
    await tx.run(order_rows.update().where(order_rows.c.id == order_id).values(area_id=area_id))
