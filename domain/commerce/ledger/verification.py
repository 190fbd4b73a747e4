"""Recomputing the ledger: every entry has postings, and they sum to zero."""

from domain.commerce.ledger import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text

MOST = 100  # of one kind: whoever finds more has one cause, not a hundred


async def check(tx: Tx) -> list[str]:
    """What is wrong, one sentence each; nothing when all is well."""
    unbalanced = await tx.rows(store.UNBALANCED, most=MOST)
    empty = await tx.rows(store.EMPTY, most=MOST)
    return [
        f"ledger entry {row.entry_id} does not sum to zero: {to_text(row.rest)} {row.currency}"
        for row in unbalanced
    ] + [f"ledger entry {row.id} has no postings" for row in empty]
