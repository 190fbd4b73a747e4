"""Money in and money out of an order; who decides about it stands above (orders, refunds)."""

from domain.commerce.payments import payouts, taking, tenders, verification
from domain.commerce.payments.model import (
    INVITING,
    PaymentStatus,
    PayoutStatus,
    Tender,
    tender_of_code,
)
from domain.commerce.payments.payouts import Payout
from domain.commerce.payments.taking import Payment, get_payment, payments_of

__all__ = [
    "INVITING",
    "Payment",
    "PaymentStatus",
    "Payout",
    "PayoutStatus",
    "Tender",
    "get_payment",
    "payments_of",
    "payouts",
    "taking",
    "tender_of_code",
    "tenders",
    "verification",
]
