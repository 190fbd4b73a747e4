"""Two tenders on the web: a part from a member card, the rest by a platform; or nothing of both."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.commerce import orders, payments, refunds
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.payments import PaymentStatus, Tender
from domain.commerce.refunds import RefundCause
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import verification
from domain.operation.messages import codes
from domain.operation.messages.tables import one_time_codes
from gateways.payments.simulated import SimulatedPayments
from tests.webapp.routes.shop.stall import Stall
from tests.webapp.routes.window.cards import Counter, open_counter

NEWEST_CODE = sa.select(one_time_codes.c.id).order_by(one_time_codes.c.id.desc()).limit(1)
HELD = 300_000
PART = 10_000


class Desk:
    """A visitor who has a card, and an order of two tickets that waits to be paid."""

    def __init__(self, stall: Stall, counter: Counter, card: Any, client: Any) -> None:
        self.stall, self.counter, self.card, self.client = stall, counter, card, client
        self.db = stall.db

    async def balance(self) -> int:
        row = await self.counter.card(self.card.id)
        return int(row.principal_minor + row.bonus_minor)

    async def code(self, order: Order, number: str = "") -> str:
        data = {"number": number or self.card.number}
        asked = await self.client.post(f"/orders/{order.id}/payment/card/codes", data=data)
        assert asked.status_code == 200, asked.text

        async def newest(tx: Tx) -> str:
            row = await tx.one(NEWEST_CODE)
            return codes.code_of(self.stall.app.state.vault, row.id) if row else "000000"

        return str(await self.db.ask(newest))

    async def pay(self, order: Order, code: str, **more: str) -> httpx2.Response:
        data = {
            "request_id": ids.new_id(),
            "number": self.card.number,
            "code": code,
            "amount_minor": "100",
        }
        path = f"/orders/{order.id}/payment/card"
        answer: httpx2.Response = await self.client.post(path, data=data | more)
        return answer

    async def by_platform(self, order: Order) -> str:
        """The rest is asked for; the payment's id."""
        await self.client.post(f"/orders/{order.id}/payment", data={"tender": "scan"})
        await self.client.get(f"/orders/{order.id}/payment")
        (waiting,) = [one for one in (await self.now(order)).payments if one.status == "pending"]
        return waiting.id

    async def now(self, order: Order) -> Order:
        found: Order = await self.db.ask(orders.get_order, order.id)
        return found

    async def findings(self) -> list[Any]:
        names = ("ledger", "places", "payments", "orders", "refunds")
        return [one for name in names for one in await self.db.ask(verification.run, name)]


@pytest.fixture
async def desk(app: Starlette, client: httpx2.AsyncClient) -> Desk:
    counter = await open_counter(app, client)
    card = await counter.open(counter.stored, amount_minor="3000")
    client.cookies.clear()
    platform = SimulatedPayments(b"secret")
    app.state.gateways = {"scan": platform}
    return Desk(Stall(app, counter.world, platform), counter, card, client)


async def test_a_part_from_the_card_and_the_rest_by_the_platform(desk: Desk) -> None:
    before, order = await desk.balance(), await desk.stall.book(desk.client)
    key = ids.new_id()
    code = await desk.code(order)
    part = await desk.pay(order, code, request_id=key)
    shown = await desk.client.get(f"/orders/{order.id}/payment")
    again = await desk.pay(order, code, request_id=key)  # a code is right once
    rest = await desk.by_platform(order)
    desk.stall.platform.confirm(rest)
    await desk.client.post(f"/orders/{order.id}/payment/look")
    paid = await desk.now(order)

    assert part.status_code == 303 and again.status_code == 422
    assert "96.00" in shown.text
    assert paid.status is OrderStatus.PAID
    assert {one.tender: one.amount_minor for one in paid.payments} == {
        Tender.STORED_VALUE: PART,
        Tender.SCAN: 19_600 - PART,
    }
    assert await desk.balance() == before - PART
    now, cause = clock.utc_now(), RefundCause.VISITOR
    whole = await desk.db.ask(refunds.quote, order.id, (), cause, now)
    one = await desk.db.ask(refunds.quote, order.id, whole.subject_ids[:1], cause, now)
    asked = refunds.Request("back", order.id, one.subject_ids, cause, "x", one.amount_minor)
    await desk.db.act(refunds.refund, asked, SYSTEM, now)
    owed = await desk.db.ask(payments.payouts.payouts_of_order, order.id)
    shares = [payout.amount_minor for payout in owed]
    from_card = one.amount_minor * PART // 19_600
    assert sorted(shares) == sorted([from_card, one.amount_minor - from_card])
    assert await desk.findings() == []


async def test_places_that_run_out_give_the_card_its_part_back(desk: Desk) -> None:
    """The platform is silent until it is too late; what it takes then goes back as well."""
    before, order = await desk.balance(), await desk.stall.book(desk.client)
    assert (await desk.pay(order, await desk.code(order))).status_code == 303
    rest = await desk.by_platform(order)
    assert await desk.balance() == before - PART

    late = clock.utc_now() + timedelta(hours=1)
    await desk.db.act(orders.sweep, late)
    assert (await desk.now(order)).status is OrderStatus.CANCELLED
    assert await desk.balance() == before
    desk.stall.platform.confirm(rest)
    await orders.collecting.look(
        desk.db, desk.stall.app.state.gateways, rest, lambda: late + timedelta(seconds=1)
    )

    found = {one.tender: one for one in (await desk.now(order)).payments}
    assert found[Tender.STORED_VALUE].left_minor == 0
    assert found[Tender.SCAN].status in (PaymentStatus.REFUNDED, PaymentStatus.PAID)
    owed = await desk.db.ask(payments.payouts.payouts_of_order, order.id)
    assert sorted(one.amount_minor for one in owed) == sorted([PART, 19_600 - PART])
    assert await desk.findings() == []


async def test_who_gives_the_places_up_has_the_part_at_once(desk: Desk) -> None:
    before, order = await desk.balance(), await desk.stall.book(desk.client)
    await desk.pay(order, await desk.code(order))
    await desk.client.post(f"/orders/{order.id}/payment/end")

    assert (await desk.now(order)).status is OrderStatus.CANCELLED
    assert await desk.balance() == before
    assert await desk.findings() == []


async def test_a_card_pays_nothing_without_the_code_to_its_phone(desk: Desk) -> None:
    """A number that is no card's looks the same."""
    before, order = await desk.balance(), await desk.stall.book(desk.client)
    nobody = await desk.client.post(
        f"/orders/{order.id}/payment/card/codes", data={"number": "YL999999"}
    )
    right = await desk.code(order)
    wrong = "000000" if right != "000000" else "111111"
    answers = [(await desk.pay(order, wrong)).status_code for _ in range(6)]
    too_late = await desk.pay(order, right)
    too_much = await desk.pay(order, right, amount_minor="99999")

    assert nobody.status_code == 200 and 'name="code"' in nobody.text
    assert set(answers) == {422} and too_late.status_code == too_much.status_code == 422
    assert await desk.balance() == before
