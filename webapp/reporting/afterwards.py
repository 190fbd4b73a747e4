"""Refunds, changes, second prints, shifts, the capacity log."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission import occupancy
from domain.admission.occupancy import LogFilter
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.reports import happenings
from domain.reports.days import Dimension, Key
from webapp.reporting.model import Measure, Report, Sheet, Show, Wanted, span_of
from webapp.reporting.sheets import grouped, sheet, summed

D = Dimension
MOST_ALERTS = 20_000
Question = Callable[..., Any]


def key_by(wanted: Wanted) -> Callable[[Any], Key]:
    """The key of a row by the report's dimension."""
    zone = wanted.zone
    return {
        D.DAY: lambda row: local_day(row.at, zone),
        D.AREA: lambda row: row.area_id,
        D.TYPE: lambda row: (getattr(row, "kind", "ticket"), row.ticket_type_id or ""),
        D.SITE: lambda row: wanted.names.site_of.get(row.window_id or "", ""),
        D.WINDOW: lambda row: row.window_id or "",
        D.CASHIER: lambda row: row.staff_id or "",
        D.CHANNEL: lambda row: row.channel,
        D.CAUSE: lambda row: row.cause,
        D.LEVEL: lambda row: row.level,
    }[wanted.by]


def fitting(wanted: Wanted, rows: list[Any]) -> list[Any]:
    return [
        row
        for row in rows
        if all(getattr(row, name, None) in allowed for name, allowed in wanted.fits.items())
    ]


async def told(
    tx: Tx,
    wanted: Wanted,
    question: Question,
    measures: tuple[Measure, ...],
    cells: Callable[[Any], tuple[int, ...]],
    route: str = "",
    query: Callable[[Key], dict[str, str]] = lambda key: {},
) -> Sheet:
    """Rows of a question grouped, beside those of the days before."""
    key_of = key_by(wanted)
    main = next(n for n, each in enumerate(measures) if each.is_main)
    rows = grouped(fitting(wanted, await question(tx, wanted.span)), key_of, cells)
    span = span_of(wanted.asked.before(), wanted.zone)
    before = grouped(fitting(wanted, await question(tx, span)), key_of, cells)
    return sheet(
        wanted,
        measures,
        rows,
        summed(rows, len(measures)),
        before={key: values[main] for key, values in before.items()},
        route=route,
        query=query,
    )


def list_behind(wanted: Wanted, key: Key, fields: Mapping[Dimension, str]) -> dict[str, str]:
    """The filters of a list that knows days, the area, its cause or level, and these fields;
    nothing by what it does not know."""
    if set(wanted.only) - {"cause", "level"}:
        return {}
    query = wanted.days | {name: values[0] for name, values in wanted.only.items()}
    if len(wanted.area_ids) == 1:
        query["area_id"] = wanted.area_ids[0]
    if wanted.by is D.DAY:
        return query | {"from_on": str(key), "until_on": str(key)}
    return query | {fields[wanted.by]: str(key)} if wanted.by in fields else {}


REFUNDS = (
    Measure(say("Tickets")),
    Measure(say("Had cost"), Show.MONEY),
    Measure(say("Fees kept"), Show.MONEY),
    Measure(say("Paid back"), Show.MONEY, is_main=True, growth="bad"),
)


async def refunds(tx: Tx, wanted: Wanted) -> Sheet:
    def cells(row: Any) -> tuple[int, ...]:
        return (1, row.paid_minor, row.fee_minor, row.amount_minor)

    def query(key: Key) -> dict[str, str]:
        return list_behind(wanted, key, {D.CAUSE: "cause"})

    return await told(tx, wanted, happenings.refunds, REFUNDS, cells, "refunds.index", query)


CHANGES = (
    Measure(say("Tickets"), is_main=True, growth="quiet"),
    Measure(say("Had cost"), Show.MONEY),
    Measure(say("Cost now"), Show.MONEY),
    Measure(say("Difference of amounts"), Show.MONEY),
)


async def changes(tx: Tx, wanted: Wanted) -> Sheet:
    def cells(row: Any) -> tuple[int, ...]:
        return (1, row.old_minor, row.new_minor, row.new_minor - row.old_minor)

    return await told(tx, wanted, happenings.changes, CHANGES, cells)


REPRINTS = (
    Measure(say("Prints"), is_main=True, growth="bad"),
    Measure(say("Of them the third or later")),
)


async def reprints(tx: Tx, wanted: Wanted) -> Sheet:
    def cells(row: Any) -> tuple[int, ...]:
        return (1, int(row.issue_serial > 2))

    return await told(tx, wanted, happenings.reprints, REPRINTS, cells)


SHIFTS = (
    Measure(say("Shifts"), is_main=True, growth="quiet"),
    Measure(say("Still open")),
    Measure(say("Dropped into the safe"), Show.MONEY),
    Measure(say("Expected at the count"), Show.MONEY),
    Measure(say("Counted"), Show.MONEY),
    Measure(say("Counted over"), Show.MONEY),
    Measure(say("Counted short"), Show.MONEY),
)


async def shifts(tx: Tx, wanted: Wanted) -> Sheet:
    def cells(row: Any) -> tuple[int, ...]:
        expected, counted = row.expected_minor or 0, row.counted_minor or 0
        off = counted - expected if row.closed_at else 0
        still = int(row.closed_at is None)
        return (1, still, int(row.dropped_minor), expected, counted, max(0, off), min(0, off))

    def query(key: Key) -> dict[str, str]:
        name = {D.CASHIER: "staff_id", D.WINDOW: "window_id"}.get(wanted.by)
        return {name: str(key)} if name and key else {}

    return await told(tx, wanted, happenings.shifts, SHIFTS, cells, "shifts.index", query)


CAPACITY = (
    Measure(say("Changes of level"), is_main=True, growth="bad"),
    Measure(say("Entries held")),
    Measure(say("Sales stopped")),
    Measure(say("Not acknowledged")),
)


async def capacity(tx: Tx, wanted: Wanted) -> Sheet:
    """How often a level was reached; the list behind it says what was done."""

    async def log(tx: Tx, span: happenings.Span) -> list[Any]:
        sought = LogFilter(tuple(span.area_ids), (span.start, span.end))
        rows = await occupancy.log_of(tx, sought, Cut(most=MOST_ALERTS))
        return [alert_of(row) for row in rows]

    def cells(row: Any) -> tuple[int, ...]:
        return (1, row.entries_held, row.sales_stopped, int(row.acknowledged_at is None))

    def query(key: Key) -> dict[str, str]:
        return list_behind(wanted, key, {D.LEVEL: "level", D.AREA: "area_id"})

    return await told(tx, wanted, log, CAPACITY, cells, "capacity_alerts.index", query)


class Alert(NamedTuple):
    """A row of the capacity log, with its moment where other rows have it."""

    at: datetime
    area_id: str
    level: str
    entries_held: int
    sales_stopped: int
    acknowledged_at: datetime | None


def alert_of(row: Any) -> Alert:
    held, stopped = int(row.entries_held), int(row.sales_stopped)
    return Alert(row.raised_at, row.area_id, row.level, held, stopped, row.acknowledged_at)


REPORTS = (
    Report(
        "refunds",
        say("Refunds"),
        say("What was given back and why, by whom, and the fees that were kept."),
        "undo",
        (D.CAUSE, D.TYPE, D.CASHIER, D.WINDOW, D.SITE, D.CHANNEL, D.AREA, D.DAY),
        ("cause", "ticket_type_id", "site_id", "window_id", "staff_id", "channel"),
        refunds,
    ),
    Report(
        "changes",
        say("Rebookings"),
        say("Tickets that became others, and the difference in price."),
        "edit",
        (D.TYPE, D.CASHIER, D.WINDOW, D.SITE, D.CHANNEL, D.AREA, D.DAY),
        ("ticket_type_id", "site_id", "window_id", "staff_id", "channel"),
        changes,
    ),
    Report(
        "reprints",
        say("Second prints"),
        say("Tickets that were printed again, by whom and how often."),
        "print",
        (D.CASHIER, D.TYPE, D.AREA, D.DAY),
        ("ticket_type_id", "staff_id"),
        reprints,
    ),
    Report(
        "shifts",
        say("Shifts"),
        say("Drawers: what was dropped, expected, counted, and every difference."),
        "cash",
        (D.CASHIER, D.WINDOW, D.SITE, D.AREA, D.DAY),
        ("site_id", "window_id", "staff_id"),
        shifts,
    ),
    Report(
        "capacity",
        say("Capacity log"),
        say("How often an area came near its capacity, and what was held."),
        "chart",
        (D.DAY, D.LEVEL, D.AREA),
        ("level",),
        capacity,
    ),
)
