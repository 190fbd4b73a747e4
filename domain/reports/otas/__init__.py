"""What each OTA bought, rebooked and gave back, beside what its agent's account was charged.

await dealings(tx, span)   # sold + changed - returned = booked, or somebody must look

The left side is read from orders, changes and refunds, the right one from the account's own
entries: neither is worked out from the other.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.reports.happenings import MOST, Span
from domain.reports.otas import store

__all__ = ["Dealing", "Span", "dealings"]


class Dealing(NamedTuple):
    """One thing that happened between an OTA and us, fen. `used`: a ticket let somebody in for the
    first time. `booked_minor`: charged to its account, less what went back there; an order is
    charged as a whole, so nothing of that belongs to a ticket type."""

    account_id: str
    area_id: str
    at: datetime
    ticket_type_id: str | None = None
    tickets: int = 0
    used: int = 0
    sold_minor: int = 0
    changed_minor: int = 0
    returned: int = 0
    returned_minor: int = 0
    booked_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What our orders say that the OTA owes for it."""
        return self.sold_minor + self.changed_minor - self.returned_minor


async def dealings(tx: Tx, span: Span) -> list[Dealing]:
    """Each at the moment of its own act; a refund when it was decided. Raises InvalidInput for a
    span with too many."""
    found = [Dealing(**row) for row in await _all(tx, store.SOLD, span)]
    found += [Dealing(**row) for row in await _all(tx, store.CHANGED, span)]
    found += [Dealing(**row, used=1) for row in await _all(tx, store.USED, span)]
    for statement in (store.RETURNED, store.RETURNED_LATER):
        found += [Dealing(**row, returned=1) for row in await _all(tx, statement, span)]
    found += [Dealing(**row) for row in await _all(tx, store.BOOKED, span)]
    return found


async def _all(tx: Tx, statement: Any, span: Span) -> list[dict[str, Any]]:
    rows = await tx.rows(
        statement, areas=list(span.area_ids), start=span.start, end=span.end, most=MOST
    )
    if len(rows) == MOST:
        raise InvalidInput({"until_on": say("Too much for one report: choose fewer days.")})
    return [row._asdict() for row in rows]
