"""Recomputing what is kept back; orders/verification.py compares the counters with the orders."""

from domain.commerce.capacity import store
from domain.kernel.db import Tx
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check(tx: Tx) -> list[Finding]:
    """A slot keeps back exactly what its channels have not taken yet."""
    return [
        Finding("places_kept", f"slot {row.id}", f"keeps {row.kept_left}, channels say {row.kept}")
        for row in await tx.rows(store.WRONG_KEPT, most=MOST_FINDINGS)
    ]


register("places_kept", check)
