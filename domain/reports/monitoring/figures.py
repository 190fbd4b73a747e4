"""What stands at each window and each gate of a site now, and what today came to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import shifts
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import PostKind
from domain.reports.monitoring import store

FIVE_MINUTES = timedelta(minutes=5)
STRETCHES = store.STRETCHES
NOBODY = (0,) * STRETCHES


class Post(NamedTuple):
    """A site, and the area's day that counts."""

    site_id: str
    day: date
    zone: ZoneInfo

    def bounds(self) -> dict[str, Any]:
        start, end = day_bounds(self.day, self.zone)
        return {"site_id": self.site_id, "day_start": start, "day_end": end}


class WindowNow(NamedTuple):
    """`cash_minor` is none without an open shift; `printers` are those of the server's that serve
    it, with their `trouble`."""

    id: str
    name_zh: str
    name_en: str
    shift_id: str | None
    shift_status: str | None
    opened_at: datetime | None
    cashier: str
    tickets: int
    minor: int
    last_at: datetime | None
    cash_minor: int | None
    printers: Sequence[Any]


class GateNow(NamedTuple):
    """`lately` are heads by stretches of five minutes, the last one is now; `refused` are scans of
    today by refusal, the commonest first."""

    id: str
    name_zh: str
    name_en: str
    status: str
    direction: str
    came: int
    left: int
    lately: Sequence[int]
    refused: Mapping[str, int]
    devices: Sequence[Any]


async def windows_of(tx: Tx, post: Post) -> list[WindowNow]:
    sold = {row.window_id: row for row in await tx.rows(store.SOLD, **post.bounds())}
    found = []
    for row in await tx.rows(store.WINDOWS, site_id=post.site_id):
        day = sold.get(row.id)
        found.append(
            WindowNow(
                row.id,
                row.name_zh,
                row.name_en,
                row.shift_id,
                row.shift_status,
                row.opened_at,
                row.cashier or "",
                int(day.tickets) if day else 0,
                int(day.minor) if day else 0,
                day.last_at if day else None,
                await shifts.expected(tx, row.shift_id) if row.shift_id else None,
                await printers.serving(tx, printers.Post(PostKind.WINDOW, row.id)),
            )
        )
    return found


def stretches(now: datetime) -> list[datetime]:
    """The bounds of the stretches, on whole five minutes; the last one holds `now`."""
    seconds = FIVE_MINUTES.total_seconds()
    begun = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    first = begun - FIVE_MINUTES * (STRETCHES - 1)
    return [first + FIVE_MINUTES * number for number in range(STRETCHES + 1)]


async def gates_of(tx: Tx, post: Post, now: datetime) -> list[GateNow]:
    moments = {f"m{number}": at for number, at in enumerate(stretches(now))}
    heads = {row.gate_id: row for row in await tx.rows(store.HEADS, **post.bounds())}
    lately = {
        row.gate_id: tuple(int(heads) for heads in row[1:])
        for row in await tx.rows(store.LATELY, site_id=post.site_id, **moments)
    }
    refused: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await tx.rows(store.REFUSED, **post.bounds()):
        refused[row.gate_id][row.refusal] = int(row.scans)
    at_gate: dict[str, list[Any]] = defaultdict(list)
    for row in await tx.rows(store.DEVICES, site_id=post.site_id):
        at_gate[row.gate_id].append(row)
    found = []
    for row in await tx.rows(store.GATES, site_id=post.site_id):
        head = heads.get(row.id)
        found.append(
            GateNow(
                row.id,
                row.name_zh,
                row.name_en,
                row.status,
                row.direction,
                int(head.came) if head else 0,
                int(head.left) if head else 0,
                lately.get(row.id, NOBODY),
                refused.get(row.id, {}),
                at_gate.get(row.id, []),
            )
        )
    return found
