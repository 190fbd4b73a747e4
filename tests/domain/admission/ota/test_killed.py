"""Killed between what an OTA asked and what it was answered: asked again, it is done once."""

import json
from typing import Any

import pytest

from domain.commerce import agents
from domain.kernel.db import Database
from domain.operation import verification
from tests.domain.admission.ota.platform import calling
from tests.domain.admission.ota.pretend import add_ota
from tests.domain.admission.tickets.market import VAULT, opened
from tests.dying import last_words

PLATFORM = "tests.domain.admission.ota.platform"
LINES_BEFORE_DEATH = 80
DEATHS = 3
PREPAID = 100_000_000
NET, GIVEN_BACK = 8_820, 7_056  # the refund rule of the day keeps a fifth


def calls_of(lines: list[str]) -> list[dict[str, Any]]:
    """What was asked and answered; a log line is neither."""
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.slow
async def test_a_request_that_met_a_kill_is_done_once(database_url: str) -> None:
    db = await Database.open(database_url)
    market, _ = await opened(db)
    agent_id, _ = await add_ota(db, VAULT, market.world, prepaid=PREPAID)
    await db.close()

    calls: list[dict[str, Any]] = []
    for _ in range(DEATHS):
        calls += calls_of(last_words(PLATFORM, database_url, lines=LINES_BEFORE_DEATH))

    db = await Database.open(database_url)
    try:
        them = calling(db)
        for call in calls:
            again = list(await them.ask(call["service"], call["body"]))
            assert again[0] == "0000"
            assert call.get("answer", again) == again
        asked = [call["service"] for call in calls if "answer" not in call]
        assert len(asked) > len(calls) - len(asked)  # a kill left some without an answer
        due = NET * 2 * asked.count("CreateOrder") - GIVEN_BACK * asked.count("CancelOrder")
        agent = await db.ask(agents.get, agent_id)
        assert agent.prepaid_minor == PREPAID - due
        for name in ("ota", "agents", "ledger", "orders", "tickets"):
            assert await db.ask(verification.run, name) == []
    finally:
        await db.close()
