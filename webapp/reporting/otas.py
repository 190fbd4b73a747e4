"""OTAs: what their orders come to beside what their accounts were charged."""

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
    Measure(say("Tickets given back")),
    Measure(say("Sold for"), Show.MONEY),
    Measure(say("Rebooked, difference"), Show.MONEY),
    Measure(say("Paid back"), Show.MONEY),
    Measure(say("By our orders"), Show.MONEY, is_main=True),
    Measure(say("Charged to the account"), Show.MONEY),
    Measure(say("Difference of amounts"), Show.MONEY),
)


def cells(row: Dealing) -> tuple[int, ...]:
    return (
        row.tickets,
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
        return row.area_id if wanted.by is D.AREA else row.account_id

    chosen = wanted.only.get("ota_id")

    async def rows_of(span: otas.Span) -> dict[Key, tuple[int, ...]]:
        rows = await otas.dealings(tx, span)
        kept = [row for row in rows if chosen is None or row.account_id in chosen]
        return grouped(kept, key_of, cells)

    rows = await rows_of(wanted.span)
    main = next(n for n, each in enumerate(MEASURES) if each.is_main)
    earlier = await rows_of(span_of(wanted.asked.before(), wanted.zone))
    before = {key: values[main] for key, values in earlier.items()}
    return sheet(wanted, MEASURES, rows, summed(rows, len(MEASURES)), before=before)


REPORTS = (
    Report(
        "otas",
        say("OTA reconciliation"),
        say("What each OTA bought and gave back, beside what its account was charged for it."),
        "scale",
        (D.OTA, D.DAY, D.AREA),
        ("ota_id",),
        dealt,
    ),
)
