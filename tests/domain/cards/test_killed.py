"""Killed while cards are topped up, replaced, returned and pay: nothing acknowledged is lost,
nothing is half done, nothing counts twice."""

import json
import re
from collections import Counter
from functools import partial

import pytest

from domain.cards.memberships import MembershipStatus
from domain.commerce import orders
from domain.commerce.orders import OrderStatus
from domain.kernel.db import Database
from domain.operation import settings
from tests.domain.cards import desk
from tests.domain.cards.clerk import TOP_UP
from tests.domain.cards.desk import STORED
from tests.domain.commerce.factories import NOON
from tests.dying import last_words

LINES_BEFORE_DEATH = 63  # not all of the clerks have their answers
DEATHS = 3
CLERK, PAYER = "tests.domain.cards.clerk", "tests.domain.cards.payer"
WITH_BONUS, TWO_TICKETS = 400_000, 19_600
PAYMENT = re.compile(r"(asked|paid)( [0-9a-f-]{36}){3}")
SAID = re.compile(r"(opened|topped|replaced|returned)( [0-9a-f-]{36}){1,2}")  # no log line


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
        lines = last_words(CLERK, database_url, world, product_id, lines=LINES_BEFORE_DEATH)
        said += [line for line in lines if SAID.fullmatch(line)]

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


@pytest.mark.slow
async def test_a_payment_that_met_a_kill_is_made_once(database_url: str) -> None:
    """Whoever was not answered asks again with the same key."""
    db = await Database.open(database_url)
    at = await desk.opened(db)
    product_id = await at.product(**STORED)
    world = json.dumps(at.world._asdict())
    await db.close()

    said: list[list[str]] = []
    for _ in range(DEATHS):
        lines = last_words(PAYER, database_url, world, product_id, lines=LINES_BEFORE_DEATH)
        said += [line.split() for line in lines if PAYMENT.fullmatch(line)]

    at.db = at.market.db = await Database.open(database_url)
    try:
        asked = [line[1:] for line in said if line[0] == "asked"]
        assert len(asked) > LINES_BEFORE_DEATH
        for card_id, order_id, request_id in asked:
            order = await at.db.ask(orders.get_order, order_id)
            paid = await at.pay(card_id, order, request_id=request_id)
            assert paid.status is OrderStatus.PAID
        times = Counter(card_id for card_id, _, _ in asked)
        for card_id, orders_paid in times.items():
            card = await at.card(card_id)
            left = card.principal_minor + card.bonus_minor
            assert left == WITH_BONUS - orders_paid * TWO_TICKETS
        assert await at.findings() == []
    finally:
        await at.db.close()
