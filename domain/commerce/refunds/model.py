"""The decision to give money back (domain.md, 5)."""

from collections.abc import Mapping, Set
from enum import StrEnum


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
    """Why. OPERATOR and CLOSURE give all that is unused back, also after the day."""

    VISITOR = "visitor"  # by the policy sold
    OPERATOR = "operator"  # our own fault, somebody says: everything, by approval
    CLOSURE = "closure"  # closed or stopped, as the system knows: everything
    CHANGE = "change"  # 改签 to something cheaper: the difference
