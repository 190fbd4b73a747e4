"""Recomputing the ledger: every entry has postings, and they sum to zero."""

from domain.commerce.ledger import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    """Entries that do not sum to zero, and entries without postings."""
    unbalanced = await tx.rows(store.UNBALANCED, most=MOST_FINDINGS)
    empty = await tx.rows(store.EMPTY, most=MOST_FINDINGS)
    return [
        Finding(
            "ledger",
            f"entry {row.entry_id}",
            f"does not sum to zero: {to_text(row.rest)} {row.currency}",
        )
        for row in unbalanced
    ] + [Finding("ledger", f"entry {row.id}", "has no postings") for row in empty]


register("ledger", check)
