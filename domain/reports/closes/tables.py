"""Days of areas that were closed (日结), and each difference with its explanation."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.reports.closes.model import Cause, CloseStatus

daily_closes = sa.Table(
    "daily_closes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("figures", Json, nullable=False),
    sa.Column("stated", Json, nullable=False),  # what bank and platforms state, by tender
    sa.Column("made_by", Id),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),
    sa.Column("closed_by", Id),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", CloseStatus),
    sa.UniqueConstraint("area_id", "day"),
    sa.Index("ix_daily_closes_day", "day", "id"),
)

daily_close_lines = sa.Table(
    "daily_close_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("close_id", Id, sa.ForeignKey("daily_closes.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("cause", Word, nullable=False),
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("subject_id", sa.String(64), nullable=False),
    sa.Column("label", sa.String(80), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("pieces", sa.BigInteger, nullable=False),
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    sa.Column("noted_by", Id),  # none: said when it arose
    sa.Column("noted_at", UtcDateTime),
    one_of("cause", Cause),
    sa.UniqueConstraint("close_id", "cause", "subject_id"),
)
