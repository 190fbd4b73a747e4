"""Killed while the difference of a dearer day is paid: told again, it moves the ticket once."""

import json

import pytest

from domain.commerce import changes
from domain.commerce.changes import HoldStatus
from domain.commerce.orders import get_order
from domain.commerce.payments import get_payment
from domain.kernel.db import Database
from tests.domain.commerce.changes.test_paying import DAY_3, DEARER, Desk
from tests.domain.commerce.factories import add_world, make_price
from tests.domain.commerce.selling import findings
from tests.dying import last_words

VISITOR = "tests.domain.commerce.changes.visitor"
LINES_BEFORE_DEATH = 63  # not all of the visitors have their answers
DEATHS = 3


@pytest.mark.slow
async def test_a_difference_that_met_a_kill_moves_the_ticket_once(database_url: str) -> None:
    db = await Database.open(database_url)
    world = await add_world(db, daily_capacity=1_000_000)
    await db.act(make_price, world.adult_id, DAY_3, 9_800 + DEARER)
    await db.close()

    told = json.dumps(world._asdict())
    said: list[list[str]] = []
    for _ in range(DEATHS):
        lines = last_words(VISITOR, database_url, told, lines=LINES_BEFORE_DEATH)
        said += [line.split() for line in lines if line.startswith(("charged ", "changed "))]

    db = await Database.open(database_url)
    try:
        charged = [words[1:] for words in said if words[0] == "charged"]
        assert len(charged) > LINES_BEFORE_DEATH
        for order_id, payment_id in charged:
            desk = Desk(db, world, await db.ask(get_order, order_id))
            await desk.told(await db.ask(get_payment, payment_id))
            assert await desk.status() is HoldStatus.DONE
            assert len(await db.ask(changes.changes_of, order_id)) == 1
            assert (await desk.now()).total_minor == 9_800 + DEARER
            assert await desk.returned() == []
        assert await findings(db) == []
    finally:
        await db.close()
