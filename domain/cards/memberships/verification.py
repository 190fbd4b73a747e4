"""Recomputing cards: what a card says, what its lots say and what the ledger says is the same."""

from domain.cards.memberships import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check_cards(tx: Tx) -> list[Finding]:
    wrong = await tx.rows(store.WRONG_CARDS, most=MOST_FINDINGS)
    dead = await tx.rows(store.DEAD_BUT_OPEN, most=MOST_FINDINGS)
    return [
        Finding(
            "cards",
            f"card {row.number}",
            f"holds {held(row.principal_minor, row.bonus_minor, row.uses_left)},"
            f" {row.deposit_minor} deposit, {row.points} points;"
            f" lots {held(row.lots_principal, row.lots_bonus, row.lots_uses)};"
            f" ledger {held(row.ledger_principal, row.ledger_bonus, row.ledger_uses)},"
            f" {row.ledger_deposit} deposit, {row.ledger_points} points",
        )
        for row in wrong
    ] + [
        Finding("cards", f"card {row.number}", f"is {row.status} and not empty and dead")
        for row in dead
    ]


def held(principal: int, bonus: int, uses: int) -> str:
    return f"{principal}+{bonus} fen, {uses} uses"


async def check_spends(tx: Tx) -> list[Finding]:
    return [
        Finding(
            "card_spends",
            f"spend {row.id}",
            f"of {row.face_minor}, {row.back_minor} back; its parts {row.in_parts},"
            f" {row.back_in_parts} back",
        )
        for row in await tx.rows(store.WRONG_SPENDS, most=MOST_FINDINGS)
    ]


register("cards", check_cards)
register("card_spends", check_spends)
