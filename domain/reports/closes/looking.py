"""The list of days: closed, drawn up, and those that nobody has begun."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.reports.closes import store
from domain.reports.closes.closing import SETTLED, Close, close_of
from domain.reports.closes.reading import day_of

LAST_DAY = date(9999, 12, 31)
FROM_NEWEST = (LAST_DAY, "")


class DayRow(NamedTuple):
    """A day of an area; without a close nobody has begun it."""

    area_id: str
    day: date
    close: Close | None


async def page(
    tx: Tx, area_ids: Collection[str], before: tuple[date, str] = FROM_NEWEST, most: int = 50
) -> list[Close]:
    """Closes of these areas, newest day first, from below (day, id) on."""
    rows = await tx.rows(
        store.LISTED, areas=sorted(area_ids), before=before[0], before_id=before[1], most=most
    )
    return [close_of(row) for row in rows]


async def days_to_close(
    tx: Tx, area_ids: Sequence[str], now: datetime, most: int = 14
) -> list[DayRow]:
    """Days that are over and not closed, oldest first: from the last closed one on, or yesterday
    when none was ever closed."""
    found = []
    for area_id in area_ids:
        zone = (await day_of(tx, area_id, LAST_DAY)).zone
        last = local_day(now - SETTLED, zone) - timedelta(days=1)
        closed = await tx.one(store.LATEST_CLOSED, area_id=area_id, day=LAST_DAY)
        first = closed.day + timedelta(days=1) if closed else last
        for number in range(min(most, (last - first).days + 1)):
            day = first + timedelta(days=number)
            row = await tx.one(store.CLOSE_OF_DAY, area_id=area_id, day=day)
            found.append(DayRow(area_id, day, close_of(row) if row else None))
    return found
