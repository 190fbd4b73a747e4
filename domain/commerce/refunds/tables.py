"""Refunds, and what each refunded ticket gave back. The money itself goes out by `payouts`."""

import sqlalchemy as sa

from domain.commerce.refunds.model import RefundCause, RefundStatus
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(28), nullable=False, unique=True),
    sa.Column("request_id", sa.String(128), unique=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("status", Word, nullable=False),
    sa.Column("cause", Word, nullable=False),
    sa.Column("reason", sa.String(400), nullable=False),
    sa.Column("paid_minor", sa.BigInteger, nullable=False),  # what the tickets had cost
    sa.Column("fee_minor", sa.BigInteger, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id"), index=True),
    sa.Column("requested_by", Id),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("paid_out_at", UtcDateTime),
    one_of("status", RefundStatus),
    one_of("cause", RefundCause),
    sa.CheckConstraint("paid_minor = fee_minor + amount_minor", name="adds_up"),
    sa.CheckConstraint("fee_minor >= 0 AND amount_minor >= 0", name="not_negative"),
    sa.Index("ix_refunds_requested", "requested_at", "id"),
    sa.Index("ix_refunds_requested_by", "requested_by", "requested_at"),
    sa.Index("ix_refunds_status", "status", "requested_at", "id"),
)

refund_lines = sa.Table(
    "refund_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id"), nullable=False, index=True),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False),
    sa.Column("subject_id", Id, nullable=False, index=True),  # the ticket, by the line's kind
    sa.Column("persons", sa.Integer, nullable=False),  # heads given back
    sa.Column("rate_bps", sa.Integer, nullable=False),
    sa.Column("paid_minor", sa.BigInteger, nullable=False),
    sa.Column("fee_minor", sa.BigInteger, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.CheckConstraint("paid_minor = fee_minor + amount_minor", name="adds_up"),
)
