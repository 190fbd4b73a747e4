"""Record items: one batch, its rows, what they come to; the list of all that one may see."""

from collections import Counter
from typing import Any

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound
from domain.operation.batches import store
from domain.operation.batches.groups import all_groups, group_of
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn

FIRST = Cut()


async def get_batch(tx: Tx, batch_id: str) -> Any:
    row = await tx.one(store.GET_BATCH, id=batch_id)
    if row is None:
        raise NotFound()
    return row


async def rows_of(tx: Tx, batch_id: str, after: int, most: int) -> list[Any]:
    """One page of a batch's rows: those behind position `after`."""
    return list(await tx.rows(store.ROWS_AFTER, batch_id=batch_id, after=after, most=most))


async def totals_of(tx: Tx, batch_id: str) -> list[Any]:
    """How many rows go from which value to which, by status."""
    return list(await tx.rows(store.TOTALS, batch_id=batch_id))


async def counts_of(tx: Tx, batch_id: str) -> Counter[str]:
    """How many rows are how far, by status."""
    return Counter({row.status: row.rows for row in await tx.rows(store.COUNTS, batch_id=batch_id)})


def may_see(who: SignedIn, batch: Any) -> bool:
    """One's own, and those that one could make or decide where they belong."""
    group = group_of(batch.noun, batch.field)
    kinds = {group.permission, group.checked_by or group.permission}
    return batch.created_by == who.id or any(who.may(kind, batch.area_id) for kind in kinds)


async def page(tx: Tx, who: SignedIn, cut: Cut = FIRST) -> list[Any]:
    """Newest first; a cut's key is (created_at, id)."""
    groups = all_groups()
    areas: set[str] = set()
    for group in groups:
        for permission in {group.permission, group.checked_by or group.permission}:
            areas |= who.reach.get(permission, frozenset())
    nouns = sorted({group.noun for group in groups})
    found: list[Any] = []
    while True:
        if EVERYWHERE in areas:
            rows = await store.LIST.page(tx, cut, nouns=nouns)
        else:
            rows = await store.LIST_WITHIN.page(
                tx, cut, nouns=nouns, areas=sorted(areas), viewer=who.id
            )
        found += [row for row in rows if may_see(who, row)]
        if len(rows) < cut.most or len(found) >= cut.most:
            return found[: cut.most]
        cut = cut._replace(key=(rows[-1].created_at, rows[-1].id))
