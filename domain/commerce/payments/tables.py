"""Money in and money out."""

import sqlalchemy as sa

from domain.commerce.payments.model import PaymentStatus, PayoutStatus, Tender
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of
from domain.kernel.ports import Way

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("tender", Word, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("tendered_minor", sa.BigInteger, nullable=False),  # cash put on the desk
    sa.Column("change_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("refunded_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("reference", sa.String(64), nullable=False, server_default=""),  # the other side's
    sa.Column("shift_id", Id, sa.ForeignKey("shifts.id"), index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("paid_at", UtcDateTime),
    sa.Column("is_invited", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("way", Word, nullable=False, server_default=Way.QR.value),  # of an invitation
    sa.Column("closes_at", UtcDateTime),  # when that is another moment than its order's
    one_of("tender", Tender),
    one_of("status", PaymentStatus),
    one_of("way", Way),
    sa.CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    sa.CheckConstraint(
        "refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunds_within_captured"
    ),
    sa.CheckConstraint("tendered_minor - change_minor = amount_minor", name="change_is_right"),
    sa.Index("ix_payments_status", "status", "created_at", "id"),
    sa.Index("ix_payments_paid", "paid_at"),  # a day's money
)

payouts = sa.Table(
    "payouts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(40), nullable=False, unique=True),  # never used twice outside
    sa.Column("payment_id", Id, sa.ForeignKey("payments.id"), nullable=False, index=True),
    # none: a payment that came too late for its order, or for an order given up half paid
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id"), index=True),
    sa.Column("tender", Word, nullable=False),  # by the original route
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("reference", sa.String(64), nullable=False, server_default=""),  # the other side's
    sa.Column("problem", sa.String(200), nullable=False, server_default=""),
    sa.Column("shift_id", Id, sa.ForeignKey("shifts.id"), index=True),  # whose cash it was
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("paid_out_at", UtcDateTime),
    one_of("status", PayoutStatus),
    one_of("tender", Tender),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
    sa.Index("ix_payouts_status", "status", "created_at", "id"),
    sa.Index("ix_payouts_paid_out", "paid_out_at"),
)
