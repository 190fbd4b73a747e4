"""OTAs: what their orders come to beside what their accounts were charged."""

from collections.abc import Sequence

from domain.commerce.orders import LineKind
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.reports import otas
from domain.reports.days import Dimension, Key
from domain.reports.otas import Dealing
from webapp.reporting.model import Measure, Report, Sheet, Show, Wanted, span_of
from webapp.reporting.sheets import grouped, sheet, summed

D = Dimension
MEASURES = (
    Measure(say("Sold")),
    Measure(say("Tickets used")),
    Measure(say("Tickets given back")),
    Measure(say("Sold for"), Show.MONEY),
    Measure(say("Rebooked, difference"), Show.MONEY),
    Measure(say("Paid back"), Show.MONEY),
    Measure(say("By our orders"), Show.MONEY, is_main=True),
    Measure(say("Charged to the account"), Show.MONEY),
    Measure(say("Difference of amounts"), Show.MONEY),
)
CHARGED = 7  # what the account says, and how far it is from our orders, are the last two


def cells(row: Dealing) -> tuple[int, ...]:
    return (
        row.tickets,
        row.used,
        row.returned,
        row.sold_minor,
        row.changed_minor,
        -row.returned_minor,
        row.net_minor,
        row.booked_minor,
        row.net_minor - row.booked_minor,
    )


async def dealt(tx: Tx, wanted: Wanted) -> Sheet:
    def key_of(row: Dealing) -> Key:
        if wanted.by is D.DAY:
            return local_day(row.at, wanted.zone)
        if wanted.by is D.TYPE:
            return (LineKind.TICKET.value, row.ticket_type_id or "")
        return row.area_id if wanted.by is D.AREA else row.account_id

    accounts, types = wanted.only.get("ota_id"), wanted.only.get("ticket_type_id")
    by_type = wanted.by is D.TYPE or types is not None

    def counts(row: Dealing) -> bool:
        if by_type and row.ticket_type_id is None:
            return False
        return (accounts is None or row.account_id in accounts) and (
            types is None or row.ticket_type_id in types
        )

    async def rows_of(span: otas.Span) -> dict[Key, tuple[int, ...]]:
        rows = await otas.dealings(tx, span)
        return grouped(filter(counts, rows), key_of, cells)

    rows = await rows_of(wanted.span)
    main = next(n for n, each in enumerate(MEASURES) if each.is_main)
    earlier = await rows_of(span_of(wanted.asked.before(), wanted.zone))
    before = {key: values[main] for key, values in earlier.items()}
    total = summed(rows, len(MEASURES))
    if not by_type:
        return sheet(wanted, MEASURES, rows, total, before=before)
    told = {key: without_account(values) for key, values in rows.items()}
    return sheet(wanted, MEASURES, told, without_account(total), before=before)


def without_account(cells: Sequence[int]) -> tuple[int | None, ...]:
    """An account is charged by orders: nothing of it belongs to one ticket type."""
    return (*cells[:CHARGED], *(None for _ in MEASURES[CHARGED:]))


REPORTS = (
    Report(
        "otas",
        say("OTA reconciliation"),
        say("What each OTA bought and gave back, beside what its account was charged for it."),
        "scale",
        (D.OTA, D.TYPE, D.DAY, D.AREA),
        ("ota_id", "ticket_type_id"),
        dealt,
    ),
)
