"""A shift that is closed while it sells: every sale is counted, or refused."""

import asyncio

from domain.commerce import shifts
from domain.commerce.orders import Order
from domain.commerce.shifts import CloseState, Closing, Count, Shift
from domain.kernel.db import Database
from domain.kernel.errors import Refused
from tests.domain.commerce.factories import NOON, World, add_world
from tests.domain.commerce.selling import findings, open_shift, place, sale, wanted


async def sell(db: Database, world: World) -> Order | None:
    try:
        return await place(db, world, sale(world, wanted(world.adult_id)))
    except Refused as refused:
        assert refused.code in {"SHIFT_NEEDED", "SHIFT_CLOSING"}
        return None


async def close(db: Database, world: World, shift: Shift) -> Closing:
    """Counted as if ten had been sold: right or not, it is explained."""
    count = Count(shift.id, {10_000: 5, 5_000: 19, 1_000: 3}, "数到一半还有人来")
    return await db.act(shifts.close, count, world.cashier, NOON)


async def test_a_close_racing_sales_counts_every_one_of_them(db: Database) -> None:
    world = await add_world(db)
    shift = await open_shift(db, world)

    answers = await asyncio.gather(
        *(sell(db, world) for _ in range(10)), close(db, world, shift), sell(db, world)
    )

    closing = next(one for one in answers if isinstance(one, Closing))
    before = closing.expected_minor - 50_000
    assert before % 9_800 == 0
    sold = [one for one in answers if isinstance(one, Order)]
    assert len(sold) == before // 9_800
    assert closing.state in {CloseState.CLOSED, CloseState.WAITING}
    assert await findings(db) == []
    assert await sell(db, world) is None
