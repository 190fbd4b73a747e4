"""Sales by type, site, window, cashier, channel; entries by gate and hour; revenue shares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.reports import days, shares
from domain.reports.days import Came, Dimension, Key, Sold, share_bps, total_came, total_sold
from webapp import i18n
from webapp.reporting.model import Measure, Report, Sheet, Show, Wanted
from webapp.reporting.naming import orders_behind
from webapp.reporting.sheets import days_chart, grouped, sheet, summed

D = Dimension
SALES = (
    Measure(say("Sold")),
    Measure(say("Tickets given back")),
    Measure(say("Return rate"), Show.PERCENT),
    Measure(say("Discounts"), Show.MONEY),
    Measure(say("Rebooked, difference"), Show.MONEY),
    Measure(say("Paid back"), Show.MONEY),
    Measure(say("Net sales"), Show.MONEY, is_main=True),
    Measure(say("Share"), Show.SHARE),
)


def sales_cells(figures: Sold, whole: Sold) -> tuple[int, ...]:
    return (
        figures.tickets,
        figures.returned,
        figures.returned_bps,
        -figures.discount_minor,
        figures.changed_minor,
        -figures.returned_minor,
        figures.net_minor,
        share_bps(figures.net_minor, whole.net_minor),
    )


async def sales(tx: Tx, wanted: Wanted) -> Sheet:
    now, before = wanted.asked, wanted.asked.before()
    figures = await by(tx, wanted, now)
    earlier = await by(tx, wanted, before)
    whole = total_sold(figures.values())
    return sheet(
        wanted,
        SALES,
        {key: sales_cells(one, whole) for key, one in figures.items()},
        sales_cells(whole, whole),
        before={key: one.net_minor for key, one in earlier.items()},
        query=lambda key: orders_behind(wanted, key),
        route="orders.index",
        chart=days_chart(
            wanted,
            in_yuan(figures if wanted.by is D.DAY else await days.sales(tx, now, D.DAY)),
            in_yuan(earlier if wanted.by is D.DAY else await days.sales(tx, before, D.DAY)),
            i18n.here(say("Net sales, yuan")),
        ),
    )


async def by(tx: Tx, wanted: Wanted, asked: days.Asked) -> dict[Key, Sold]:
    if wanted.by is not D.SITE:
        return await days.sales(tx, asked, wanted.by)
    windows = await days.sales(tx, asked, D.WINDOW)
    return days.regroup(windows, lambda key: wanted.names.site_of.get(str(key), ""), Sold())


def in_yuan(figures: Mapping[Key, Sold]) -> dict[date, int]:
    return {day: one.net_minor // 100 for day, one in figures.items() if isinstance(day, date)}


ENTRIES = (
    Measure(say("Heads in"), is_main=True),
    Measure(say("Heads out")),
    Measure(say("Refused")),
    Measure(say("Share"), Show.SHARE),
)


async def entries(tx: Tx, wanted: Wanted) -> Sheet:
    figures = await came_by(tx, wanted, wanted.asked)
    before = await came_by(tx, wanted, wanted.asked.before())
    whole = total_came(figures.values())

    def cells(one: Came) -> tuple[int, ...]:
        return (one.entered, one.left, one.refused, share_bps(one.entered, whole.entered))

    return sheet(
        wanted,
        ENTRIES,
        {key: cells(one) for key, one in figures.items()},
        cells(whole),
        before={key: one.entered for key, one in before.items()},
        query=lambda key: gate_behind(wanted, key),
        route="passages.index",
    )


def gate_behind(wanted: Wanted, key: Key) -> dict[str, str]:
    """The list of passages knows gates, not hours."""
    knows_it = wanted.by is D.GATE and "hour" not in wanted.only
    return {"gate_id": str(key)} if knows_it else {}


async def came_by(tx: Tx, wanted: Wanted, asked: days.Asked) -> dict[Key, Came]:
    if wanted.by is not D.CHECK_SITE:
        return await days.entries(tx, asked, wanted.by)
    gates = await days.entries(tx, asked, D.GATE)
    return days.regroup(gates, lambda key: wanted.names.check_site_of.get(str(key), ""), Came())


SHARES = (
    Measure(say("Tickets less returned")),
    Measure(say("Taken in all"), Show.MONEY),
    Measure(say("Its share"), Show.MONEY, is_main=True),
)


async def divided(tx: Tx, wanted: Wanted) -> Sheet:
    """What each unit gets. A combined ticket stands with each of its units, so only the shares add
    up to what was taken."""

    def key_of(line: shares.Line) -> Key:
        return line.unit_id if wanted.by is D.UNIT else (line.kind, line.ticket_type_id)

    def cells(line: Any) -> tuple[int, ...]:
        return (line.tickets, line.taken_minor, line.share_minor)

    units = wanted.only.get("unit_id")
    asked = wanted.asked._replace(only={})
    lines = await shares.statement(tx, asked)
    lines = [line for line in lines if units is None or line.unit_id in units]
    rows = grouped(lines, key_of, cells)
    if wanted.by is D.TYPE:  # once, not once for each unit
        own = {key_of(line): line for line in lines}
        rows = {k: (own[k].tickets, own[k].taken_minor, cells[2]) for k, cells in rows.items()}
    taken = {(line.kind, line.ticket_type_id): line for line in lines}
    total = (
        sum(line.tickets for line in taken.values()),
        sum(line.taken_minor for line in taken.values()),
        summed(rows, 3)[2],
    )
    return sheet(wanted, SHARES, rows, total)


UNITS = (
    Measure(say("Sold")),
    Measure(say("Paid back"), Show.MONEY),
    Measure(say("Net sales"), Show.MONEY),
    Measure(say("Heads in")),
    Measure(say("Its share"), Show.MONEY, is_main=True),
    Measure(say("A year before"), Show.MONEY),
)

HEADS = 3


async def units(tx: Tx, wanted: Wanted) -> Sheet:
    """What each unit's own areas sold and let in, and what it gets of all tickets, against as many
    days just before and the same days of the year before; or what one comes to by day or type."""
    rows = await places.list_places(tx, PlaceKind.AREA)
    owners: dict[str, str] = {row.id: row.unit_id for row in rows}
    chosen, asked = wanted.only.get("unit_id"), wanted.asked._replace(only={})
    own = [one for one in asked.area_ids if chosen is None or owners[one] in chosen]
    of_own = asked._replace(area_ids=own)
    by = D.AREA if wanted.by is D.UNIT else wanted.by

    def key_of(key: Key) -> Key:
        return owners[str(key)] if wanted.by is D.UNIT else key

    sold = days.regroup(await days.sales(tx, of_own, by), key_of, Sold())
    came: dict[Key, Came] = {}  # no gate asks which type a head is of
    if by is not D.TYPE:
        came = days.regroup(await days.entries(tx, of_own, by), key_of, Came())
    share = await shared(tx, wanted, asked)
    before = await shared(tx, wanted, asked.before())
    year = await shared(tx, wanted, a_year_before(asked))
    if by is D.DAY:
        year = Counter(
            {key: year[a_year_back(key)] for key in asked.days if year[a_year_back(key)]}
        )

    def cells(key: Key) -> tuple[int, ...]:
        mine = sold.get(key, Sold())
        paid = (mine.tickets, -mine.returned_minor, mine.net_minor)
        return (*paid, came.get(key, Came()).entered, share[key], year[key])

    told = {*sold, *came, *share, *year} | (set() if by is D.DAY else {*before})
    shown = {key: cells(key) for key in told}
    return sheet(
        wanted,
        UNITS,
        {key: without_heads(one) if by is D.TYPE else one for key, one in shown.items()},
        summed(shown, len(UNITS)),
        before=before if by is D.DAY else {key: before[key] for key in shown},
        query=lambda key: days_of_unit(wanted, key),
        route="reports.show",
        at={"report": "units"},
    )


def days_of_unit(wanted: Wanted, key: Key) -> dict[str, str]:
    """The same report of one unit by its days."""
    if wanted.by is not D.UNIT:
        return {}
    return {"by": D.DAY.value, "unit_id": str(key), **wanted.days}


def without_heads(cells: Sequence[int]) -> tuple[int | None, ...]:
    return (*cells[:HEADS], None, *cells[HEADS + 1 :])


async def shared(tx: Tx, wanted: Wanted, asked: days.Asked) -> Counter[Key]:
    """Fen that each unit gets; or the chosen units, by day or type."""
    found: Counter[Key] = Counter()
    chosen = wanted.only.get("unit_id")
    for day, line in await shares.by_day(tx, asked):
        if chosen is None or line.unit_id in chosen:
            of_type = (line.kind, line.ticket_type_id)
            keys: dict[D, Key] = {D.UNIT: line.unit_id, D.DAY: day, D.TYPE: of_type}
            found[keys[wanted.by]] += line.share_minor
    return found


def a_year_before(asked: days.Asked) -> days.Asked:
    return asked._replace(first=a_year_back(asked.first), last=a_year_back(asked.last))


def a_year_back(day: date) -> date:
    """The same day; the 29th of February is the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


REPORTS = (
    Report(
        "sales",
        say("Sales"),
        say("What was sold, given back and kept, by ticket type, site, window, cashier, channel."),
        "ticket",
        (D.TYPE, D.SITE, D.WINDOW, D.CASHIER, D.CHANNEL, D.AREA, D.DAY),
        ("ticket_type_id", "site_id", "window_id", "staff_id", "channel"),
        sales,
    ),
    Report(
        "entries",
        say("Entries of visitors"),
        say("Who came in and went out, and who was refused, by gate, check site and hour."),
        "gate",
        (D.GATE, D.CHECK_SITE, D.HOUR, D.DAY, D.AREA),
        ("check_site_id", "gate_id", "hour"),
        entries,
    ),
    Report(
        "shares",
        say("Shares of units"),
        say("What each unit gets of combined tickets: the statement to settle by."),
        "scale",
        (D.UNIT, D.TYPE),
        ("unit_id",),
        divided,
    ),
    Report(
        "units",
        say("Performance of units"),
        say(
            "What each unit sold, gave back, let in and gets, beside the days and the year before."
        ),
        "chart",
        (D.UNIT, D.DAY, D.TYPE),
        ("unit_id",),
        units,
    ),
)
