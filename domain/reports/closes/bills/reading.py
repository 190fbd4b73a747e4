"""What the bills of payment platforms say of an area's day, and what they say differently.

A bill keeps the platform's calendar and an area its own: what counts is when a payment of the area
was made, whichever bill it stands on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce.reconciliation import PLATFORM_ZONE, ItemStatus, rest_of
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.reports.closes.bills import store
from domain.reports.closes.model import Cause, Line
from domain.reports.days import Day


class Bills(NamedTuple):
    """`sums`: received less given back, by tender, where every bill of the day was taken. `lines`
    are what a person must explain: differences, and payments of which nobody knows yet."""

    sums: Mapping[str, int]
    lines: Sequence[Line]

    def rest_of(self, tender: str) -> int:
        """What its differences come to."""
        return sum(
            line.amount_minor
            for line in self.lines
            if line.cause is Cause.BILL_DIFFERS and line.tender == tender
        )


async def read_bills(tx: Tx, day: Day) -> Bills:
    bounds = day.bounds()
    first, last = platform_days(bounds["day_start"], bounds["day_end"])
    sums: dict[str, int] = defaultdict(int)
    complete = await taken_tenders(tx, first, last)
    for sign, statement in ((1, store.CHARGED), (-1, store.REFUNDED)):
        for row in await tx.rows(statement, **bounds):
            sums[row.tender] += sign * int(row.minor)
    lines = []
    is_first = (await tx.one(store.FIRST_AREA)).id == day.area_id
    span = {"from_day": first - timedelta(days=1), "to_day": last + timedelta(days=1)}
    for item in await tx.rows(store.ITEMS, area_id=day.area_id, **span):
        if not is_of_day(item, day, bounds, is_first):
            continue
        line = line_of(item)
        lines.append(line)
        if item.happened_at is None:  # it is on the bill, and not among our payments of the day
            sums[item.tender] += line.amount_minor
    for row in await tx.rows(store.WAITING, **bounds):
        lines.append(Line(Cause.PAYMENT_WAITING, "payment", row.id, row.number, row.amount_minor))
    return Bills({word: sums[word] for word in complete}, lines)


def platform_days(start: datetime, end: datetime) -> tuple[date, date]:
    """The first and last bill on which a payment between these moments may stand."""
    last = end - timedelta(microseconds=1)
    return local_day(start, PLATFORM_ZONE), local_day(last, PLATFORM_ZONE)


async def taken_tenders(tx: Tx, first: date, last: date) -> list[str]:
    """The platforms whose every bill from `first` to `last` was taken."""
    found: dict[str, int] = defaultdict(int)
    for row in await tx.rows(store.TAKEN, from_day=first, to_day=last):
        found[row.tender] += 1
    return sorted(word for word, many in found.items() if many == (last - first).days + 1)


def is_of_day(item: Any, day: Day, bounds: Mapping[str, Any], is_first: bool) -> bool:
    """Money of which nobody knows the area stands in the close of the first."""
    if item.status == ItemStatus.RESOLVED and item.resolved_by is None:
        return False  # a later bill has it
    if item.area_id is None and not is_first:
        return False
    if item.happened_at is None:
        return bool(item.day == day.day)
    return bool(bounds["day_start"] <= item.happened_at < bounds["day_end"])


def line_of(item: Any) -> Line:
    said = item.resolution if item.status == ItemStatus.RESOLVED else ""
    label = item.order_no or item.number
    return Line(
        Cause.BILL_DIFFERS, "bill_item", item.id, f"{item.tender} {label}", rest_of(item), note=said
    )
