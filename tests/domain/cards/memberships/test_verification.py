"""`shanmen verify` finds what somebody changed behind the ledger's back."""

import pytest
from sqlalchemy import bindparam as b

from domain.cards.memberships.tables import card_lots, card_media, card_spends, memberships
from domain.kernel.db import Tx
from tests.domain.cards.desk import STORED, UID, Desk

M, L = memberships, card_lots
FAULTS = {
    "more on the card": M.update().values(principal_minor=M.c.principal_minor + b("much")),
    "more bonus": M.update().values(bonus_minor=M.c.bonus_minor + b("much")),
    "more deposit": M.update().values(deposit_minor=M.c.deposit_minor + b("much")),
    "more uses": M.update().values(uses_left=M.c.uses_left + b("much")),
    "more points": M.update().values(points=M.c.points + b("much")),
    "less in a lot": L.update()
    .where(L.c.kind == "balance")
    .values(principal_left_minor=L.c.principal_left_minor - b("much")),
    "more was put back": card_spends.update().values(back_minor=b("much")),
}


async def spoil(tx: Tx, fault: str) -> None:
    await tx.run(FAULTS[fault], much=1)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_is_found(cards: Desk, fault: str) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    await cards.pay(card.id, await cards.tickets())
    assert await cards.findings() == []

    await cards.db.act(spoil, fault)

    assert len(await cards.findings()) == 1


REVIVE = card_media.update().values(status=b("to_status"))


async def test_a_living_medium_of_a_dead_card_is_found(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000, uid=UID)
    await cards.replace(card.id)

    async def revive(tx: Tx) -> None:
        await tx.run(REVIVE, to_status="active")

    await cards.db.act(revive)

    assert len(await cards.findings()) == 1
