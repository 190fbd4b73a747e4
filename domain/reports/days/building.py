"""Reading one day live, and keeping days that are over added up.

Sales, refunds and passages carry the moment of their own act, so a day that is over does not
change any more: it is added up once, some minutes after midnight, when every act of it is on the
disk. A day that nobody has added up yet is read live, so what a report says never depends on it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Database, Tx
from domain.reports.days import store
from domain.reports.days.model import Came, Side, Sold

HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=10)  # after midnight
MOST_AT_ONCE = 60  # days of one run
MOST_BACK = 2_000  # days


class Day(NamedTuple):
    area_id: str
    day: date
    zone: ZoneInfo

    def bounds(self) -> dict[str, Any]:
        start, end = day_bounds(self.day, self.zone)
        return {"area_id": self.area_id, "day_start": start, "day_end": end}


class Read(NamedTuple):
    """One day: sales by side, heads by (gate, hour)."""

    sales: Mapping[Side, Sold]
    entries: Mapping[tuple[str, int], Came]


async def read_sales(tx: Tx, day: Day) -> dict[Side, Sold]:
    found: dict[Side, Sold] = {}
    for statement in store.SALES:
        for row in await tx.rows(statement, **day.bounds()):
            values = row._asdict()
            side = Side(*(values.pop(name) for name in Side._fields))
            figures = Sold(**{name: int(value) for name, value in values.items()})
            found[side] = found.get(side, Sold()).plus(figures)
    return found


async def read_entries(tx: Tx, day: Day) -> dict[tuple[str, int], Came]:
    bounds = day.bounds()
    hours = {f"h{n}": bounds["day_start"] + HOUR * n for n in range(1, store.HOURS)}
    found: dict[tuple[str, int], Came] = {}
    for statement in (store.PASSED, store.REFUSED):
        for row in await tx.rows(statement, **bounds, **hours):
            values = row._asdict()
            key = (values.pop("gate_id"), values.pop("hour"))
            figures = Came(**{name: int(value) for name, value in values.items()})
            found[key] = found.get(key, Came()).plus(figures)
    return found


async def read_day(tx: Tx, day: Day) -> Read:
    return Read(await read_sales(tx, day), await read_entries(tx, day))


async def keep(tx: Tx, day: Day, read: Read, now: datetime) -> None:
    """Write a day's sums down, in place of those that were there."""
    for statement in store.FORGET_DAY:
        await tx.run(statement, area=day.area_id, on_day=day.day)
    of_day = {"area_id": day.area_id, "day": day.day}
    for side, sold in read.sales.items():
        tx.add(store.ADD_SALES, **of_day, **side._asdict(), **sold._asdict())
    for (gate_id, hour), came in read.entries.items():
        tx.add(store.ADD_HOURS, **of_day, gate_id=gate_id, hour=hour, **came._asdict())
    tx.add(store.ADD_SUMMED, **of_day, built_at=now)


async def missing(tx: Tx, now: datetime, most: int) -> list[Day]:
    """Days that are over and not added up, newest first."""
    found: list[Day] = []
    for area in await tx.rows(store.ALL_AREAS):
        zone = ZoneInfo(area.time_zone)
        first = await tx.one(store.FIRST_PAID, area_id=area.id)
        if first.at is None:
            continue
        last = local_day(now - SETTLED, zone) - timedelta(days=1)
        begun = max(local_day(first.at, zone), last - timedelta(days=MOST_BACK))
        known = {
            row.day for row in await tx.rows(store.SUMMED, areas=[area.id], first=begun, last=last)
        }
        day = last
        while day >= begun and len(found) < most:
            if day not in known:
                found.append(Day(area.id, day, zone))
            day -= timedelta(days=1)
    return found


async def add_up(db: Database, now: datetime) -> None:
    """Add up what is missing, one day after the other: short questions, short acts."""
    for day in await db.ask(missing, now, MOST_AT_ONCE):
        read = await db.ask(read_day, day)
        await db.act(keep, day, read, now)


async def forget_all(tx: Tx) -> None:
    """After history was written from outside: it is added up afresh."""
    for statement in store.FORGET_ALL:
        await tx.run(statement)
