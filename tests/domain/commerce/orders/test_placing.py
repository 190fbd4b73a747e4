"""Selling tickets: prices, concessions, limits, places, cash."""

import asyncio
from datetime import date, timedelta

import pytest

from domain.commerce import capacity, ledger, orders
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import OrderStatus, VisitorInput
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_slot, add_world
from tests.domain.commerce.selling import (
    VAULT,
    findings,
    online,
    open_shift,
    place,
    resident,
    sale,
    wanted,
)

ADULT_ID = "11010519491231002X"  # born on 31 December 1949: 76 on the day
BOY_ID = "110101201506010010"  # born on 1 June 2015: 11 on the day


async def test_two_adults_and_a_child_for_cash(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world)

    order = await place(
        db, world, sale(world, wanted(world.adult_id, 2), wanted(world.child_id), cash_minor=25_000)
    )

    assert order.number == "20260701-0001"
    assert order.status is OrderStatus.PAID
    assert (order.total_minor, order.change_minor) == (24_500, 500)
    assert (order.tickets, order.persons) == (3, 3)
    drawer = await db.ask(ledger.balance, AccountKind.DRAWER, shift.id)
    assert drawer == 50_000 + 24_500
    assert await db.ask(ledger.balance, AccountKind.SALES, world.area_id) == -24_500
    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 3
    assert await findings(db) == []


async def test_a_group_pays_for_all_but_one_in_sixteen(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)

    order = await place(db, world, sale(world, wanted(world.group_id, 50)))

    line = order.lines[0]
    assert (line.quantity, line.persons, line.free_persons) == (1, 50, 3)
    assert order.total_minor == 376_000
    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 50
    with pytest.raises(Refused) as refused:
        await place(db, world, sale(world, wanted(world.group_id, 9)))
    assert refused.value.refusal is Refusal.GROUP_TOO_SMALL


async def test_each_visitor_pays_by_age(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    visitors = (resident(ADULT_ID), resident(BOY_ID, "小明"))

    order = await place(db, world, sale(world, wanted(world.named_id, 2, visitors=visitors)))

    found = {line.concession: line.amount_minor for line in order.lines}
    assert found == {"": 9_800, "youth": 4_900}
    stored = await db.ask(orders.get_order, order.id)
    masks = {line.visitors[0].document_mask for line in stored.lines}
    assert masks == {"110***********002X", "110***********0010"}


async def test_a_real_name_ticket_needs_a_name_but_a_small_child_needs_an_adult(
    db: Database,
) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    small = orders.named(VAULT, VisitorInput("宝宝", height_cm=110), TODAY)

    with pytest.raises(InvalidInput):
        await place(db, world, sale(world, wanted(world.named_id)))
    with pytest.raises(Refused, match="needs an adult"):
        await place(db, world, sale(world, wanted(world.named_id, visitors=(small,))))
    both = wanted(world.named_id, 2, visitors=(resident(ADULT_ID), small))

    order = await place(db, world, sale(world, both))

    assert order.total_minor == 9_800


async def test_one_document_has_one_ticket_of_a_product_a_day(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await place(db, world, sale(world, wanted(world.named_id, visitors=(resident(ADULT_ID),))))
    again = wanted(world.named_id, visitors=(resident(ADULT_ID),))

    with pytest.raises(Refused, match="张伟 already has a ticket") as refused:
        await place(db, world, sale(world, again))

    assert refused.value.refusal is Refusal.DUPLICATE_VISITOR
    tomorrow = wanted(world.named_id, visit_on=TOMORROW, visitors=(resident(ADULT_ID),))
    await place(db, world, sale(world, tomorrow))
    twice = wanted(world.named_id, 2, visitors=(resident(BOY_ID), resident(BOY_ID)))
    with pytest.raises(InvalidInput) as named_twice:
        await place(db, world, sale(world, twice))
    assert list(named_twice.value.fields) == ["lines.0.visitors.1"]


async def test_a_hold_keeps_the_document_until_it_lapses(db: Database) -> None:
    world = await add_world(db)
    one = wanted(world.named_id, visitors=(resident(ADULT_ID),))
    held = await place(db, world, online(world, one))
    other = wanted(world.named_id, visitors=(resident(ADULT_ID),))
    with pytest.raises(Refused):
        await place(db, world, online(world, other))

    later = NOON + timedelta(minutes=15)
    await place(db, world, online(world, other), later)

    assert (await db.ask(orders.get_order, held.id)).status is OrderStatus.CANCELLED


async def test_the_same_request_sells_once(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    given = sale(world, wanted(world.adult_id))

    answers = await asyncio.gather(*(place(db, world, given) for _ in range(50)))

    assert len({order.id for order in answers}) == 1
    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 1
    with pytest.raises(Conflict) as conflict:
        await place(db, world, given._replace(note="other"))
    assert conflict.value.code == "IDEMPOTENCY_CONFLICT"


async def test_the_total_that_the_buyer_saw_must_be_the_price(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    with pytest.raises(Refused, match=r"now 98\.00") as refused:
        await place(db, world, sale(world, wanted(world.adult_id), total_minor=9_700))
    assert refused.value.refusal is Refusal.QUOTE_CHANGED
    with pytest.raises(Refused) as short:
        await place(db, world, sale(world, wanted(world.adult_id), cash_minor=9_799))
    assert short.value.refusal is Refusal.PAYMENT_SHORT
    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 0


async def test_without_a_shift_nothing_is_sold_at_a_window(db: Database) -> None:
    world = await add_world(db)
    with pytest.raises(Refused) as refused:
        await place(db, world, sale(world, wanted(world.adult_id)))
    assert refused.value.refusal is Refusal.SHIFT_NEEDED
    await open_shift(db, world)
    with pytest.raises(Refused):
        await place(db, world, sale(world, wanted(world.adult_id)), actor=world.cashier_2)


async def boat(db: Database, world: World, quota: int) -> str:
    return await add_slot(db, world, quota)


async def test_two_hundred_buyers_of_a_hundred_places_get_a_hundred_orders(db: Database) -> None:
    world = await add_world(db)
    slot_id = await boat(db, world, 100)
    one = wanted(world.boat_ticket_id, visit_on=TOMORROW, slot_id=slot_id)

    async def buy() -> str:
        try:
            return (await place(db, world, online(world, one))).number
        except Refused as refused:
            return refused.code

    answers = await asyncio.gather(*(buy() for _ in range(200)))

    assert answers.count("QUOTA_EXHAUSTED") == 100
    numbers = {answer for answer in answers if answer != "QUOTA_EXHAUSTED"}
    assert numbers == {f"20260701-{n:04d}" for n in range(1, 101)}
    assert await findings(db) == []


async def test_holds_that_run_out_make_room_when_places_are_short(db: Database) -> None:
    world = await add_world(db)
    slot_id = await boat(db, world, 2)
    two = wanted(world.boat_ticket_id, 2, TOMORROW, slot_id=slot_id)
    held = await place(db, world, online(world, two))
    with pytest.raises(Refused):
        await place(db, world, online(world, two), NOON + timedelta(minutes=14))

    await place(db, world, online(world, two), NOON + timedelta(minutes=15))

    assert (await db.ask(orders.get_order, held.id)).status is OrderStatus.CANCELLED
    assert await findings(db) == []


async def test_the_sweep_frees_what_nobody_asks_for(db: Database) -> None:
    world = await add_world(db)
    await place(db, world, online(world, wanted(world.adult_id, 3)))

    assert await db.act(orders.sweep, NOON + timedelta(minutes=14)) == 0
    assert await db.act(orders.sweep, NOON + timedelta(minutes=15)) == 1

    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 0
    assert await findings(db) == []


async def test_a_slot_is_chosen_for_products_with_slots_and_only_for_them(db: Database) -> None:
    world = await add_world(db)
    slot_id = await boat(db, world, 2)
    for wrong in (
        wanted(world.boat_ticket_id, visit_on=TOMORROW),
        wanted(world.boat_ticket_id, visit_on=TODAY, slot_id=slot_id),
        wanted(world.boat_ticket_id, visit_on=TOMORROW, slot_id="nowhere"),
        wanted(world.adult_id, slot_id=slot_id),
    ):
        with pytest.raises((InvalidInput, Refused)):
            await place(db, world, online(world, wrong))


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=8)])
async def test_only_days_that_can_be_booked_are_sold(db: Database, day: date) -> None:
    world = await add_world(db)
    with pytest.raises(Refused) as refused:
        await place(db, world, online(world, wanted(world.adult_id, visit_on=day)))
    assert refused.value.refusal is Refusal.NOT_ON_SALE


async def test_an_unknown_window_channel_or_key_is_refused(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    one = wanted(world.adult_id)
    for wrong in (
        sale(world),
        sale(world, one, request_id=""),
        sale(world, one, window_id=None),
        online(world, one, cash_minor=9_800),
        online(world, one, window_id=world.window_id),
    ):
        with pytest.raises(InvalidInput):
            await place(db, world, wrong)


async def test_a_quote_takes_nothing(db: Database) -> None:
    world = await add_world(db)
    args = (world.area_id, Channel.SHOP, None, [wanted(world.adult_id, 2)], NOON)

    lines = await db.ask(orders.quote, *args)

    assert sum(line.amount_minor for line in lines) == 19_600
    assert (await db.ask(capacity.day_of, world.area_id, TODAY)).taken == 0
