"""A change that costs more and the gate: the old ticket opens it until the money is there."""

import asyncio
from datetime import timedelta

from domain.admission.redemptions import Answer
from domain.commerce import capacity, orders, payments
from domain.commerce.changes import HoldStatus, Request, Target, paying
from domain.commerce.orders import Order
from domain.commerce.payments import Payment, PaymentStatus, Tender
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.errors import Conflict
from domain.kernel.ports import ChargeAnswer, ChargeState
from domain.operation import verification
from tests.domain.admission.tickets.market import Market, opened
from tests.domain.admission.world import update
from tests.domain.commerce.factories import NOON, TODAY, make_price
from tests.domain.commerce.selling import place, sale, wanted

TOMORROW, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
EARLY = NOON + timedelta(hours=18)  # six in the morning of tomorrow
AT_ONCE, FIRST = 10, 3
DEARER = 3_000


async def bought(market: Market) -> Order:
    one = wanted(market.world.adult_id, 1, TOMORROW)
    return await place(market.db, market.world, sale(market.world, one))


async def held(market: Market, order: Order) -> Payment:
    lane = capacity.lane(order.area_id)
    owned = await market.db.ask(orders.altering.everything_owned, order, EARLY)
    asked = Request(order.id, order.id, tuple(one.id for one in owned), Target(LATER), DEARER)
    await market.db.act(paying.hold, asked, SYSTEM, EARLY, lane=lane)
    payment: Payment = await market.db.act(
        paying.start_payment, order.id, Tender.SCAN, SYSTEM, EARLY, lane=lane
    )
    return payment


async def told(market: Market, order: Order, payment: Payment) -> None:
    """The platform tells it until we have heard."""
    answer = ChargeAnswer(payment.id, ChargeState.PAID, payment.amount_minor, "SIM1")
    while True:
        try:
            await market.db.act(
                orders.settle_payment, payment.id, answer, EARLY, lane=capacity.lane(order.area_id)
            )
        except Conflict:
            continue
        return


async def test_the_money_and_the_gate_at_once_have_one_winner(db: Database) -> None:
    market, gate_id = await opened(db)
    await db.act(make_price, market.world.adult_id, LATER, 9_800 + DEARER)
    sold = [await bought(market) for _ in range(AT_ONCE)]
    # since then the area opens earlier, so that gates take what can still be changed
    await db.act(update, "areas", market.world.area_id, {"opens_at": "05:00"})
    codes = [(await market.prints(order))[0].short_code for order in sold]
    paid = [await held(market, order) for order in sold]

    seen = await asyncio.gather(*(market.scan(gate_id, code, EARLY) for code in codes[:FIRST]))
    raced = await asyncio.gather(
        *(told(market, order, one) for order, one in zip(sold, paid, strict=True)),
        *(market.scan(gate_id, code, EARLY) for code in codes[FIRST:]),
    )

    assert [answer.refusal for answer in seen] == [None] * FIRST
    happened = [*seen, *raced[AT_ONCE:]]
    for answer, order, one in zip(happened, sold, paid, strict=True):
        assert isinstance(answer, Answer)
        hold = await db.ask(paying.newest_hold, order.id)
        payouts = await db.ask(payments.payouts.payouts_of_order, order.id)
        assert hold is not None
        assert (await db.ask(payments.get_payment, one.id)).status is not PaymentStatus.PENDING
        if answer.allowed:  # the old day was used: the difference goes back
            assert hold.status is HoldStatus.RETURNED
            assert [each.amount_minor for each in payouts] == [DEARER]
        else:
            assert hold.status is HoldStatus.DONE
            assert payouts == []
    for name in ("ledger", "places", "payments", "orders"):
        assert await db.ask(verification.run, name) == []
