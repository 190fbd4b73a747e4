"""Killed in the midst of selling: what was acknowledged is there, and nothing is half."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.commerce import orders, shifts
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from tests.domain.commerce.factories import World, add_world
from tests.domain.commerce.selling import findings

ROOT = Path(__file__).parents[3]
ORDERS_BEFORE_DEATH = 60
DEATHS = 3


def sell_and_die(url: str, world: World) -> list[str]:
    """The orders that a till process acknowledged before it was killed without a word."""
    command = [sys.executable, "-m", "tests.domain.commerce.seller", url]
    process = subprocess.Popen(
        [*command, json.dumps(world._asdict())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    acknowledged: list[str] = []
    for line in process.stdout:
        acknowledged.append(line.strip())
        if len(acknowledged) == ORDERS_BEFORE_DEATH:
            process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return [line for line in acknowledged if len(line) == 36]


@pytest.mark.slow
async def test_every_acknowledged_order_survives_a_kill(database_url: str) -> None:
    db = await Database.open(database_url)
    world = await add_world(db, daily_capacity=1_000_000)
    await db.act(shifts.open_shift, world.window_id, 50_000, world.cashier, utc_now())
    await db.close()

    acknowledged: list[str] = []
    for _ in range(DEATHS):
        acknowledged += sell_and_die(database_url, world)

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
