"""Money in, and the decision to give it back (domain.md, 1)."""

import re
from collections.abc import Container, Mapping, Set
from enum import StrEnum


class Tender(StrEnum):
    """What a payment is made with."""

    CASH = "cash"
    CARD = "card"  # a terminal beside the till; simulated until one is connected
    SCAN = "scan"  # a payer's code on the simulated platform
    WECHAT = "wechat"  # by WeChat Pay: the payer's code, a QR of ours, or within its app
    ALIPAY = "alipay"  # by Alipay: the payer's code, a QR of ours, or its page
    STORED_VALUE = "stored_value"  # from a member card's balance
    AGENT = "agent"  # from an agent's deposit or credit


CODES = {  # what the platforms say their payers' codes look like
    Tender.WECHAT: re.compile(r"1[0-5][0-9]{16}"),
    Tender.ALIPAY: re.compile(r"(2[5-9]|30)[0-9]{14,22}"),
}
INVITING = (Tender.WECHAT, Tender.ALIPAY, Tender.SCAN)  # to a QR on our glass: the first there is


def tender_of_code(code: str, connected: Container[str]) -> Tender | None:
    """Whose code a payer shows; None: of no platform that is connected."""
    for tender, pattern in CODES.items():
        if tender.value in connected and pattern.fullmatch(code):
            return tender
    return Tender.SCAN if Tender.SCAN.value in connected else None


INTERNAL = frozenset({Tender.STORED_VALUE, Tender.AGENT})  # accounts of ours: `tenders.py`


class PaymentStatus(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"
    CLOSED = "closed"


_P = PaymentStatus
PAYMENT_MOVES: Mapping[PaymentStatus, Set[PaymentStatus]] = {
    _P.CREATED: {_P.PENDING, _P.PAID, _P.CLOSED},
    _P.PENDING: {_P.PAID, _P.FAILED, _P.CLOSED},
    _P.PAID: {_P.PART_REFUNDED, _P.REFUNDED},
    _P.PART_REFUNDED: {_P.PART_REFUNDED, _P.REFUNDED},
    _P.REFUNDED: frozenset(),
    _P.FAILED: frozenset(),
    _P.CLOSED: {_P.PAID},  # paid late: taken, then refunded
}


class PayoutStatus(StrEnum):
    DUE = "due"  # decided; its message waits in the outbox
    PAID_OUT = "paid_out"
    FAILED = "failed"  # the other side said no: a person must look


_O = PayoutStatus
PAYOUT_MOVES: Mapping[PayoutStatus, Set[PayoutStatus]] = {
    _O.DUE: {_O.PAID_OUT, _O.FAILED},
    _O.FAILED: {_O.DUE},
    _O.PAID_OUT: frozenset(),
}
