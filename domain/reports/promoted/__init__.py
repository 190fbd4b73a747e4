"""What promotions took off sales, what of it came back, and who bears the rest.

await reduced(tx, asked, Dimension.PROMOTION)   # rows by promotion
await total(tx, asked)                          # all of them

A reduction counts on the day of the sale, what came back on the day of the refund, as their
bearers' shares were booked.
"""

from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.reports.days import Asked, Dimension, Key
from domain.reports.promoted import store

__all__ = ["Reduced", "reduced", "total"]


class Reduced(NamedTuple):
    """Fen, but for `sales`: orders that a promotion made cheaper, each counted once a row."""

    sales: int = 0
    given_minor: int = 0
    back_minor: int = 0
    by_area_minor: int = 0
    by_units_minor: int = 0
    by_platform_minor: int = 0

    @property
    def net_minor(self) -> int:
        return self.given_minor - self.back_minor


async def reduced(tx: Tx, asked: Asked, by: Dimension) -> dict[Key, Reduced]:
    """By the keys of a dimension; a ticket type's is the kind of its line with its id. Of the
    filters it knows promotion_id, ticket_type_id and channel."""
    found: dict[Key, Reduced] = {}
    for row in await tx.rows(store.REDUCED[by], **_wanted(asked)):
        key, figures = row[: -len(Reduced._fields)], row[-len(Reduced._fields) :]
        found[tuple(key) if len(key) > 1 else key[0]] = Reduced(*map(int, figures))
    return found


async def total(tx: Tx, asked: Asked) -> Reduced:
    """All of them: an order with two ticket types is one order."""
    return Reduced(*map(int, await tx.one(store.TOTAL, **_wanted(asked))))


def _wanted(asked: Asked) -> dict[str, Any]:
    only = {name: next(iter(asked.only.get(name, ())), "") for name in store.FILTERS}
    return {"areas": list(asked.area_ids), "first": asked.first, "last": asked.last, **only}
