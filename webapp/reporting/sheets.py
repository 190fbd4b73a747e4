"""From figures to a sheet: rows in order, their sum, the chart, the days before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.kernel.errors import say
from domain.reports.days import Dimension, Key
from webapp import charts, i18n
from webapp.charts import Chart, Series
from webapp.reporting.model import Measure, Row, Sheet, Show, Wanted
from webapp.reporting.naming import label

MOST_BARS = 31
CHART_WIDTH = 1150
IN_ORDER = {Dimension.DAY, Dimension.HOUR}


def sheet(
    wanted: Wanted,
    measures: Sequence[Measure],
    rows: Mapping[Key, Sequence[int | None]],
    total: Sequence[int | None],
    *,
    before: Mapping[Key, int] | None = None,
    query: Callable[[Key], Mapping[str, str]] = lambda key: {},
    route: str = "",
    at: Mapping[str, str] = {},
    chart: Chart | None = None,
) -> Sheet:
    """Rows by their key: days and hours in their order, the others the largest first."""
    main = next((n for n, each in enumerate(measures) if each.is_main), 0)
    by_size = sorted(rows, key=lambda key: (-(rows[key][main] or 0), label(wanted, key)))
    keys = sorted(rows, key=str) if wanted.by in IN_ORDER else by_size
    if wanted.by is Dimension.HOUR:
        keys = sorted(rows, key=lambda key: int(str(key)))
    told = [
        Row(
            label(wanted, key),
            rows[key],
            query(key),
            None if before is None or wanted.by in IN_ORDER else before.get(key, 0),
        )
        for key in keys
    ]
    summed = Row("", total, {}, None if before is None else sum(before.values()))
    drawn = chart or row_chart(measures[main], told, main)
    return Sheet(wanted.by, measures, told, summed, drawn, route, at)


def days_chart(
    wanted: Wanted, now: Mapping[date, int], before: Mapping[date, int], title: str
) -> Chart:
    """By day, over the same days before. Money comes in yuan."""
    days, earlier = wanted.asked.days, wanted.asked.before().days
    labels = [f"{day.month}-{day.day}" for day in days]
    return charts.bars(
        labels,
        [
            Series(title, [now.get(day, 0) for day in days]),
            Series(i18n.here(say("The days before")), [before.get(day, 0) for day in earlier], "l"),
        ],
        width=CHART_WIDTH,
    )


def row_chart(measure: Measure, rows: Sequence[Row], main: int) -> Chart | None:
    """The largest rows side by side; nothing when there is nothing to compare."""
    shown = rows[:MOST_BARS]
    values = [max(0, yuan(measure, row.cells[main])) for row in shown]
    if len(shown) < 2 or not any(values):
        return None
    return charts.bars(
        [row.label[:12] for row in shown],
        [Series(drawn_as(measure), values)],
        width=CHART_WIDTH,
    )


def drawn_as(measure: Measure) -> str:
    title = i18n.here(measure.title)
    return i18n.here(say("{what}, yuan", what=title)) if measure.show is Show.MONEY else title


def yuan(measure: Measure, value: int | None) -> int:
    return (value or 0) // 100 if measure.show is Show.MONEY else value or 0


def grouped(
    rows: Iterable[Any], key_of: Callable[[Any], Key], cells_of: Callable[[Any], Sequence[int]]
) -> dict[Key, tuple[int, ...]]:
    """Rows added up by a key."""
    found: dict[Key, tuple[int, ...]] = {}
    for row in rows:
        key, cells = key_of(row), tuple(cells_of(row))
        known = found.get(key)
        found[key] = cells if known is None else added(known, cells)
    return found


def added(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def summed(rows: Mapping[Key, Sequence[int]], width: int) -> tuple[int, ...]:
    total: tuple[int, ...] = (0,) * width
    for cells in rows.values():
        total = added(total, cells)
    return total
