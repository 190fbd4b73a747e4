"""Recomputing drawers: the ledger's balance is what payments, payouts and moves add up to."""

from domain.commerce.shifts import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    """Every drawer holds what is expected of it, and a closed one holds nothing."""
    return [
        Finding(
            "shifts",
            f"shift {row.id}",
            f"is {row.status}, its drawer holds {to_text(row.held)},"
            f" expected {to_text(row.expected)}",
        )
        for row in await tx.rows(store.WRONG_DRAWERS, most=MOST_FINDINGS)
    ]


register("shifts", check)
