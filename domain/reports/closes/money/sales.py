"""The money of a day against its sales, order by order.

What came in less what went out is what was sold, changed and given back, but for what falls on
another day. Each such amount is a line; what is then left of an order is a line that a person
must explain.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.reports.closes.model import Cause, Line
from domain.reports.closes.money import store
from domain.reports.days import Day


class Money(NamedTuple):
    """`taken` and `paid_out` by tender."""

    taken: dict[str, int]
    paid_out: dict[str, int]
    cash_taken: int  # less cash paid out
    lines: Sequence[Line]


class Found(NamedTuple):
    """A day's rows."""

    payments: Sequence[Any]
    payouts: Sequence[Any]
    used: Sequence[Any]
    sold: Sequence[Any]
    changed: Sequence[Any]
    returned: Sequence[Any]
    decided: Sequence[Any]


async def read_money(tx: Tx, day: Day) -> Money:
    bounds = day.bounds()
    found = Found(
        await tx.rows(store.PAYMENTS, **bounds),
        await tx.rows(store.PAYOUTS, **bounds),
        await tx.rows(store.USED_TODAY, **bounds),
        await tx.rows(store.SOLD, **bounds),
        await tx.rows(store.CHANGED, **bounds),
        [row for each in store.RETURNED for row in await tx.rows(each, **bounds)],
        [row for each in store.DECIDED_TODAY for row in await tx.rows(each, **bounds)],
    )
    earlier = {row.refund_id for row in found.payouts if row.refund_id}
    earlier -= {row.id for row in found.decided}
    numbers = {row.id: row.number for row in await tx.rows(store.REFUNDS, ids=sorted(earlier))}
    lines = [*deposits(found, bounds["day_end"]), *refunds_due(found, numbers)]
    lines += rests(found, lines)
    lines += await ledger_lines(tx, day)
    taken, paid_out = by_tender(found.payments), by_tender(found.payouts)
    return Money(taken, paid_out, taken.get("cash", 0) - paid_out.get("cash", 0), lines)


def by_tender(rows: Sequence[Any]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row.tender] += row.amount_minor
    return dict(sums)


def deposits(found: Found, day_end: Any) -> list[Line]:
    """Money of orders that are not settled on this day."""
    sums: dict[tuple[Cause, str], int] = defaultdict(int)
    numbers: dict[str, str] = {}

    def add(cause: Cause, row: Any, minor: int) -> None:
        sums[cause, row.order_id] += minor
        numbers[row.order_id] = row.number

    for row in found.payments:
        is_open = row.settled_at is None or row.settled_at >= day_end
        if row.is_returned or is_open:
            add(Cause.DEPOSIT_OPEN, row, row.amount_minor)
    for row in found.used:
        add(Cause.DEPOSIT_USED, row, -int(row.minor))
    for row in found.payouts:
        if row.refund_id is None:
            add(Cause.DEPOSIT_RETURNED, row, -row.amount_minor)
    return [
        Line(cause, "order", order_id, numbers[order_id], minor)
        for (cause, order_id), minor in sums.items()
        if minor
    ]


def refunds_due(found: Found, numbers: dict[str, str]) -> list[Line]:
    """Refunds whose decision and payout fall on different days."""
    out: dict[str, int] = defaultdict(int)
    for row in found.payouts:
        if row.refund_id is not None:
            out[row.refund_id] += row.amount_minor
    lines = []
    for row in found.decided:
        due = row.amount_minor - out.pop(row.id, 0)
        cause = Cause.REFUND_FAILED if row.status == "failed" else Cause.REFUND_DUE
        if due:
            lines.append(Line(cause, "refund", row.id, row.number, due))
    return lines + [
        Line(Cause.REFUND_EARLIER, "refund", refund_id, numbers.get(refund_id, ""), -minor)
        for refund_id, minor in out.items()
    ]


def rests(found: Found, lines: Sequence[Line]) -> list[Line]:
    """What is left of each order when all that is known is taken off."""
    rest: dict[str, int] = defaultdict(int)
    numbers: dict[str, str] = {}
    signed: list[tuple[Sequence[Any], str, int]] = [
        (found.payments, "amount_minor", 1),
        (found.payouts, "amount_minor", -1),
        (found.sold, "minor", -1),
        (found.changed, "minor", -1),
        (found.returned, "minor", 1),
    ]
    for rows, name, sign in signed:
        for row in rows:
            rest[row.order_id] += sign * int(getattr(row, name))
            numbers[row.order_id] = row.number
    order_of = {row.refund_id: row.order_id for row in found.payouts if row.refund_id}
    for row in found.decided:
        order_of[row.id] = row.order_id
        numbers[row.order_id] = row.order_number
    for line in lines:
        order_id = line.subject_id if line.noun == "order" else order_of[line.subject_id]
        rest[order_id] -= line.amount_minor
    return [
        Line(Cause.ORDER_WRONG, "order", order_id, numbers[order_id], minor)
        for order_id, minor in rest.items()
        if minor
    ]


async def ledger_lines(tx: Tx, day: Day) -> list[Line]:
    """Payments and payouts that the ledger does not know as they are. They move nothing between
    money and sales, so their amounts stand beside the sum."""
    wrong = []
    for noun, statement in (("payment", store.LEDGER_PAYMENTS), ("payout", store.LEDGER_PAYOUTS)):
        for row in await tx.rows(statement, **day.bounds()):
            label = f"{row.number}: {to_text(int(row.posted))} / {to_text(row.amount_minor)}"
            minor = int(row.posted) - row.amount_minor
            wrong.append(Line(Cause.LEDGER_WRONG, noun, row.id, label, minor))
    return wrong
