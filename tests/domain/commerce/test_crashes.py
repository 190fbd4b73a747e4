"""Killed in the midst of selling: what was acknowledged is there, and nothing is half."""

import json

import pytest

from domain.commerce import orders, shifts
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from tests.domain.commerce.factories import add_world
from tests.domain.commerce.selling import findings
from tests.dying import last_words

ORDERS_BEFORE_DEATH = 60
DEATHS = 3
SELLER = "tests.domain.commerce.seller"


@pytest.mark.slow
async def test_every_acknowledged_order_survives_a_kill(database_url: str) -> None:
    db = await Database.open(database_url)
    world = await add_world(db, daily_capacity=1_000_000)
    await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, utc_now())
    await db.close()

    told = json.dumps(world._asdict())
    acknowledged: list[str] = []
    for _ in range(DEATHS):
        said = last_words(SELLER, database_url, told, lines=ORDERS_BEFORE_DEATH)
        acknowledged += [line for line in said if len(line) == 36]

    assert len(acknowledged) >= DEATHS * ORDERS_BEFORE_DEATH
    db = await Database.open(database_url)
    try:
        for order_id in acknowledged:
            order = await db.ask(orders.get_order, order_id)
            assert (order.tickets, order.total_minor) == (3, 24_500)
            owned = await db.ask(orders.altering.everything_owned, order, utc_now())
            assert len(owned) == (3 if order.paid_at else 0)
        assert await findings(db) == []
    finally:
        await db.close()
