"""Recomputing places: what the order lines keep is what the counters say."""

from domain.commerce.capacity import store
from domain.kernel.db import Tx

MOST = 100


async def check(tx: Tx) -> list[str]:
    """What is wrong, one sentence each; nothing when all is well."""
    slots = await tx.rows(store.WRONG_SLOTS, most=MOST)
    days = await tx.rows(store.WRONG_DAYS, most=MOST)
    kept = await tx.rows(store.WRONG_KEPT, most=MOST)
    return [
        *(f"slot {row.id} says {row.taken} taken, its orders keep {row.kept}" for row in slots),
        *(
            f"area {row.area_id} on {row.visit_on} says {row.taken} taken,"
            f" its orders keep {row.kept}"
            for row in days
        ),
        *(f"slot {row.id} keeps back {row.kept_left}, its channels say {row.kept}" for row in kept),
    ]
