"""Changes (改签): which tickets became which others, and the difference in price."""

import sqlalchemy as sa

from domain.commerce.changes.model import HoldStatus
from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of

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


change_holds = sa.Table(  # dearer changes that wait for the difference
    "change_holds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request_id", sa.String(128), nullable=False, unique=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id")),
    sa.Column("old_minor", sa.BigInteger, nullable=False),
    sa.Column("new_minor", sa.BigInteger, nullable=False),
    sa.Column("held_until", UtcDateTime, nullable=False),
    sa.Column("change_id", Id, sa.ForeignKey("changes.id")),
    sa.Column("made_by", Id),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    one_of("status", HoldStatus),
    sa.CheckConstraint("old_minor >= 0 AND new_minor > old_minor", name="dearer"),
    sa.CheckConstraint("(status = 'held') = (ended_at IS NULL)", name="ended_or_held"),
    sa.Index(
        "uq_change_holds_living",
        "order_id",
        unique=True,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    ),
    sa.Index("ix_change_holds_until", "status", "held_until"),
)

change_hold_lines = sa.Table(
    "change_hold_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("hold_id", Id, sa.ForeignKey("change_holds.id"), nullable=False, index=True),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("line", Json, nullable=False),  # of the new ticket, priced; its visitors are the old
    sa.Column("slot_hold_id", Id),  # the places that are kept for it
)

change_hold_payments = sa.Table(  # which of the order's payments are for which change
    "change_hold_payments",
    metadata,
    sa.Column("payment_id", Id, sa.ForeignKey("payments.id"), primary_key=True),
    sa.Column("hold_id", Id, sa.ForeignKey("change_holds.id"), nullable=False, index=True),
)
