"""Changes (改签): which tickets became which others, and the difference in price."""

import sqlalchemy as sa

from domain.kernel.columns import Id, UtcDateTime, metadata

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request_id", sa.String(128), unique=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("old_minor", sa.BigInteger, nullable=False),
    sa.Column("new_minor", sa.BigInteger, nullable=False),
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id")),  # of the difference, when cheaper
    sa.Column("payment_id", Id, sa.ForeignKey("payments.id")),  # of the difference, when dearer
    sa.Column("window_id", Id, sa.ForeignKey("windows.id")),
    sa.Column("changed_by", Id),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("old_minor >= 0 AND new_minor >= 0", name="not_negative"),
    sa.Index("ix_changes_changed", "changed_at", "id"),
)

change_lines = sa.Table(
    "change_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("change_id", Id, sa.ForeignKey("changes.id"), nullable=False, index=True),
    sa.Column("old_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False),
    sa.Column("new_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False),
    sa.Column("old_subject_id", Id, nullable=False, index=True),
    sa.Column("new_subject_id", Id, nullable=False, index=True),
    sa.Column("old_minor", sa.BigInteger, nullable=False),
    sa.Column("new_minor", sa.BigInteger, nullable=False),
)
