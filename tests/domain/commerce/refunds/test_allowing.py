"""What may be refunded alone: our own fault never, a closure always, small ones up to a sum."""

import asyncio
from datetime import timedelta

import pytest

from domain.commerce import capacity, orders, refunds
from domain.commerce.capacity import DaySetting, SlotSetting, SlotStatus
from domain.commerce.orders import Order
from domain.commerce.refunds import Refund, RefundCause, RefundStatus, Request
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Refused
from domain.kernel.refusals import Refusal
from domain.operation import settings
from domain.operation.staff import Grant, Role, grants, roles
from tests.domain.commerce.factories import NOON, TODAY, World, add_slot, add_world
from tests.domain.commerce.selling import findings, keys, open_shift, place, sale, wanted

VISITOR, OPERATOR, CLOSURE = RefundCause.VISITOR, RefundCause.OPERATOR, RefundCause.CLOSURE
DAY = TODAY + timedelta(days=3)


async def sell(db: Database, world: World, quantity: int = 1) -> Order:
    return await place(db, world, sale(world, wanted(world.adult_id, quantity, DAY)))


async def give_back(
    db: Database,
    world: World,
    order: Order,
    cause: RefundCause,
    *,
    by: Actor | None = None,
    tickets: slice = slice(None),
) -> Refund:
    quote = await db.ask(refunds.quote, order.id, (), cause, NOON)
    chosen = quote.subject_ids[tickets]
    quote = await db.ask(refunds.quote, order.id, chosen, cause, NOON)
    window_id = world.window_id if by is None else None
    asked = Request(
        f"a{next(keys)}", order.id, chosen, cause, "暴雨", quote.amount_minor, window_id
    )
    lane = capacity.lane(world.area_id)
    return await db.act(refunds.refund, asked, by or world.cashier, NOON, lane=lane)


async def close_day(db: Database, world: World, *, closed: bool = True) -> None:
    async def act(tx: Tx) -> None:
        seen = await capacity.day_of(tx, world.area_id, DAY)
        setting = DaySetting(seen.quota, closed, "暴雨", seen.version)
        await capacity.set_day(tx, world.area_id, DAY, setting, SYSTEM, NOON)

    await db.act(act)


async def appoint(db: Database, person: Actor, role: Role) -> None:
    async def act(tx: Tx) -> None:
        await roles.seed(tx, NOON)
        boss = await roles.id_of(tx, Role.ADMINISTRATOR)
        await grants.replace(tx, None, SYSTEM, str(person.id), {Grant(boss)}, NOON)
        held = {Grant(boss), Grant(await roles.id_of(tx, role))}
        await grants.replace(tx, None, SYSTEM, str(person.id), held, NOON)

    await db.act(act)


async def test_our_own_fault_needs_another_however_little_it_is(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)

    made = await give_back(db, world, await sell(db, world), OPERATOR)

    assert (made.status, made.amount_minor) == (RefundStatus.REQUESTED, 9_800)


async def test_who_may_approve_says_it_alone_of_what_others_sold(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await appoint(db, world.supervisor, Role.SUPERVISOR)
    await appoint(db, world.cashier, Role.SUPERVISOR)

    by_supervisor = await give_back(db, world, await sell(db, world), OPERATOR, by=world.supervisor)
    own_sale = await give_back(db, world, await sell(db, world), OPERATOR)
    above_limit = await give_back(
        db, world, await sell(db, world, 6), OPERATOR, by=world.supervisor
    )

    assert by_supervisor.status is RefundStatus.APPROVED
    assert own_sale.status is RefundStatus.REQUESTED
    assert above_limit.status is RefundStatus.REQUESTED


async def test_a_closed_day_gives_everything_back_without_anybody(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world, 40)  # 3,920.00: above every limit
    assert CLOSURE not in await db.ask(refunds.causes, order.id, (), NOON)
    with pytest.raises(Refused):
        await db.ask(refunds.quote, order.id, (), CLOSURE, NOON)
    await close_day(db, world)
    assert (await db.ask(refunds.causes, order.id, (), NOON))[0] is CLOSURE

    made = await give_back(db, world, order, CLOSURE)

    assert (made.status, made.amount_minor) == (RefundStatus.PAID_OUT, 392_000)
    small = await give_back(db, world, await bought_elsewhere(db, world), VISITOR)
    assert small.status is RefundStatus.PAID_OUT  # a closure counts for no limit
    assert await findings(db) == []


async def bought_elsewhere(db: Database, world: World) -> Order:
    """For a day that is open."""
    day = DAY + timedelta(days=1)
    return await place(db, world, sale(world, wanted(world.adult_id, 1, day)))


async def test_stopped_sales_are_a_closure_until_the_day_is_over(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    order = await sell(db, world)
    await db.act(capacity.stop_sales, world.area_id, DAY, True, SYSTEM, NOON)
    over = NOON + timedelta(days=4)

    assert CLOSURE in await db.ask(refunds.causes, order.id, (), NOON)
    assert CLOSURE not in await db.ask(refunds.causes, order.id, (), over)
    assert (await give_back(db, world, order, CLOSURE)).status is RefundStatus.PAID_OUT


async def test_a_closed_slot_is_a_closure_of_its_tickets_alone(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    slot_id = await add_slot(db, world, 10, hours_ahead=2)
    boat = wanted(world.boat_ticket_id, 1, TODAY, slot_id=slot_id)
    order = await place(db, world, sale(world, boat, wanted(world.adult_id, 1, TODAY)))
    both = (await db.ask(refunds.quote, order.id, (), OPERATOR, NOON)).subject_ids

    async def close_slot(tx: Tx) -> None:
        row = (await capacity.slots_by_id(tx, [slot_id]))[slot_id]
        setting = SlotSetting(row.quota, SlotStatus.CLOSED, "大风", {}, row.version)
        await capacity.set_slot(tx, slot_id, setting, SYSTEM, NOON)

    await db.act(close_slot)
    quote = await db.ask(refunds.quote, order.id, (), CLOSURE, NOON)

    assert [line.name_zh for line in quote.lines] == ["BOATRIDE"]
    assert CLOSURE not in await db.ask(refunds.causes, order.id, both, NOON)
    with pytest.raises(Refused) as refused:
        await db.ask(refunds.quote, order.id, both, CLOSURE, NOON)
    assert refused.value.refusal is Refusal.NOT_REFUNDABLE


async def choose(db: Database, world: World, minor: int) -> None:
    async def act(tx: Tx) -> None:
        wanted = {"refund_shift_limit_minor": minor, "refund_limit_minor": 15_000}
        await settings.change(tx, SYSTEM, wanted, NOON, area_id=world.area_id, edition=0)

    await db.act(act)


async def test_many_small_refunds_are_no_way_round_the_limit(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await choose(db, world, 30_000)
    order = await sell(db, world, 5)

    async def one(at: int) -> RefundStatus:
        return (await give_back(db, world, order, VISITOR, tickets=slice(at, at + 1))).status

    assert [await one(0) for _ in range(3)] == [RefundStatus.PAID_OUT] * 3  # 294.00
    assert await one(0) is RefundStatus.REQUESTED
    later = NOON + timedelta(days=1)
    quote = await db.ask(refunds.quote, order.id, (), VISITOR, later)
    asked = Request("next", order.id, quote.subject_ids[:1], VISITOR, "x", 9_800, world.window_id)
    assert (await db.act(refunds.refund, asked, world.cashier, later)).status is (
        RefundStatus.REQUESTED  # the same shift, a day later
    )


async def test_refunds_at_once_stay_below_the_sum_together(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await choose(db, world, 30_000)
    sold = [await sell(db, world) for _ in range(8)]

    async def without_lane(order: Order) -> RefundStatus:
        quote = await db.ask(refunds.quote, order.id, (), VISITOR, NOON)
        asked = Request(
            f"s{order.id}", order.id, quote.subject_ids, VISITOR, "x", 9_800, world.window_id
        )
        return (await db.act(refunds.refund, asked, world.cashier, NOON)).status

    statuses = await asyncio.gather(*map(without_lane, sold))

    assert statuses.count(RefundStatus.PAID_OUT) == 3
    assert statuses.count(RefundStatus.REQUESTED) == 5
    found = [await db.ask(orders.get_order, order.id) for order in sold]
    assert sum(order.refunded_minor for order in found) == 3 * 9_800
    assert await findings(db) == []
