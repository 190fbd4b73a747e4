"""The chart of accounts. Debit is positive, credit negative; every entry sums to zero."""

from enum import StrEnum


class AccountKind(StrEnum):
    """The first half of an account's name; the second is its owner's id."""

    DRAWER = "drawer"  # a shift's cash
    SAFE = "safe"  # an area's cash that left the drawers
    CARD_CLEARING = "card_clearing"  # an area's card takings, until the bank pays
    SCAN_CLEARING = "scan_clearing"  # an area's code takings, until the platform pays
    SALES = "sales"  # an area's revenue
    REFUND_FEES = "refund_fees"  # what an area keeps of refunded tickets
    CASH_DIFFERENCES = "cash_differences"  # over and short, an area's
