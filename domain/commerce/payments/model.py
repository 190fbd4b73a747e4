"""Money in, and the decision to give it back (domain.md, 1)."""

from collections.abc import Mapping, Set
from enum import StrEnum


class Tender(StrEnum):
    """What a payment is made with."""

    CASH = "cash"
    CARD = "card"  # a terminal beside the till; simulated until one is connected
    SCAN = "scan"  # a payer's code on the simulated platform
    WECHAT = "wechat"  # by WeChat Pay: the payer's code, a QR of ours, or within its app
    ALIPAY = "alipay"  # by Alipay: the payer's code, a QR of ours, or its page
    STORED_VALUE = "stored_value"  # from a member card's balance


INTERNAL = frozenset({Tender.STORED_VALUE})  # paid from an account that we keep: `tenders.py`


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
