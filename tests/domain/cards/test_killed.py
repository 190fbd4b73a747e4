"""Killed while cards are topped up, replaced and returned: nothing acknowledged is lost, nothing is
half done, nothing counts twice."""

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from domain.cards.memberships import MembershipStatus
from domain.kernel.db import Database
from domain.operation import settings
from tests.domain.cards import desk
from tests.domain.cards.clerk import TOP_UP
from tests.domain.cards.desk import STORED
from tests.domain.commerce.factories import NOON

ROOT = Path(__file__).parents[3]
LINES_BEFORE_DEATH = 60
DEATHS = 3
SAID = re.compile(r"(opened|topped|replaced|returned)( [0-9a-f-]{36}){1,2}\n")  # no log line


def serve_and_die(url: str, world: str, product_id: str) -> list[str]:
    """What a window acknowledged before it was killed without a word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.domain.cards.clerk", url, world, product_id],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if len(said) == LINES_BEFORE_DEATH:
            process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return [line.strip() for line in said if SAID.fullmatch(line)]


@pytest.mark.slow
async def test_what_was_acknowledged_survives_a_kill_once(database_url: str) -> None:
    db = await Database.open(database_url)
    at = await desk.opened(db)
    product_id = await at.product(**STORED)
    chosen = {"refund_limit_minor": 10**9, "refund_shift_limit_minor": 10**9}
    await db.act(partial(settings.change, edition=0), at.world.supervisor, chosen, NOON)
    world = json.dumps(at.world._asdict())
    await db.close()

    said: list[str] = []
    for _ in range(DEATHS):
        said += serve_and_die(database_url, world, product_id)

    at.db = await Database.open(database_url)
    try:
        for line in said:
            await must_have_happened(at, *line.split())
        assert await at.findings() == []
    finally:
        await at.db.close()


async def must_have_happened(at: desk.Desk, word: str, card_id: str, new_id: str = "") -> None:
    card = await at.card(card_id)
    if word == "replaced":
        assert (card.status, card.replaced_by_id) == (MembershipStatus.REPLACED, new_id)
    elif word == "returned":
        assert card.status == MembershipStatus.RETURNED
    else:
        while card.replaced_by_id:
            card = await at.card(card.replaced_by_id)
        bought = 2 * TOP_UP if word == "topped" else TOP_UP
        returned = card.status == MembershipStatus.RETURNED
        assert returned or bought <= card.principal_minor <= 2 * TOP_UP
