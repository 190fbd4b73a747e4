"""Giving tickets back: how much, by which route, who decides, and who was first."""

import asyncio
from datetime import timedelta

import pytest

from domain.commerce import capacity, ledger, orders, refunds, shifts
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.refunds import Refund, RefundCause, RefundStatus, Request
from domain.kernel.actors import Actor
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, Forbidden, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_slot, add_world
from tests.domain.commerce.fulfilment import use
from tests.domain.commerce.selling import findings, keys, open_shift, place, resident, sale, wanted

VISITOR, OPERATOR = RefundCause.VISITOR, RefundCause.OPERATOR
EARLY = NOON  # the sales are for tomorrow: more than 24 hours before nothing is kept


async def sell(db: Database, world: World, quantity: int = 3) -> Order:
    return await place(
        db, world, sale(world, wanted(world.adult_id, quantity, TODAY + timedelta(days=3)))
    )


async def ask(
    db: Database,
    world: World,
    order: Order,
    *numbers: int,
    cause: RefundCause = VISITOR,
    actor: Actor | None = None,
    **values: str,
) -> Refund:
    """Quote tickets of an order by their position, then confirm."""
    quote = await quote_of(db, order, *numbers, cause=cause)
    asked = Request(
        values.get("request_id", f"f{next(keys)}"),
        order.id,
        quote.subject_ids,
        cause,
        "行程有变",
        quote.amount_minor,
        values.get("window_id", world.window_id),
    )
    lane = capacity.lane(world.area_id)
    return await db.act(refunds.refund, asked, actor or world.cashier, NOON, lane=lane)


async def quote_of(
    db: Database, order: Order, *numbers: int, cause: RefundCause = VISITOR
) -> refunds.Quote:
    everything = await db.ask(orders.altering.everything_owned, order, NOON)
    by_number = {one.number: one.id for one in everything}
    chosen = [by_number[f"{order.number}-{n}"] for n in numbers]
    return await db.ask(refunds.quote, order.id, chosen, cause, NOON)


async def taken(db: Database, world: World, days: int = 3) -> int:
    day = TODAY + timedelta(days=days)
    return (await db.ask(capacity.day_of, world.area_id, day)).taken


async def test_one_of_three_tickets_goes_back_with_its_place_and_money(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world)
    order = await sell(db, world)

    refund = await ask(db, world, order, 2)

    assert refund.status is RefundStatus.PAID_OUT
    assert (refund.amount_minor, refund.fee_minor) == (9_800, 0)
    assert refund.number == f"{order.number}-R1"
    found = await db.ask(orders.get_order, order.id)
    assert (found.status, found.refunded_minor) == (OrderStatus.PART_REFUNDED, 9_800)
    assert await taken(db, world) == 2
    drawer = await db.ask(ledger.balance, AccountKind.DRAWER, shift.id)
    assert drawer == 50_000 + 2 * 9_800
    assert await findings(db) == []
    with pytest.raises(Refused) as refused:
        await ask(db, world, order, 1, 2, 3)
    assert refused.value.refusal is Refusal.NOT_REFUNDABLE

    await ask(db, world, order, 1, 3)
    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.REFUNDED
    assert await taken(db, world) == 0
    assert await findings(db) == []


async def test_on_the_day_a_fifth_is_kept_and_the_operators_fault_keeps_nothing(
    db: Database,
) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await place(db, world, sale(world, wanted(world.adult_id, 2)))  # open since 08:00

    refund = await ask(db, world, order, 1)
    assert (refund.paid_minor, refund.fee_minor, refund.amount_minor) == (9_800, 1_960, 7_840)
    fees = await db.ask(ledger.balance, AccountKind.REFUND_FEES, world.area_id)
    assert fees == -1_960

    asked = await ask(db, world, order, 2, cause=OPERATOR)
    assert (asked.amount_minor, asked.status) == (9_800, RefundStatus.REQUESTED)
    await decide(db, asked, ApprovalStatus.APPROVED, world.supervisor)
    await db.act(refunds.pay_out, asked.id, world.window_id, world.cashier, NOON)
    assert await findings(db) == []


async def test_what_a_group_did_not_use_goes_back_by_heads(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await place(db, world, sale(world, wanted(world.group_id, 50)))
    await db.act(use, f"{order.number}-1", 5)  # 45 of 50 have come

    quote = await quote_of(db, order, 1)

    # 5 of 50 heads of 3,760.00 are 376.00, of which 80 % on the day
    assert (quote.paid_minor, quote.amount_minor) == (37_600, 30_080)
    await ask(db, world, order, 1)
    assert await taken(db, world, 0) == 45
    assert await findings(db) == []


async def test_a_used_ticket_is_not_refunded(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 1)
    quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)
    await db.act(use, f"{order.number}-1")

    with pytest.raises(Refused) as refused:
        await db.ask(refunds.quote, order.id, quote.subject_ids, OPERATOR, NOON)
    assert refused.value.refusal is Refusal.NOT_REFUNDABLE


async def test_an_amount_that_was_not_quoted_is_refused(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 1)
    quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)
    late = NOON + timedelta(days=2, hours=12)  # the day before, less than 24 hours
    asked = Request(
        "f", order.id, quote.subject_ids, VISITOR, "x", quote.amount_minor, world.window_id
    )

    with pytest.raises(Refused, match=r"now 88\.20") as refused:
        await db.act(refunds.refund, asked, world.cashier, late)
    assert refused.value.refusal is Refusal.QUOTE_CHANGED


async def test_the_same_request_refunds_once(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 1)
    quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)
    asked = Request(
        "same", order.id, quote.subject_ids, VISITOR, "x", quote.amount_minor, world.window_id
    )

    answers = await asyncio.gather(
        *(db.act(refunds.refund, asked, world.cashier, NOON) for _ in range(20))
    )

    assert len({answer.id for answer in answers}) == 1
    with pytest.raises(Conflict) as conflict:
        await db.act(refunds.refund, asked._replace(reason="y"), world.cashier, NOON)
    assert conflict.value.code == "IDEMPOTENCY_CONFLICT"


async def test_two_refunds_of_one_ticket_at_once_give_one(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 1)
    quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)

    async def refund(key: int) -> str:
        asked = Request(
            f"x{key}",
            order.id,
            quote.subject_ids,
            VISITOR,
            "x",
            quote.amount_minor,
            world.window_id,
        )
        try:
            return (await db.act(refunds.refund, asked, world.cashier, NOON)).status.value
        except (Refused, Conflict) as no:
            return no.code

    answers = await asyncio.gather(*(refund(key) for key in range(10)))

    assert answers.count("paid_out") == 1
    assert (await db.ask(orders.get_order, order.id)).refunded_minor == 9_800
    assert await findings(db) == []


async def test_above_the_limit_another_decides(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world)
    order = await sell(db, world, 6)

    asked = await ask(db, world, order, 1, 2, 3, 4, 5, 6)  # 588.00: above 500.00

    assert asked.status is RefundStatus.REQUESTED
    assert asked.approval_id is not None
    with pytest.raises(Refused):
        await ask(db, world, order, 1)
    with pytest.raises(Forbidden):
        await decide(db, asked, ApprovalStatus.APPROVED, world.cashier)
    assert await taken(db, world) == 6

    await decide(db, asked, ApprovalStatus.APPROVED, world.supervisor)

    assert (await db.ask(refunds.get_refund, asked.id)).status is RefundStatus.APPROVED
    assert await taken(db, world) == 0
    (due,) = await db.ask(refunds.cash_due, world.area_id)
    assert (due.refund.id, due.order_number, due.cash_minor) == (
        asked.id,
        order.number,
        asked.amount_minor,
    )
    assert await db.ask(refunds.cash_due, world.product_id) == []
    paid = await db.act(refunds.pay_out, asked.id, world.window_id, world.cashier, NOON)
    assert paid.status is RefundStatus.PAID_OUT
    drawer = await db.ask(ledger.balance, AccountKind.DRAWER, shift.id)
    assert drawer == 50_000
    assert await findings(db) == []
    assert await db.ask(refunds.cash_due, world.area_id) == []


async def decide(db: Database, asked: Refund, to: ApprovalStatus, by: Actor) -> None:
    assert asked.approval_id is not None
    await db.act(approvals.decide, asked.approval_id, to, by, NOON)


async def test_a_rejected_refund_leaves_the_tickets_good(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 6)
    asked = await ask(db, world, order, 1, 2, 3, 4, 5, 6)

    await decide(db, asked, ApprovalStatus.REJECTED, world.supervisor)

    assert (await db.ask(refunds.get_refund, asked.id)).status is RefundStatus.REJECTED
    assert await taken(db, world) == 6
    assert (await ask(db, world, order, 1)).status is RefundStatus.PAID_OUT
    assert await findings(db) == []


async def test_cash_is_paid_out_of_a_drawer_that_holds_enough(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world, 0)
    order = await sell(db, world, 2)
    await db.act(shifts.drop, shifts.Drop("d", shift.id, 15_000), world.cashier, NOON)
    with pytest.raises(Refused) as refused:
        await ask(db, world, order, 1, 2)
    assert refused.value.refusal is Refusal.CASH_SHORT
    with pytest.raises(Refused) as elsewhere:
        await ask(db, world, order, 1, window_id=world.window_2_id)
    assert elsewhere.value.refusal is Refusal.SHIFT_NEEDED
    assert await taken(db, world) == 2


async def test_a_place_returns_only_before_the_end_of_its_slot(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    slot_id = await add_slot(db, world, 10, hours_ahead=-1)  # 11:00 to 13:00
    order = await place(
        db, world, sale(world, wanted(world.boat_ticket_id, 2, TODAY, slot_id=slot_id))
    )
    over = NOON + timedelta(hours=1)

    await ask(db, world, order, 1)
    everything = await db.ask(refunds.quote, order.id, (), OPERATOR, over)
    asked = Request("late", order.id, everything.subject_ids, OPERATOR, "x", 6_000, world.window_id)
    made = await db.act(refunds.refund, asked, world.cashier, over)
    assert made.approval_id is not None
    args = (made.approval_id, ApprovalStatus.APPROVED, world.supervisor, over)
    await db.act(approvals.decide, *args)

    slot = (await db.ask(capacity.slots_by_id, [slot_id]))[slot_id]
    assert slot.taken == 1
    assert await findings(db) == []


async def test_who_gave_a_ticket_back_may_come_again(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    one = wanted(world.named_id, 1, TOMORROW, visitors=(resident("11010519491231002X"),))
    order = await place(db, world, sale(world, one))
    again = wanted(world.named_id, 1, TOMORROW, visitors=(resident("11010519491231002X"),))
    with pytest.raises(Refused):
        await place(db, world, sale(world, again))

    quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)
    asked = Request(
        "f", order.id, quote.subject_ids, VISITOR, "x", quote.amount_minor, world.window_id
    )
    await db.act(refunds.refund, asked, world.cashier, NOON)

    assert (await place(db, world, sale(world, again))).status is OrderStatus.PAID


async def test_the_shift_knows_what_came_back_by_type(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world)
    order = await sell(db, world)
    await ask(db, world, order, 2)

    (one,) = await db.ask(shifts.by_type, shift.id)

    assert (one.sold, one.refunded, one.net_minor) == (3, 1, 2 * 9_800)
