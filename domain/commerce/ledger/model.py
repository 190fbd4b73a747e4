"""The chart of accounts, and what an entry is. Debit is positive; every entry sums to zero."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.kernel.money import CURRENCY


class AccountKind(StrEnum):
    """The first half of an account's name; the second is its owner's id."""

    DRAWER = "drawer"  # a shift's cash
    SAFE = "safe"  # an area's cash that left the drawers
    CARD_CLEARING = "card_clearing"  # an area's card takings, until the bank pays
    SCAN_CLEARING = "scan_clearing"  # an area's code takings, until the platform pays
    WECHAT_CLEARING = "wechat_clearing"  # the same of WeChat Pay
    ALIPAY_CLEARING = "alipay_clearing"  # the same of Alipay
    DEPOSITS = "deposits"  # paid on an order that is not settled yet, an order's
    REFUNDS_DUE = "refunds_due"  # decided and not yet paid out, a payment's
    SALES = "sales"  # an area's revenue
    REFUND_FEES = "refund_fees"  # what an area keeps of refunded tickets
    CASH_DIFFERENCES = "cash_differences"  # over and short, an area's
    BILL_DIFFERENCES = "bill_differences"  # of platforms' bills, written off, an area's
    MEMBER_PRINCIPAL = "member_principal"  # paid in and not spent yet, a member card's
    MEMBER_BONUS = "member_bonus"  # given on top and not spent yet, a member card's
    BONUS_GIVEN = "bonus_given"  # what an area gave away as bonus
    MEMBER_DEPOSITS = "member_deposits"  # for the card itself, a member card's
    MEMBER_USES = "member_uses"  # uses that are left, a member card's (in USE)
    USES_SOLD = "uses_sold"  # the other half of uses, an area's
    MEMBER_POINTS = "member_points"  # a member card's (in PTS)
    POINTS_GIVEN = "points_given"  # the other half of points, an area's
    AGENT_PREPAID = "agent_prepaid"  # paid in and not spent yet, an agent's
    AGENT_CREDIT = "agent_credit"  # what an agent owes
    PROMOTION_COSTS = "promotion_costs"  # given away, borne by an area, a unit or the platform
    PROMOTED_SALES = "promoted_sales"  # the other half: an area's price beyond what buyers paid
    BANK = "bank"  # transfers to an area's bank account
    OPENING = "opening"  # what an area took over from an old system (in all currencies)


# where what was paid for a line may lie: revenue, or what is owed to a member for it
INCOME = (AccountKind.SALES, AccountKind.MEMBER_PRINCIPAL, AccountKind.MEMBER_DEPOSITS)


class Posting(NamedTuple):
    account: AccountKind
    owner_id: str
    amount_minor: int
    currency: str = CURRENCY


class Entry(NamedTuple):
    """What happened (`text`: a word like `order.paid`), its cause, and how value moved."""

    cause_noun: str
    cause_id: str
    text: str
    area_id: str | None
    postings: Sequence[Posting]


def checked(postings: Sequence[Posting]) -> list[Posting]:
    """The postings that move something. ValueError when they do not sum to zero per currency."""
    for currency in {posting.currency for posting in postings}:
        rest = sum(p.amount_minor for p in postings if p.currency == currency)
        if rest:
            raise ValueError(f"an entry that does not sum to zero: {rest} {currency} too much")
    return [posting for posting in postings if posting.amount_minor]
