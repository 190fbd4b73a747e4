"""Money in, and the decision to give it back (domain.md, 1)."""

from collections.abc import Mapping, Set
from enum import StrEnum


class Tender(StrEnum):
    """What a payment is made with."""

    CASH = "cash"
    CARD = "card"  # a terminal beside the till; simulated until one is connected
    SCAN = "scan"  # the payer's code is read by the till; simulated until a platform is connected


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


class RefundStatus(StrEnum):
    REQUESTED = "requested"  # waits for another to approve
    APPROVED = "approved"  # decided; the money is on its way
    PAID_OUT = "paid_out"
    REJECTED = "rejected"
    FAILED = "failed"


_R = RefundStatus
REFUND_MOVES: Mapping[RefundStatus, Set[RefundStatus]] = {
    _R.REQUESTED: {_R.APPROVED, _R.PAID_OUT, _R.REJECTED},
    _R.APPROVED: {_R.PAID_OUT, _R.FAILED},
    _R.FAILED: {_R.APPROVED},
    _R.PAID_OUT: frozenset(),
    _R.REJECTED: frozenset(),
}


class RefundCause(StrEnum):
    VISITOR = "visitor"  # by the policy sold
    OPERATOR = "operator"  # closure, capacity stop, our fault: always everything
