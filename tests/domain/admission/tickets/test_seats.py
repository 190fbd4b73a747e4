"""Numbered seats: each is one ticket's, side by side where there are, and free again when it goes
back."""

import asyncio
from datetime import timedelta
from typing import NamedTuple

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.admission.tickets import seats, tables
from domain.commerce import capacity, changes, orders, refunds
from domain.commerce.catalog import ProductInput
from domain.commerce.catalog.tables import products, ticket_types
from domain.commerce.changes import Target
from domain.commerce.orders import Order
from domain.commerce.refunds import RefundCause
from domain.kernel import ids
from domain.kernel.db import Database, Tx
from domain.operation import verification
from tests.domain.admission.tickets.market import Market, opened
from tests.domain.commerce.factories import NOON, TODAY, add_slot, make_type
from tests.domain.commerce.selling import sale, wanted

LATER = TODAY + timedelta(days=2)
BOARDING = NOON + timedelta(hours=49)


class Quay(NamedTuple):
    """A boat with numbered seats, and two times of it."""

    market: Market
    gate_id: str
    first: str
    second: str

    @property
    def db(self) -> Database:
        return self.market.db

    async def sell(self, quantity: int = 1, type_id: str = "", slot_id: str = "") -> Order:
        world, slot = self.market.world, slot_id or self.first
        line = wanted(type_id or world.boat_ticket_id, quantity, LATER, slot_id=slot)
        return await self.db.act(orders.place, sale(world, line), world.cashier, NOON)

    async def seats(self, order: Order) -> list[str]:
        return [one.row.seats for one in await self.market.prints(order)]

    async def give_back(self, order: Order, *chosen: int) -> None:
        all_of = await self.db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
        some = tuple(all_of.subject_ids[at] for at in chosen) or all_of.subject_ids
        quote = await self.db.ask(refunds.quote, order.id, some, RefundCause.VISITOR, NOON)
        world, why = self.market.world, RefundCause.VISITOR
        asked = refunds.Request(
            ids.new_id(), order.id, some, why, "x", quote.amount_minor, world.window_id
        )
        await self.db.act(refunds.refund, asked, world.cashier, NOON)

    async def move(self, order: Order, slot_id: str) -> None:
        world, target = self.market.world, Target(LATER, slot_id)
        some = tuple(one.row.id for one in await self.market.prints(order))
        asked = changes.Request(ids.new_id(), order.id, some, target, 0, world.window_id, 0)
        await self.db.act(changes.change, asked, world.cashier, NOON)

    async def sound(self) -> None:
        found = await self.db.ask(verification.run_all)
        assert [each for check in found.values() for each in check] == []


@pytest.fixture
async def quay(db: Database) -> Quay:
    market, gate_id = await opened(db)
    world = market.world

    async def number_the_seats(tx: Tx) -> None:
        await tx.run(products.update().where(products.c.id == world.boat_id).values(seated=True))

    await db.act(number_the_seats)
    times = [await add_slot(db, world, 12, hours_ahead=hours) for hours in (48, 51)]
    return Quay(market, gate_id, *times)


async def test_who_buys_together_sits_together(quay: Quay) -> None:
    family, couple = await quay.sell(3), await quay.sell(2)
    other_time = await quay.sell(1, slot_id=quay.second)

    assert await quay.seats(family) == ["1", "2", "3"]
    assert await quay.seats(couple) == ["4", "5"]
    assert await quay.seats(other_time) == ["1"]
    await quay.sound()


async def test_a_seat_that_is_given_back_is_sold_again(quay: Quay) -> None:
    family = await quay.sell(3)
    await quay.give_back(family, 1)

    couple, single = await quay.sell(2), await quay.sell(1)

    assert await quay.seats(couple) == ["4", "5"]  # side by side
    assert await quay.seats(single) == ["2"]
    assert await quay.seats(family) == ["1", "", "3"]
    await quay.sound()


async def test_the_last_seats_are_where_they_are(quay: Quay) -> None:
    first, rest = await quay.sell(3), await quay.sell(9)
    await quay.give_back(first, 1)
    await quay.give_back(rest, 4)

    assert await quay.seats(await quay.sell(2)) == ["2", "8"]
    await quay.sound()


async def test_the_gate_tells_the_seat(quay: Quay) -> None:
    (one,) = await quay.market.prints(await quay.sell())
    answer = await quay.market.scan(quay.gate_id, await quay.market.code(one), BOARDING)

    assert (answer.refusal, answer.details["seats"]) == (None, "1")


async def test_another_time_is_another_seat(quay: Quay) -> None:
    await quay.sell(2, slot_id=quay.second)
    order = await quay.sell(2)
    await quay.move(order, quay.second)

    assert await quay.seats(order) == ["", "", "3", "4"]
    assert await quay.seats(await quay.sell(1)) == ["1"]
    await quay.sound()


async def test_a_ticket_for_several_has_several_seats(quay: Quay) -> None:
    world = quay.market.world

    async def add_family(tx: Tx) -> str:
        boat = ticket_types.c.id == world.boat_ticket_id
        (known,) = await tx.rows(ticket_types.select().where(boat))
        given = {"area_id": world.area_id, "product_id": world.boat_id}
        given |= {"refund_policy_id": known.refund_policy_id, "gate_mode": "one_many"}
        return await make_type(tx, 9, "FAMILY", 15_000, persons=4, **given)

    family_id = await quay.db.act(add_family)
    order = await quay.sell(2, family_id)

    assert await quay.seats(order) == ["1-4", "5-8"]
    await quay.give_back(order, 0)
    assert await quay.seats(await quay.sell(5)) == ["1", "2", "3", "4", "9"]
    await quay.sound()


async def test_forty_at_once_for_twelve_seats(quay: Quay) -> None:
    made = await asyncio.gather(*(quay.sell() for _ in range(40)), return_exceptions=True)

    sold = [one for one in made if isinstance(one, Order)]
    taken = [seat for order in sold for seat in await quay.seats(order)]
    assert sorted(map(int, taken)) == list(range(1, 13))
    await quay.sound()


async def test_who_buys_gives_back_and_moves_at_once_leaves_each_place_one_seat(
    quay: Quay,
) -> None:
    sold = [await quay.sell(2) for _ in range(5)]

    await asyncio.gather(
        *(quay.give_back(order) for order in sold[:2]),
        *(quay.move(order, quay.second) for order in sold[2:4]),
        *(quay.sell() for _ in range(9)),
        *(quay.sell(2, slot_id=quay.second) for _ in range(6)),
        return_exceptions=True,
    )

    async def counted(tx: Tx) -> list[tuple[int, int]]:
        seated = [row.slot_id for row in await tx.rows(tables.ticket_seats.select())]
        found = await capacity.slots_by_id(tx, [quay.first, quay.second])
        return [(seated.count(slot_id), row.taken) for slot_id, row in found.items()]

    for seats_taken, places_taken in await quay.db.ask(counted):
        assert 0 < seats_taken == places_taken <= 12
    await quay.sound()


async def test_a_seat_astray_is_found(quay: Quay) -> None:
    order = await quay.sell(1)

    async def forget(tx: Tx) -> None:
        (one,) = await tx.rows(tables.ticket_seats.select())
        await tx.run(tables.ticket_seats.delete())
        tx.add(tables.ticket_seats.insert(), **(one._asdict() | {"slot_id": quay.second}))

    await quay.db.act(forget)

    (found,) = await quay.db.ask(verification.run, "seats")
    assert (found.subject, found.problem) == (f"{order.number}-1", "seat 1, ticket is sold")


def test_seats_without_times_make_no_sense() -> None:
    with pytest.raises(pydantic.ValidationError, match="by time slot"):
        ProductInput(code="X", name_zh="X", seated=True)


@given(st.integers(0, 30), st.sets(st.integers(1, 40)), st.integers(1, 12))
def test_seats_are_free_different_and_side_by_side_where_they_can(
    quota: int, taken: set[int], many: int
) -> None:
    found = seats.chosen(quota, taken, many)

    assert len(set(found)) == len(found) == many
    assert not set(found) & taken
    free = [seat for seat in range(1, quota + 1) if seat not in taken]
    runs = [set(range(seat, seat + many)) for seat in free]
    if any(run <= set(free) for run in runs):
        assert found[-1] - found[0] == many - 1 and found[-1] <= quota
    assert sum(seat <= quota for seat in found) == min(many, len(free))


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([3], "3"), ([5, 3, 4], "3-5"), ([1, 3, 4, 9], "1, 3-4, 9")]
)
def test_seats_are_written_as_people_read_them(numbers: list[int], text: str) -> None:
    assert seats.written(numbers) == text
