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
    route: str = ""  # of the list behind the rows
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
    staff: Mapping[str, str]
    types: Mapping[str, str]
    units: Mapping[str, str]
    products: Mapping[str, str]
    blanks: Mapping[str, str]
    holders: Mapping[str, str]
    cashiers: Mapping[str, str]  # of the staff, those whom the reader may choose


class Wanted(NamedTuple):
    """What somebody asks of a report, within what they may see."""

    area_ids: Sequence[str]
    first: date
    last: date
    by: Dimension
    only: Mapping[str, Sequence[str]]
    names: Names
    zone: ZoneInfo

    @property
    def asked(self) -> Asked:
        return Asked(self.area_ids, self.first, self.last, self.only)

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
