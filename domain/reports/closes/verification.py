"""Reading closed days again: they are what was signed, and nothing was left unexplained."""

from collections.abc import Sequence

from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import Finding, register
from domain.reports.closes import store
from domain.reports.closes.bills import Bills
from domain.reports.closes.closing import Close, close_of, lines_of
from domain.reports.closes.model import Cause, Line, money_rest, unexplained_minor, uses_rest
from domain.reports.closes.reading import read_day

MOST_DAYS = 31  # the latest: older ones are read less and less


async def check(tx: Tx) -> list[Finding]:
    found = []
    for row in await tx.rows(store.CLOSED_LATEST, most=MOST_DAYS):
        close = close_of(row)
        kept = [one.line for one in await lines_of(tx, close.id)]
        for problem in await problems(tx, close, kept):
            found.append(Finding("closes", f"area {close.area_id}, {close.day}", problem))
    return found


async def problems(tx: Tx, close: Close, kept: Sequence[Line]) -> list[str]:
    """What is wrong with one closed day."""
    found = []
    if minor := unexplained_minor(kept) or money_rest(close.figures, kept):
        found.append(f"closed with {to_text(minor)} unexplained")
    if tickets := uses_rest(close.figures):
        found.append(f"{tickets} tickets of its use are unaccounted for")
    now = await read_day(tx, close.area_id, close.day, close.stated, bills_of(close, kept))
    money, sold = now.figures.money_minor, now.figures.sold_minor
    if (money, sold) != (close.figures.money_minor, close.figures.sold_minor):
        found.append(
            f"was closed with {to_text(close.figures.money_minor)} of money and"
            f" {to_text(close.figures.sold_minor)} of sales, is {to_text(money)}"
            f" and {to_text(sold)} now"
        )
    elif now.figures.as_json() != close.figures.as_json():
        found.append("its figures are not those that were signed")
    changed = comparable(now.lines) ^ comparable(kept)
    found += [f"a difference that was not signed so: {cause} {key}" for cause, key, *_ in changed]
    return found


def bills_of(close: Close, kept: Sequence[Line]) -> Bills:
    """As they were then: a bill may be fetched again, and its differences be settled."""
    sums = {
        one.tender: one.billed_minor
        for one in close.figures.tenders
        if one.billed_minor is not None
    }
    causes = (Cause.BILL_DIFFERS, Cause.PAYMENT_WAITING)
    return Bills(sums, [line for line in kept if line.cause in causes])


def comparable(lines: Sequence[Line]) -> set[tuple[str, str, int, int]]:
    """A payout that failed later, or was sent again, makes the same difference on its day."""
    return {
        (
            Cause.REFUND_DUE.value if line.cause is Cause.REFUND_FAILED else line.cause.value,
            line.subject_id,
            line.amount_minor,
            line.pieces,
        )
        for line in lines
    }


register("closes", check)
