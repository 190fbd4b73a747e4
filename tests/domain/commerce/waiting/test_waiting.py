"""The waiting list: in turn, never more than there are, never one place for two."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from domain.commerce import capacity, orders, refunds, waiting
from domain.commerce.capacity import SlotSetting, SlotStatus
from domain.commerce.orders import Order
from domain.commerce.refunds import RefundCause
from domain.commerce.waiting import WaitStatus, Wish
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.errors import InvalidInput, Refused
from domain.operation import verification
from tests.domain.commerce.factories import NOON, World, add_slot, add_world
from tests.domain.commerce.selling import BUYER, findings, online, open_shift, place, sale, wanted

TOMORROW = date(2026, 7, 2)
MINUTES = timedelta(minutes=20)  # the setting's default
IN_AN_HOUR = NOON + timedelta(hours=1)


class Line:
    """A slot of the boat that is full, and people who wait for it."""

    def __init__(self, db: Database, world: World, slot_id: str, sold: list[Order]) -> None:
        self.db, self.world, self.slot_id, self.sold = db, world, slot_id, sold
        self.lane = capacity.lane(world.area_id)
        self.customers: dict[str, str] = {}

    async def join(self, heads: int = 1, minute: int = 0) -> str:
        customer_id = ids.new_id()
        wish, at = Wish(self.slot_id, customer_id, heads), NOON + timedelta(minutes=minute)
        wait_id = await self.db.act(waiting.join, wish, BUYER, at, lane=self.lane)
        self.customers[wait_id] = customer_id
        return str(wait_id)

    async def give_back(self, order: Order, now: Any = IN_AN_HOUR) -> None:
        await self.db.act(orders.cancel, order.id, BUYER, now, lane=self.lane)

    async def take_up(self, wait_id: str, now: Any, heads: int = 1, **values: Any) -> Order:
        given = self.wish(heads, **values)
        order: Order = await self.db.act(
            waiting.take_up, wait_id, self.customers[wait_id], given, BUYER, now, lane=self.lane
        )
        return order

    def wish(self, heads: int = 1, **values: Any) -> orders.Sale:
        boat = wanted(self.world.boat_ticket_id, heads, TOMORROW, slot_id=self.slot_id)
        return online(self.world, boat, **values)

    async def states(self, *wait_ids: str) -> list[str]:
        return [(await self.db.ask(waiting.get_wait, one)).status for one in wait_ids]


async def full_line(db: Database, places: int = 2, **world: Any) -> Line:
    made = await add_world(db, **world)
    slot_id = await add_slot(db, made, places)
    line = Line(db, made, slot_id, [])
    late = NOON + timedelta(hours=20)
    for _ in range(places):
        line.sold.append(await place(db, made, line.wish(held_until=late)))
    return line


async def test_the_first_in_line_is_offered_what_returns_and_books_with_it(db: Database) -> None:
    line = await full_line(db)
    first, second = await line.join(), await line.join(minute=1)

    await line.give_back(line.sold[0])
    assert await line.states(first, second) == ["offered", "waiting"]
    with pytest.raises(Refused):  # held: nobody else may take it
        await place(db, line.world, line.wish(), IN_AN_HOUR)
    with pytest.raises(Refused):
        await line.take_up(second, IN_AN_HOUR)

    order = await line.take_up(first, IN_AN_HOUR, request_id="mine")
    again = await line.take_up(first, IN_AN_HOUR, request_id="mine")
    assert again.id == order.id
    with pytest.raises(Refused):  # another order with the same offer
        await line.take_up(first, IN_AN_HOUR)
    assert await line.states(first, second) == ["taken", "waiting"]
    assert await findings(db) == []


async def test_an_offer_that_nobody_takes_up_goes_to_the_next(db: Database) -> None:
    line = await full_line(db)
    first, second = await line.join(), await line.join(minute=1)
    await line.give_back(line.sold[0])

    await waiting.sweep(db, IN_AN_HOUR + MINUTES - timedelta(seconds=1))
    assert await line.states(first, second) == ["offered", "waiting"]
    with pytest.raises(Refused):  # over, even before the sweep comes by
        await line.take_up(first, IN_AN_HOUR + MINUTES)
    await waiting.sweep(db, IN_AN_HOUR + MINUTES)
    assert await line.states(first, second) == ["passed", "offered"]
    assert await findings(db) == []
    await waiting.sweep(db, IN_AN_HOUR + 2 * MINUTES)
    assert await line.states(second) == ["passed"]
    await place(db, line.world, line.wish(), IN_AN_HOUR + 2 * MINUTES)  # anybody's again
    assert await findings(db) == []


async def test_an_order_that_nobody_paid_and_a_raised_quota_free_places(db: Database) -> None:
    line = await full_line(db, 1)
    (first, second, third) = [await line.join(minute=n) for n in range(3)]

    late = NOON + timedelta(hours=20)  # when its hold ends
    await db.act(orders.sweep, late)
    assert await line.states(first, second) == ["offered", "waiting"]
    (slot,) = (await db.ask(capacity.slots_by_id, [line.slot_id])).values()
    setting = SlotSetting(2, SlotStatus.OPEN, "", {}, slot.version)
    await db.act(capacity.set_slot, line.slot_id, setting, SYSTEM, late, lane=line.lane)
    assert await line.states(second, third) == ["offered", "waiting"]
    assert await findings(db) == []


async def test_a_large_party_is_passed_over_and_keeps_its_place(db: Database) -> None:
    line = await full_line(db, 3)
    three, one = await line.join(3), await line.join(1, minute=1)

    await line.give_back(line.sold[0])
    assert await line.states(three, one) == ["waiting", "offered"]
    await line.give_back(line.sold[1])
    await line.give_back(line.sold[2])
    assert await line.states(three, one) == ["waiting", "offered"]
    await db.act(waiting.leave, one, BUYER, IN_AN_HOUR, lane=line.lane)
    assert await line.states(three, one) == ["offered", "left"]
    order = await line.take_up(three, IN_AN_HOUR, 2)  # one of them stays at home
    assert order.persons == 2
    await place(db, line.world, line.wish(), IN_AN_HOUR)
    assert await findings(db) == []


async def test_nobody_waits_for_places_that_are_free_nor_for_what_is_over(db: Database) -> None:
    line = await full_line(db)
    first = await line.join()
    wish = Wish(line.slot_id, line.customers[first], 2)
    assert await db.act(waiting.join, wish, BUYER, NOON) == first  # stands there already

    empty = await add_slot(db, line.world, 5, hours_ahead=27)
    with pytest.raises(InvalidInput):
        await db.act(waiting.join, Wish(empty, ids.new_id(), 2), BUYER, NOON)
    with pytest.raises(InvalidInput):
        await line.join(0)
    over = NOON + timedelta(hours=26)
    with pytest.raises(Refused):
        await db.act(waiting.join, Wish(line.slot_id, ids.new_id(), 1), BUYER, over)
    await waiting.sweep(db, over)
    assert await line.states(first) == [WaitStatus.OVER]
    await db.act(waiting.forget, over + timedelta(days=31))
    assert await db.ask(waiting.waits_of, line.customers[first]) == []


async def test_what_returns_at_night_is_offered_until_after_the_morning(db: Database) -> None:
    """22:00 in Shanghai: the message waits until eight, and the offer with it."""
    line = await full_line(db)
    first = await line.join()
    night = NOON + timedelta(hours=10)

    await line.give_back(line.sold[0], night)

    wait = await db.ask(waiting.get_wait, first)
    assert wait.offered_until == NOON + timedelta(hours=20) + MINUTES


async def test_a_closed_slot_offers_nothing_until_it_opens(db: Database) -> None:
    line = await full_line(db)
    first, second = await line.join(), await line.join(minute=1)
    (slot,) = (await db.ask(capacity.slots_by_id, [line.slot_id])).values()
    closed = SlotSetting(2, SlotStatus.CLOSED, "wind", {}, slot.version)
    await db.act(capacity.set_slot, line.slot_id, closed, SYSTEM, IN_AN_HOUR, lane=line.lane)

    await line.give_back(line.sold[0])
    await waiting.sweep(db, IN_AN_HOUR)
    assert await line.states(first, second) == ["waiting", "waiting"]
    reopened = closed._replace(status=SlotStatus.OPEN, version=slot.version + 1)
    await db.act(capacity.set_slot, line.slot_id, reopened, SYSTEM, IN_AN_HOUR, lane=line.lane)
    assert await line.states(first, second) == ["offered", "waiting"]
    assert await findings(db) == []


async def test_places_that_return_at_once_are_offered_each_to_one(db: Database) -> None:
    """Thirty orders given up at once, forty who wait, twenty others who want to buy, the sweep."""
    line = await full_line(db, 30)
    waits = [await line.join(minute=n) for n in range(40)]

    async def snatch() -> bool:
        try:
            await place(db, line.world, line.wish(), IN_AN_HOUR)
        except Refused:
            return False
        return True

    answers = await asyncio.gather(
        *(line.give_back(order) for order in line.sold),
        *(snatch() for _ in range(20)),
        *(waiting.sweep(db, IN_AN_HOUR) for _ in range(5)),
    )

    states = await line.states(*waits)
    assert answers.count(True) == 0  # who waits goes first
    assert states == ["offered"] * 30 + ["waiting"] * 10
    orders_made = await asyncio.gather(
        *(line.take_up(one, IN_AN_HOUR) for one in waits[:30]), *(snatch() for _ in range(5))
    )
    assert sum(isinstance(one, Order) for one in orders_made) == 30
    assert await findings(db) == []


async def test_without_lanes_nothing_is_oversold_either(db: Database) -> None:
    line = await full_line(db, 10)
    waits = [await line.join(minute=n) for n in range(15)]

    async def give_up(order: Order) -> None:
        await db.act(orders.cancel, order.id, BUYER, IN_AN_HOUR)

    await asyncio.gather(*(give_up(order) for order in line.sold))
    await waiting.sweep(db, IN_AN_HOUR)

    states = await line.states(*waits)
    assert states.count("offered") == 10
    held = [(await db.ask(waiting.get_wait, one)).hold_id for one in waits]
    assert len({one for one in held if one}) == 10
    assert await findings(db) == []
    assert await db.ask(verification.run, "places") == []


async def test_one_who_leaves_while_the_offer_lapses_ends_once(db: Database) -> None:
    line = await full_line(db, 1)
    first, second = await line.join(), await line.join(minute=1)
    await line.give_back(line.sold[0])
    over = IN_AN_HOUR + MINUTES

    await asyncio.gather(
        db.act(waiting.leave, first, BUYER, over, lane=line.lane),
        waiting.sweep(db, over),
        waiting.sweep(db, over),
    )

    (ended, next_one) = await line.states(first, second)
    assert ended in ("left", "passed") and next_one == "offered"
    assert await findings(db) == []


async def test_a_window_that_refunds_offers_the_place(db: Database) -> None:
    """Paid in cash at a window; who waits on the web is next all the same."""
    world = await add_world(db)
    await open_shift(db, world)
    slot_id = await add_slot(db, world, 1)
    boat = wanted(world.boat_ticket_id, 1, TOMORROW, slot_id=slot_id)
    order = await place(db, world, sale(world, boat))
    line = Line(db, world, slot_id, [order])
    first = await line.join()
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    asked = refunds.Request(
        "back", order.id, quote.subject_ids, RefundCause.VISITOR, "x", quote.amount_minor,
        world.window_id,
    )  # fmt: skip

    await db.act(refunds.refund, asked, world.cashier, NOON, lane=line.lane)

    assert await line.states(first) == ["offered"]
    assert await findings(db) == []
