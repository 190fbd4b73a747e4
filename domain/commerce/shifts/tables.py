"""Shifts and the cash that moved in and out of their drawers besides sales and refunds."""

import sqlalchemy as sa

from domain.commerce.shifts.model import CashMove, ShiftStatus
from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of

shifts = sa.Table(
    "shifts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(24), nullable=False, unique=True),
    sa.Column("window_id", Id, sa.ForeignKey("windows.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("float_minor", sa.BigInteger, nullable=False),
    sa.Column("expected_minor", sa.BigInteger),
    sa.Column("counted_minor", sa.BigInteger),
    sa.Column("count_detail", Json),  # notes and coins: {"10000": 12, ...}
    sa.Column("difference_note", sa.String(400), nullable=False, server_default=""),
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", ShiftStatus),
    sa.CheckConstraint("float_minor >= 0", name="float_not_negative"),
    sa.Index("ix_shifts_opened", "opened_at", "id"),
    sa.Index("ix_shifts_area_opened", "area_id", "opened_at", "id"),
    sa.Index("ix_shifts_window_opened", "window_id", "opened_at", "id"),
    sa.Index("ix_shifts_staff_opened", "staff_id", "opened_at", "id"),
    sa.Index(
        "ux_shifts_open_window",
        "window_id",
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    ),
    sa.Index(
        "ux_shifts_open_staff",
        "staff_id",
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    ),
)

cash_moves = sa.Table(
    "cash_moves",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("shift_id", Id, sa.ForeignKey("shifts.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),  # into the drawer is positive
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("request_id", sa.String(128), unique=True),
    sa.Column("received_by", Id),
    sa.Column("moved_at", UtcDateTime, nullable=False),
    one_of("kind", CashMove),
    info={"append_only": True},
)
