"""Dearer changes that are paid on the web: the old ticket is good until the money is there."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.commerce import capacity, changes, orders, payments, refunds
from domain.commerce.changes import HoldStatus, Request, Target, paying
from domain.commerce.changes.paying import Held
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.payments import Payment, PaymentStatus, Tender
from domain.commerce.refunds import RefundCause
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.ports import ChargeAnswer, ChargeState
from domain.kernel.refusals import Refusal
from tests.domain.commerce.factories import NOON, TODAY, World, add_world, make_price
from tests.domain.commerce.fulfilment import use
from tests.domain.commerce.selling import BUYER, findings, keys, online, place, wanted

DAY_2, DAY_3 = TODAY + timedelta(days=2), TODAY + timedelta(days=3)
DEARER = 3_000


class Desk:
    """A visitor with tickets for the second day; the third costs 30 yuan more."""

    def __init__(self, db: Database, world: World, order: Order) -> None:
        self.db, self.world, self.order = db, world, order

    async def hold(self, *some: str, key: str = "", minor: int = 0) -> Held:
        chosen: Sequence[str] = some or await self.subjects()
        due = minor or DEARER * len(chosen)
        target = Target(DAY_3)
        asked = Request(key or f"h{next(keys)}", self.order.id, tuple(chosen), target, due)
        held: Held = await self.act(paying.hold, asked, BUYER, NOON)
        return held

    async def start(self) -> Payment:
        payment: Payment = await self.act(
            paying.start_payment, self.order.id, Tender.SCAN, BUYER, NOON
        )
        return payment

    async def told(self, payment: Payment, after: timedelta = timedelta()) -> Payment:
        """The platform says that it is paid."""
        answer = ChargeAnswer(payment.id, ChargeState.PAID, payment.amount_minor, "SIM1")
        settled: Payment = await self.act(orders.settle_payment, payment.id, answer, NOON + after)
        return settled

    async def act(self, act: Any, *args: Any) -> Any:
        return await self.db.act(act, *args, lane=capacity.lane(self.world.area_id))

    async def now(self) -> Order:
        return await self.db.ask(orders.get_order, self.order.id)

    async def status(self) -> HoldStatus | None:
        held = await self.db.ask(paying.newest_hold, self.order.id)
        return held.status if held else None

    async def subjects(self) -> tuple[str, ...]:
        cause = RefundCause.OPERATOR
        return (await self.db.ask(refunds.quote, self.order.id, (), cause, NOON)).subject_ids

    async def taken(self) -> tuple[int, int]:
        days = [await self.db.ask(capacity.day_of, self.world.area_id, d) for d in (DAY_2, DAY_3)]
        return days[0].taken, days[1].taken

    async def returned(self) -> list[int]:
        found = await self.db.ask(payments.payouts.payouts_of_order, self.order.id)
        return [one.amount_minor for one in found]


async def opened(db: Database, tickets: int = 1, **values: int) -> Desk:
    world = await add_world(db, **values)
    await db.act(make_price, world.adult_id, DAY_3, 9_800 + DEARER)
    order = await place(db, world, online(world, wanted(world.adult_id, tickets, DAY_2)))
    asked = orders.Charge(order.id, Tender.SCAN)
    payment = await db.act(orders.start_payment, asked, BUYER, NOON)
    desk = Desk(db, world, order)
    await desk.told(payment)
    return desk


async def test_the_difference_is_paid_and_the_ticket_moves(db: Database) -> None:
    desk = await opened(db, 2)
    first, second = await desk.subjects()

    await desk.hold(first, key="k")
    assert (await desk.hold(first, key="k")).status is HoldStatus.HELD  # said again: the same
    assert await desk.taken() == (2, 1)
    assert await findings(db) == []
    payment = await desk.start()
    assert (await desk.start()).id == payment.id
    assert payment.amount_minor == DEARER
    await asyncio.gather(*(desk.told(payment) for _ in range(20)))

    (made,) = await db.ask(changes.changes_of, desk.order.id)
    assert (made.payment_id, made.old_minor, made.new_minor) == (payment.id, 9_800, 12_800)
    order = await desk.now()
    assert (order.status, order.total_minor) == (OrderStatus.PAID, 19_600 + DEARER)
    assert await desk.status() is HoldStatus.DONE
    assert await desk.taken() == (1, 1)
    assert second in await desk.subjects() and first not in await desk.subjects()
    assert await desk.returned() == []
    assert await findings(db) == []
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    asked = refunds.Request("f", order.id, quote.subject_ids, RefundCause.VISITOR, "x", 22_600)
    await desk.act(refunds.refund, asked, BUYER, NOON)
    assert sorted(await desk.returned()) == [DEARER, 19_600]
    assert await findings(db) == []


async def test_money_that_does_not_come_changes_nothing(db: Database) -> None:
    desk = await opened(db)
    before = await desk.subjects()
    held, payment = await desk.hold(), await desk.start()
    await paying.sweep(db, held.held_until - timedelta(seconds=1))
    assert await desk.status() is HoldStatus.HELD

    await paying.sweep(db, held.held_until)

    assert await desk.status() is HoldStatus.LAPSED
    assert (await desk.subjects(), await desk.taken()) == (before, (1, 0))
    assert (await db.ask(payments.get_payment, payment.id)).status is PaymentStatus.CLOSED
    with pytest.raises(Conflict):
        await desk.start()
    await desk.told(payment, timedelta(hours=1))  # too late: it goes back
    await desk.told(payment, timedelta(hours=2))
    assert (await desk.subjects(), await desk.returned()) == (before, [DEARER])
    assert (await desk.now()).total_minor == 9_800
    assert await findings(db) == []


async def test_a_ticket_that_is_used_meanwhile_stays_used(db: Database) -> None:
    desk = await opened(db)
    await desk.hold()
    payment = await desk.start()
    (number,) = [
        one.number for one in await db.ask(orders.altering.everything_owned, await desk.now(), NOON)
    ]
    await db.act(use, number)

    assert (await desk.told(payment)).status is PaymentStatus.PAID

    assert await desk.status() is HoldStatus.RETURNED
    assert await db.ask(changes.changes_of, desk.order.id) == []
    assert (await desk.returned(), await desk.taken()) == ([DEARER], (1, 0))
    assert await findings(db) == []


async def test_a_ticket_that_is_given_back_meanwhile_stays_given_back(db: Database) -> None:
    desk = await opened(db)
    await desk.hold()
    payment, some = await desk.start(), await desk.subjects()
    asked = refunds.Request("f", desk.order.id, some, RefundCause.VISITOR, "x", 9_800)
    await desk.act(refunds.refund, asked, BUYER, NOON)

    await desk.told(payment)

    assert await desk.status() is HoldStatus.RETURNED
    assert (sorted(await desk.returned()), await desk.taken()) == ([DEARER, 9_800], (0, 0))
    assert await findings(db) == []


async def test_the_price_that_was_shown_is_the_price(db: Database) -> None:
    desk = await opened(db)
    await desk.hold()
    payment = await desk.start()
    await db.act(make_price, desk.world.adult_id, DAY_3, 20_000)

    await desk.told(payment)

    assert (await desk.now()).total_minor == 12_800
    assert await findings(db) == []


async def test_what_is_not_as_quoted_is_not_held(db: Database) -> None:
    desk = await opened(db, 2, daily_capacity=2)
    first, second = await desk.subjects()
    with pytest.raises(Refused) as other:
        await desk.hold(minor=1)
    assert other.value.refusal is Refusal.QUOTE_CHANGED
    await place(db, desk.world, online(desk.world, wanted(desk.world.adult_id, 1, DAY_3)))
    with pytest.raises(Refused) as full:
        await desk.hold(first, second)
    assert full.value.refusal is Refusal.QUOTA_EXHAUSTED
    assert await desk.taken() == (2, 1)
    held = await desk.hold(first, key="k")
    with pytest.raises(Conflict):
        await desk.hold(first, key="k", minor=2)
    again = await desk.hold(second)  # another wish: the first one's place is free for it
    assert again.id != held.id
    payment = await desk.start()
    with pytest.raises(Conflict):
        await desk.hold(first)
    await desk.act(paying.give_up, desk.order.id, BUYER, NOON)
    assert (await db.ask(payments.get_payment, payment.id)).status is PaymentStatus.CLOSED
    assert await desk.taken() == (2, 1)
    same = Request("s", desk.order.id, (first,), Target(TODAY + timedelta(days=4)), 0)
    with pytest.raises(InvalidInput):
        await desk.act(paying.hold, same, BUYER, NOON)
    assert await findings(db) == []
