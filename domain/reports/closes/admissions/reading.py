"""The tickets of a day against its passages.

A ticket is unused from its sale until the first of: a passage, a refund, a change, its end. So the
tickets that were unused in the morning and those sold since are today's used, refunded, changed
and expired ones, and those that are unused in the evening.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.reports.closes.admissions import store
from domain.reports.closes.model import Cause, HeadFigures, Line, UseFigures
from domain.reports.days import Day

BY_HAND = "manual"


class Admissions(NamedTuple):
    uses: Sequence[UseFigures]
    heads: Sequence[HeadFigures]
    lines: Sequence[Line]


async def read_admissions(tx: Tx, day: Day) -> Admissions:
    bounds = day.bounds()
    heads = [
        HeadFigures(row.by, int(row.entered), int(row.left))
        for row in await tx.rows(store.HEADS, **bounds)
    ]
    lines = [
        *await ticket_lines(tx, bounds),
        *await passage_lines(tx, bounds),
        *[incident_line(row) for row in await tx.rows(store.INCIDENTS, **bounds)],
    ]
    return Admissions(await read_uses(tx, bounds), sorted(heads), lines)


async def read_uses(tx: Tx, bounds: dict[str, Any]) -> list[UseFigures]:
    """Each ticket counts where it came from, and where it went to."""
    sums: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for row in await tx.rows(store.USES, **bounds):
        for name in (row.came, row.went):
            tickets, heads, minor = sums[name]
            sums[name] = (
                tickets + row.tickets,
                heads + int(row.heads),
                minor + int(row.minor),
            )
    return [UseFigures(name, *figures) for name, figures in sorted(sums.items())]


async def ticket_lines(tx: Tx, bounds: dict[str, Any]) -> list[Line]:
    """Orders with more or fewer tickets than they sold."""
    extra: dict[tuple[str, str], int] = defaultdict(int)
    for statement in store.LINES_WITHOUT_TICKETS:
        for row in await tx.rows(statement, **bounds):
            extra[row.order_id, row.number] += row.made - row.quantity
    for row in await tx.rows(store.WITHOUT_ORDER, **bounds):
        extra[row.order_id, row.number] += row.made
    return [
        Line(Cause.TICKETS_WRONG, "order", order_id, number, pieces=pieces)
        for (order_id, number), pieces in extra.items()
        if pieces
    ]


async def passage_lines(tx: Tx, bounds: dict[str, Any]) -> list[Line]:
    """Tickets whose passages and counters differ, or that let in after they had ended."""
    lines = [
        Line(Cause.PASSED_AFTER, "ticket", row.id, row.number, pieces=int(row.heads))
        for row in await tx.rows(store.PASSED_AFTER, **bounds)
    ]
    seen = {
        row.id: (row.number, row.entries_used - int(row.passed))
        for row in await tx.rows(store.WRONG_USES, **bounds)
    }
    for row in await tx.rows(store.USED_UNSEEN, **bounds):
        seen[row.id] = (row.number, row.entries_used)
    return lines + [
        Line(Cause.USES_WRONG, "ticket", ticket_id, number, pieces=pieces)
        for ticket_id, (number, pieces) in seen.items()
    ]


def incident_line(row: Any) -> Line:
    """Whoever let somebody in by hand said why; other incidents are explained by who looked."""
    is_by_hand = row.kind == BY_HAND
    cause = Cause.BY_HAND if is_by_hand else Cause.INCIDENT
    note = row.note or (row.reason if is_by_hand else "")
    label = row.gate if is_by_hand else row.kind
    return Line(cause, "incident", row.id, label[:80], pieces=row.heads, note=note)
