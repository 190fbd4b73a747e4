"""A platform's bill against our payments and the ledger: what agrees, and what needs a person."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.kernel.ports import Billed, BilledKind


class Finding(StrEnum):
    """How a charge or refund stands on the three sides."""

    MATCHED = "matched"
    LOCAL_ONLY = "local_only"  # we know it, the bill does not
    PAY_ONLY = "pay_only"  # the bill has it, we do not
    AMOUNT_DIFF = "amount_diff"  # bill, payment and ledger say different amounts
    STATUS_DIFF = "status_diff"  # done on one side only


class ItemStatus(StrEnum):
    OPEN = "open"
    WAITING = "waiting"  # to be written off: a second person decides
    RESOLVED = "resolved"


class TryOutcome(StrEnum):
    """What became of asking for a day's bill."""

    TAKEN = "taken"
    NOT_READY = "not_ready"  # no error: the platform makes it in the morning
    NO_ANSWER = "no_answer"
    BROKEN = "broken"  # not whole, or unreadable


class Local(NamedTuple):
    """A charge or refund as we have it. `ledger_minor`: what was posted for it."""

    number: str
    subject_id: str  # of the payment or the payout
    area_id: str
    amount_minor: int
    ledger_minor: int
    is_done: bool


class Difference(NamedTuple):
    finding: Finding
    kind: str
    number: str
    billed_minor: int | None
    local: Local | None


def finding_of(billed: Billed | None, local: Local | None) -> Finding:
    """One charge or refund, by its number, on all sides. At least one side has it."""
    if local is None:
        return Finding.PAY_ONLY
    if billed is None:
        return Finding.LOCAL_ONLY
    if billed.is_done != local.is_done:
        return Finding.STATUS_DIFF
    posted = local.ledger_minor if local.is_done else local.amount_minor
    if not billed.amount_minor == local.amount_minor == posted:
        return Finding.AMOUNT_DIFF
    return Finding.MATCHED


def rest_minor(
    kind: BilledKind, finding: Finding, billed_minor: int | None, ledger_minor: int | None
) -> int:
    """What the platform holds for us beyond what the ledger says; below zero it is less."""
    ledger = ledger_minor or 0
    billed = billed_minor or 0
    if finding is Finding.STATUS_DIFF and ledger:
        billed = 0  # it stands on the bill, but was not done there
    return billed - ledger if kind is BilledKind.CHARGE else ledger - billed


def summed(lines: Sequence[Billed]) -> Sequence[Billed]:
    """A number that stands twice on a bill is one charge of both amounts, and will not match."""
    found: dict[tuple[str, str], Billed] = {}
    for line in lines:
        key = (line.kind.value, line.number)
        before = found.get(key)
        if before is not None:
            line = line._replace(amount_minor=line.amount_minor + before.amount_minor)
        found[key] = line
    return list(found.values())
