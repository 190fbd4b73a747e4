"""Giving tickets back: `quote` says what it would pay, `refund` does it."""

from domain.commerce.refunds import values, verification
from domain.commerce.refunds.allowing import causes
from domain.commerce.refunds.deciding import Refund, get_refund, pay_out
from domain.commerce.refunds.listing import Listed, RefundFilter, list_refunds
from domain.commerce.refunds.model import RefundCause, RefundStatus
from domain.commerce.refunds.paying_out import carriers, is_stuck, retry_payout, send_again
from domain.commerce.refunds.quoting import Quote, QuoteLine, quote
from domain.commerce.refunds.refunding import (
    CashDue,
    Request,
    cash_due,
    lines_of,
    refund,
    refunds_of,
)

__all__ = [
    "CashDue",
    "Listed",
    "Quote",
    "QuoteLine",
    "Refund",
    "RefundCause",
    "RefundFilter",
    "RefundStatus",
    "Request",
    "carriers",
    "cash_due",
    "causes",
    "get_refund",
    "is_stuck",
    "lines_of",
    "list_refunds",
    "pay_out",
    "quote",
    "refund",
    "refunds_of",
    "retry_payout",
    "send_again",
    "values",
    "verification",
]
