"""A day of an area as its tables say it: money, sales and passages, and each difference."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.commerce.payments import Tender
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.reports import days
from domain.reports.closes import store
from domain.reports.closes.admissions import read_admissions
from domain.reports.closes.bills import Bills, read_bills
from domain.reports.closes.model import (
    Cause,
    Figures,
    Line,
    Read,
    SoldFigures,
    TenderFigures,
    figures_of,
)
from domain.reports.closes.money import Drawers, Money, read_drawers, read_money
from domain.reports.days import Day, Sold

# by a bank or platform outside the house
STATED = tuple(one.value for one in (Tender.CARD, Tender.SCAN, Tender.WECHAT, Tender.ALIPAY))


async def day_of(tx: Tx, area_id: str, day: date) -> Day:
    area = await tx.one(store.AREA, id=area_id)
    if area is None:
        raise NotFound()
    return Day(area_id, day, ZoneInfo(area.time_zone))


async def read_day(
    tx: Tx,
    area_id: str,
    day: date,
    stated: Mapping[str, int] | None = None,
    bills: Bills | None = None,
) -> Read:
    """`stated`: by tender, what banks and platforms say they took less what they gave back. A bill
    says it better. `bills`: as they were when the day was signed, to read it again."""
    of_day = await day_of(tx, area_id, day)
    money = await read_money(tx, of_day)
    drawers = await read_drawers(tx, of_day, money.cash_taken)
    admissions = await read_admissions(tx, of_day)
    billed = bills if bills is not None else await read_bills(tx, of_day)
    tenders, differing = tenders_of(money, drawers, stated or {}, billed)
    figures = Figures(
        tenders,
        drawers.figures,
        await sold_by_kind(tx, of_day),
        admissions.uses,
        admissions.heads,
    )
    opening = await opening_lines(tx, area_id, day, figures)
    lines = [*money.lines, *drawers.lines, *differing, *billed.lines, *admissions.lines, *opening]
    return Read(figures, sorted(lines, key=lambda line: (ORDER[line.cause], line.label)))


ORDER = {cause: number for number, cause in enumerate(Cause)}


async def sold_by_kind(tx: Tx, day: Day) -> list[SoldFigures]:
    sums: dict[str, Sold] = defaultdict(Sold)
    for side, sold in (await days.read_sales(tx, day)).items():
        sums[side.kind] = sums[side.kind].plus(sold)
    return [
        SoldFigures(
            kind,
            one.tickets,
            one.sold_minor,
            one.changed_minor,
            one.returned,
            one.returned_minor,
        )
        for kind, one in sorted(sums.items())
    ]


def tenders_of(
    money: Money, drawers: Drawers, stated: Mapping[str, int], bills: Bills
) -> tuple[list[TenderFigures], list[Line]]:
    """What each tender brought, beside what was counted of it."""
    figures, lines = [], []
    for tender in Tender:
        taken, out = money.taken.get(tender, 0), money.paid_out.get(tender, 0)
        billed = bills.sums.get(tender)
        if not (taken or out or stated.get(tender) or billed):
            continue
        one = TenderFigures(tender.value, taken, out, None)
        if tender in STATED:
            counted = stated.get(tender) if billed is None else billed
            one = one._replace(counted_minor=counted, billed_minor=billed)
            lines += stated_lines(one, bills.rest_of(tender) if billed is not None else 0)
        elif tender is Tender.CASH:
            one = one._replace(counted_minor=drawers.figures.counted_minor)
        else:
            one = one._replace(counted_minor=one.net_minor)  # our own books: no other side
        figures.append(one)
    return figures, lines


def stated_lines(one: TenderFigures, known: int) -> list[Line]:
    """`known`: what differences of the bill account for, each a line of its own."""
    if one.counted_minor is None:
        minor = one.net_minor
        return [Line(Cause.STATEMENT_MISSING, "tender", one.tender, one.tender, minor)]
    if minor := one.difference_minor - known:
        return [Line(Cause.STATEMENT_DIFFERS, "tender", one.tender, one.tender, minor)]
    return []


async def opening_lines(tx: Tx, area_id: str, day: date, figures: Figures) -> list[Line]:
    """What the day before left unused is what this day began with."""
    before = await tx.one(store.CLOSE_OF_DAY, area_id=area_id, day=day - timedelta(days=1))
    if before is None or before.status != "closed":
        return []
    left, found = figures_of(before.figures).use("closing"), figures.use("opening")
    if (left.tickets, left.minor) == (found.tickets, found.minor):
        return []
    return [
        Line(
            Cause.OPENING_WRONG,
            "close",
            before.id,
            before.day.isoformat(),
            found.minor - left.minor,
            found.tickets - left.tickets,
        )
    ]
