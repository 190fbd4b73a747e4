"""What a report is made of."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.reports.days import Asked, Dimension, Key
from domain.reports.happenings import Span
from webapp.charts import Chart


class Show(StrEnum):
    """How a figure is written."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"  # of basis points
    SHARE = "share"  # the same, with a bar


class Measure(NamedTuple):
    title: Message
    show: Show = Show.NUMBER
    is_main: bool = False  # what rows are sorted, drawn and compared by
    growth: str = "ok"  # the tone of more than before: ok, bad, or quiet where it says nothing


class Row(NamedTuple):
    """`query`: the filters of the list behind it. `before`: its main figure in the days before."""

    label: str
    cells: Sequence[int | None]
    query: Mapping[str, str] = {}
    before: int | None = None


class Sheet(NamedTuple):
    """A report as it is shown: rows whose `total` is their sum."""

    by: Dimension
    measures: Sequence[Measure]
    rows: Sequence[Row]
    total: Row
    chart: Chart | None = None
    route: str = ""  # of the page behind the rows
    at: Mapping[str, str] = {}  # which page of that route
    note: Message | None = None

    @property
    def main(self) -> int:
        return next((n for n, each in enumerate(self.measures) if each.is_main), 0)

    @property
    def is_compared(self) -> bool:
        return any(row.before is not None for row in self.rows)


class Names(NamedTuple):
    """Ids and what people call them, in the reader's language."""

    areas: Mapping[str, str]
    sites: Mapping[str, str]
    windows: Mapping[str, str]
    site_of: Mapping[str, str]
    gates: Mapping[str, str]
    check_sites: Mapping[str, str]
    check_site_of: Mapping[str, str]
    staff: Mapping[str, str]
    types: Mapping[str, str]
    units: Mapping[str, str]
    products: Mapping[str, str]
    blanks: Mapping[str, str]
    holders: Mapping[str, str]
    otas: Mapping[str, str]
    promotions: Mapping[str, str]
    cashiers: Mapping[str, str]  # of the staff, those whom the reader may choose


class Wanted(NamedTuple):
    """What somebody asks of a report, within what they may see. `only`: what was chosen in the
    filters, by their names."""

    area_ids: Sequence[str]
    first: date
    last: date
    by: Dimension
    only: Mapping[str, Sequence[str]]
    names: Names
    zone: ZoneInfo

    @property
    def fits(self) -> Mapping[str, Sequence[Any]]:
        """The same by the columns of figures: a sales site is its windows, a check site its gates,
        an hour a number."""
        fits: dict[str, Sequence[Any]] = dict(self.only)
        for whole, part, whole_of in (
            ("site_id", "window_id", self.names.site_of),
            ("check_site_id", "gate_id", self.names.check_site_of),
        ):
            if (chosen := fits.pop(whole, None)) is not None:
                parts = [one for one, belongs in whole_of.items() if belongs in chosen]
                fits[part] = tuple(one for one in parts if one in fits.get(part, parts))
        if "hour" in fits:
            fits["hour"] = tuple(map(int, fits["hour"]))
        return fits

    @property
    def asked(self) -> Asked:
        return Asked(self.area_ids, self.first, self.last, self.fits)

    @property
    def span(self) -> Span:
        return span_of(self.asked, self.zone)

    @property
    def days(self) -> dict[str, str]:
        return {"from_on": self.first.isoformat(), "until_on": self.last.isoformat()}


def span_of(asked: Asked, zone: ZoneInfo) -> Span:
    start, end = clock.day_bounds(asked.first, zone)[0], clock.day_bounds(asked.last, zone)[1]
    return Span(asked.area_ids, start, end)


class Report(NamedTuple):
    """`filters` names fields of the page's form that it understands."""

    word: str
    title: Message
    about: Message
    icon: str
    dimensions: tuple[Dimension, ...]
    filters: tuple[str, ...]
    make: Callable[[Tx, Wanted], Coroutine[Any, Any, Sheet]]


Keyed = Mapping[Key, Any]
