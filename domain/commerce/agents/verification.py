"""Recomputing agents: their balance is what their entries and the ledger say."""

from domain.commerce.agents import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    return [
        Finding(
            "agents",
            f"agent {row.code}",
            f"has {row.prepaid_minor} and owes {row.owed_minor}; the ledger says"
            f" {row.ledger_prepaid} and {row.ledger_owed}, the entries {row.moved_prepaid} and"
            f" {row.moved_owed}",
        )
        for row in await tx.rows(store.WRONG_AGENTS, most=MOST_FINDINGS)
    ]


register("agents", check)
