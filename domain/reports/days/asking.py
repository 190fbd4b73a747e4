"""Figures of many days by one dimension: summed days from their sums, the others live."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.reports.days import store
from domain.reports.days.building import Day, read_entries, read_sales
from domain.reports.days.model import Came, Dimension, Key, Sold

MOST_DAYS = 800
COLUMNS: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.DAY: ("day",),
    Dimension.AREA: ("area_id",),
    Dimension.TYPE: ("kind", "ticket_type_id"),
    Dimension.WINDOW: ("window_id",),
    Dimension.CASHIER: ("staff_id",),
    Dimension.CHANNEL: ("channel",),
    Dimension.GATE: ("gate_id",),
    Dimension.HOUR: ("hour",),
}
Value = TypeVar("Value", Sold, Came)


class Asked(NamedTuple):
    """Days of areas, both ends included. `only` narrows by column: {"channel": ("shop",)}."""

    area_ids: Sequence[str]
    first: date
    last: date
    only: Mapping[str, Sequence[Any]] = {}

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def before(self) -> "Asked":
        """As many days just before."""
        many = timedelta(days=(self.last - self.first).days + 1)
        return self._replace(first=self.first - many, last=self.last - many)

    def fits(self, values: Mapping[str, Any]) -> bool:
        return all(values.get(name) in allowed for name, allowed in self.only.items())


async def sales(tx: Tx, asked: Asked, by: Dimension) -> dict[Key, Sold]:
    """What was sold, by a dimension; a type's key is (kind, ticket type)."""
    return await sales_by(tx, asked, COLUMNS[by])


async def sales_by(tx: Tx, asked: Asked, columns: tuple[str, ...]) -> dict[Key, Sold]:
    """The same by several at once: of "day", "area_id" and the fields of a Side."""
    found: dict[Key, Sold] = {}
    statement = store.sales_by(columns, frozenset(asked.only))
    for row in await tx.rows(statement, **_values(asked)):
        _put(found, _key(row._asdict(), columns), Sold(*_figures(row, Sold._fields)))
    for day in await unsummed(tx, asked):
        for side, sold in (await read_sales(tx, day)).items():
            values = {"day": day.day, "area_id": day.area_id, **side._asdict()}
            if asked.fits(values):
                _put(found, _key(values, columns), sold)
    return found


async def entries(tx: Tx, asked: Asked, by: Dimension) -> dict[Key, Came]:
    """Who came in and who went out, by a dimension."""
    columns = COLUMNS[by]
    found: dict[Key, Came] = {}
    statement = store.entries_by(columns, frozenset(asked.only))
    for row in await tx.rows(statement, **_values(asked)):
        _put(found, _key(row._asdict(), columns), Came(*_figures(row, Came._fields)))
    for day in await unsummed(tx, asked):
        for (gate_id, hour), came in (await read_entries(tx, day)).items():
            values = {"day": day.day, "area_id": day.area_id, "gate_id": gate_id, "hour": hour}
            if asked.fits(values):
                _put(found, _key(values, columns), came)
    return found


async def unsummed(tx: Tx, asked: Asked) -> list[Day]:
    """The days that must be read live. Before an area's first order there was nothing."""
    rows = await tx.rows(store.SUMMED, **_range(asked))
    known = {(row.area_id, row.day) for row in rows}
    found: list[Day] = []
    for area in await tx.rows(store.AREAS, areas=list(asked.area_ids)):
        zone = ZoneInfo(area.time_zone)
        begun = await tx.one(store.FIRST_PAID, area_id=area.id)
        if begun.at is None:
            continue
        first = local_day(begun.at, zone)
        days = [day for day in asked.days if day >= first and (area.id, day) not in known]
        found += [Day(area.id, day, zone) for day in days]
    return found


def regroup(
    figures: Mapping[Key, Value], key_of: Callable[[Key], Key], nothing: Value
) -> dict[Key, Value]:
    """The same figures by something that a key belongs to: windows by their site."""
    found: dict[Key, Any] = {}
    for key, value in figures.items():
        to = key_of(key)
        found[to] = found.get(to, nothing).plus(value)
    return found


def _range(asked: Asked) -> dict[str, Any]:
    return {"areas": list(asked.area_ids), "first": asked.first, "last": asked.last}


def _values(asked: Asked) -> dict[str, Any]:
    only = {f"of_{name}": list(allowed) for name, allowed in asked.only.items()}
    return _range(asked) | only


def _figures(row: Any, names: Iterable[str]) -> list[int]:
    return [int(getattr(row, name)) for name in names]


def _key(values: Mapping[str, Any], columns: tuple[str, ...]) -> Key:
    if len(columns) == 1:
        key: Key = values[columns[0]]
        return key
    return tuple(values[name] for name in columns)


def _put(found: dict[Key, Value], key: Key, value: Value) -> None:
    known = found.get(key)
    found[key] = value if known is None else known.plus(value)
