"""Recomputing what is kept back. That counters match orders is checked in orders/verification.py."""

from domain.commerce.capacity import store
from domain.kernel.db import Tx

MOST = 100


async def check(tx: Tx) -> list[str]:
    """What is wrong, one sentence each; nothing when all is well."""
    return [
        f"slot {row.id} keeps back {row.kept_left}, its channels say {row.kept}"
        for row in await tx.rows(store.WRONG_KEPT, most=MOST)
    ]
