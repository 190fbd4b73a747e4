"""Changing tickets to another day or slot."""

import asyncio
from datetime import date, timedelta

import pytest

from domain.commerce import capacity, changes, orders, refunds
from domain.commerce.changes import Request, Target
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.refunds import RefundCause
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, Refused
from domain.kernel.refusals import Refusal
from tests.domain.commerce.factories import NOON, TODAY, World, add_slot, add_world, make_price
from tests.domain.commerce.fulfilment import use
from tests.domain.commerce.selling import findings, keys, open_shift, place, resident, sale, wanted

DAY_2, DAY_3 = TODAY + timedelta(days=2), TODAY + timedelta(days=3)


async def set_price(db: Database, type_id: str, day: date, minor: int) -> None:
    await db.act(make_price, type_id, day, minor)


async def subjects(db: Database, order: Order) -> tuple[str, ...]:
    found = await db.ask(refunds.quote, order.id, (), RefundCause.OPERATOR, NOON)
    return found.subject_ids


async def change(
    db: Database, world: World, order: Order, target: Target, *chosen: str, cash: int = 0
) -> changes.Change:
    some = chosen or await subjects(db, order)
    quote = await db.ask(changes.quote, order.id, some, target, NOON)
    asked = Request(
        f"c{next(keys)}",
        order.id,
        tuple(some),
        target,
        quote.difference_minor,
        world.window_id,
        cash,
    )
    lane = capacity.lane(world.area_id)
    return await db.act(changes.change, asked, world.cashier, NOON, lane=lane)


async def taken(db: Database, world: World, day: date) -> int:
    return (await db.ask(capacity.day_of, world.area_id, day)).taken


async def test_a_ticket_moves_to_another_day_once(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await place(db, world, sale(world, wanted(world.adult_id, 2, DAY_2)))
    first, second = await subjects(db, order)

    made = await change(db, world, order, Target(DAY_3), first)
    assert await db.ask(changes.get_change, made.id) == made

    assert (made.old_minor, made.new_minor) == (9_800, 9_800)
    assert (await taken(db, world, DAY_2), await taken(db, world, DAY_3)) == (1, 1)
    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.PAID
    assert await findings(db) == []
    with pytest.raises(Refused) as refused:
        await change(db, world, order, Target(DAY_2), made.successors[first])
    assert refused.value.refusal is Refusal.NOT_CHANGEABLE
    with pytest.raises(Refused):
        await change(db, world, order, Target(DAY_3), first)
    await change(db, world, order, Target(DAY_3), second)


async def test_a_dearer_day_is_paid_for_and_all_of_it_goes_back_later(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await set_price(db, world.adult_id, DAY_3, 12_800)
    order = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY_2)))

    with pytest.raises(Refused) as short:
        await change(db, world, order, Target(DAY_3), cash=2_999)
    assert short.value.refusal is Refusal.PAYMENT_SHORT
    made = await change(db, world, order, Target(DAY_3), cash=3_000)

    assert made.payment_id is not None
    found = await db.ask(orders.get_order, order.id)
    assert (found.total_minor, found.visit_on) == (12_800, DAY_3)
    assert await findings(db) == []
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    assert quote.amount_minor == 12_800
    asked = refunds.Request(
        "f", order.id, quote.subject_ids, RefundCause.VISITOR, "x", 12_800, world.window_id
    )
    await db.act(refunds.refund, asked, world.cashier, NOON)
    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.REFUNDED
    assert await findings(db) == []


async def test_a_cheaper_day_gives_the_difference_back(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await set_price(db, world.adult_id, DAY_3, 8_800)
    order = await place(db, world, sale(world, wanted(world.adult_id, 2, DAY_2)))

    made = await change(db, world, order, Target(DAY_3))

    assert made.refund_id is not None
    refund = await db.ask(refunds.get_refund, made.refund_id)
    assert (refund.amount_minor, refund.cause) == (2_000, RefundCause.CHANGE)
    found = await db.ask(orders.get_order, order.id)
    assert (found.status, found.refunded_minor) == (OrderStatus.PAID, 2_000)
    assert await findings(db) == []


async def test_the_visitors_go_along(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    someone = resident("11010519491231002X")
    order = await place(
        db, world, sale(world, wanted(world.named_id, 1, DAY_2, visitors=(someone,)))
    )

    await change(db, world, order, Target(DAY_3))

    found = await db.ask(orders.get_order, order.id)
    by_day = {line.visit_on: [visitor.name for visitor in line.visitors] for line in found.lines}
    assert by_day == {DAY_2: [], DAY_3: ["张伟"]}
    same = wanted(world.named_id, 1, DAY_2, visitors=(resident("11010519491231002X"),))
    await place(db, world, sale(world, same))  # the old day is free for him again
    there = wanted(world.named_id, 1, DAY_3, visitors=(resident("11010519491231002X"),))
    with pytest.raises(Refused) as refused:
        await place(db, world, sale(world, there))
    assert refused.value.refusal is Refusal.DUPLICATE_VISITOR


async def test_a_group_moves_whole_with_its_price(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await place(db, world, sale(world, wanted(world.group_id, 50, DAY_2)))

    made = await change(db, world, order, Target(DAY_3))

    assert (made.old_minor, made.new_minor) == (376_000, 376_000)
    assert (await taken(db, world, DAY_2), await taken(db, world, DAY_3)) == (0, 50)
    assert await findings(db) == []


async def test_a_change_to_a_full_slot_changes_nothing(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    roomy = await add_slot(db, world, 10, hours_ahead=48)
    full = await add_slot(db, world, 1, hours_ahead=51)
    order = await place(
        db, world, sale(world, wanted(world.boat_ticket_id, 2, DAY_2, slot_id=roomy))
    )

    with pytest.raises(Refused) as refused:
        await change(db, world, order, Target(DAY_2, full))

    assert refused.value.refusal is Refusal.QUOTA_EXHAUSTED
    slots = await db.ask(capacity.slots_by_id, [roomy, full])
    assert (slots[roomy].taken, slots[full].taken) == (2, 0)
    some = (await subjects(db, order))[0]
    await change(db, world, order, Target(DAY_2, full), some)
    assert await findings(db) == []


async def test_a_used_or_started_ticket_is_not_changed(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    today = await place(db, world, sale(world, wanted(world.adult_id)))  # open since 08:00
    with pytest.raises(Refused):
        await change(db, world, today, Target(DAY_2))
    later = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY_2)))
    some = await subjects(db, later)
    await db.act(use, f"{later.number}-1")
    with pytest.raises(Refused):
        await change(db, world, later, Target(DAY_3), *some)


async def test_the_same_request_changes_once(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY_2)))
    asked = Request("same", order.id, await subjects(db, order), Target(DAY_3), 0, None)

    answers = await asyncio.gather(
        *(db.act(changes.change, asked, world.cashier, NOON) for _ in range(10))
    )

    assert len({answer.id for answer in answers}) == 1
    assert answers[0].successors == answers[-1].successors
    with pytest.raises(Conflict):
        await db.act(changes.change, asked._replace(difference_minor=1), world.cashier, NOON)


async def test_a_refund_racing_a_change_has_one_winner(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    for _ in range(5):
        order = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY_2)))
        some = await subjects(db, order)
        giving = refunds.Request(
            f"f{order.id}", order.id, some, RefundCause.VISITOR, "x", 9_800, world.window_id
        )
        moving = Request(f"c{order.id}", order.id, some, Target(DAY_3), 0, None)

        answers = await asyncio.gather(
            db.act(refunds.refund, giving, world.cashier, NOON),
            db.act(changes.change, moving, world.cashier, NOON),
            return_exceptions=True,
        )

        failed = [one for one in answers if isinstance(one, BaseException)]
        assert len(failed) == 1
        assert isinstance(failed[0], Refused | Conflict)
    assert await findings(db) == []
