"""What happened to sales afterwards (refunds, changes, second prints), and shifts: one row each.

A report adds them up as it likes. They are few beside the sales: a busy year has some ten thousand.
Raises InvalidInput for a span that has more than `MOST`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.reports.happenings import store

__all__ = ["MOST", "Span", "changes", "refunds", "reprints", "shifts"]

MOST = 200_000


class Span(NamedTuple):
    """Moments of areas, half-open."""

    area_ids: Sequence[str]
    start: datetime
    end: datetime


async def refunds(tx: Tx, span: Span) -> list[Any]:
    """A row for each ticket that was given back: at, cause, staff_id, kind, ticket_type_id,
    window_id, channel, paid_minor, fee_minor, amount_minor. `at` is when it was decided."""
    return [*await _all(tx, store.REFUNDS, span), *await _all(tx, store.REFUNDS_LATER, span)]


async def changes(tx: Tx, span: Span) -> list[Any]:
    """A row for each ticket that became another: at, staff_id, window_id, channel, kind,
    ticket_type_id, old_minor, new_minor."""
    return await _all(tx, store.CHANGES, span)


async def reprints(tx: Tx, span: Span) -> list[Any]:
    """A row for each second or later print: at, staff_id, ticket_type_id, issue_serial, number."""
    return await _all(tx, store.REPRINTS, span)


async def shifts(tx: Tx, span: Span) -> list[Any]:
    """The shifts that were opened: float_minor, dropped_minor, expected_minor, counted_minor."""
    return await _all(tx, store.SHIFTS, span)


async def _all(tx: Tx, statement: Any, span: Span) -> list[Any]:
    """Every row, or none: a sum of some of them would be wrong."""
    rows = await tx.rows(
        statement, areas=list(span.area_ids), start=span.start, end=span.end, most=MOST
    )
    if len(rows) == MOST:
        raise InvalidInput({"until_on": say("Too much for one report: choose fewer days.")})
    return rows
