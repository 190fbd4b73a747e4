"""Promotions: what they took off, and who bears it."""

from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.reports import promoted
from domain.reports.days import Dimension
from domain.reports.promoted import Reduced
from webapp.reporting.model import Measure, Report, Sheet, Show, Wanted
from webapp.reporting.sheets import sheet

D = Dimension
MEASURES = (
    Measure(say("Orders made cheaper")),
    Measure(say("Taken off"), Show.MONEY),
    Measure(say("Came back by refunds"), Show.MONEY),
    Measure(say("Cost of promotions"), Show.MONEY, is_main=True, growth="quiet"),
    Measure(say("Borne by the area"), Show.MONEY),
    Measure(say("Borne by units"), Show.MONEY),
    Measure(say("Borne by the platform"), Show.MONEY),
)


def cells(row: Reduced) -> tuple[int, ...]:
    return (
        row.sales,
        row.given_minor,
        -row.back_minor,
        row.net_minor,
        row.by_area_minor,
        row.by_units_minor,
        row.by_platform_minor,
    )


async def reduced(tx: Tx, wanted: Wanted) -> Sheet:
    found = await promoted.reduced(tx, wanted.asked, wanted.by)
    earlier = await promoted.reduced(tx, wanted.asked.before(), wanted.by)
    return sheet(
        wanted,
        MEASURES,
        {key: cells(row) for key, row in found.items()},
        cells(await promoted.total(tx, wanted.asked)),
        before={key: row.net_minor for key, row in earlier.items()},
    )


REPORTS = (
    Report(
        "promotions",
        say("Promotions"),
        say("What each promotion took off, what of it came back, and who bears the rest."),
        "tag",
        (D.PROMOTION, D.DAY, D.TYPE, D.CHANNEL, D.AREA),
        ("promotion_id", "ticket_type_id", "channel"),
        reduced,
    ),
)
