"""Money in and money out of an order; who decides about it stands above (orders, refunds)."""

from domain.commerce.payments import payouts, taking, tenders, verification
from domain.commerce.payments.model import PaymentStatus, PayoutStatus, Tender
from domain.commerce.payments.payouts import Payout
from domain.commerce.payments.taking import Payment, get_payment, payments_of

__all__ = [
    "Payment",
    "PaymentStatus",
    "Payout",
    "PayoutStatus",
    "Tender",
    "get_payment",
    "payments_of",
    "payouts",
    "taking",
    "tenders",
    "verification",
]
