"""Announcements, drafted by people or by a level of capacity; the log of what was shown."""

import sqlalchemy as sa

from domain.admission.announcements.model import AnnouncementStatus
from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("level", Word),  # that drafted it; none: a person did
    sa.Column("text_zh", sa.String(300), nullable=False),
    sa.Column("text_en", sa.String(300), nullable=False),
    sa.Column("places", Json, nullable=False),
    sa.Column("from_at", UtcDateTime, nullable=False),
    sa.Column("until_at", UtcDateTime, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("drafted_by", Id),
    sa.Column("drafted_at", UtcDateTime, nullable=False),
    sa.Column("released_by", Id),
    sa.Column("released_at", UtcDateTime),
    sa.Column("withdrawn_by", Id),
    sa.Column("withdrawn_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", AnnouncementStatus),
    sa.CheckConstraint("until_at > from_at", name="ends_after_it_begins"),
    sa.Index("ix_announcements_area", "area_id", "drafted_at", "id"),
    sa.Index(
        "ix_announcements_released",
        "area_id",
        "until_at",
        sqlite_where=sa.text("status = 'released'"),
        postgresql_where=sa.text("status = 'released'"),
    ),
)

announcement_messages = sa.Table(  # sent to who has tickets of a day: once
    "announcement_messages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("announcement_id", Id, sa.ForeignKey("announcements.id"), nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("told_by", Id),
    sa.Column("told_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("announcement_id", "visit_on"),
)
