"""What was removed when, and what may not be."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.retention.model import HoldNoun

retention_runs = sa.Table(
    "retention_runs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("job_id", Id, nullable=False, unique=True),
    sa.Column("requested_by", Id),  # none: the house itself
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("cuts", Json, nullable=False),  # the day before which, by kind: fixed at its start
    sa.Column("removed", Json, nullable=False),  # how many, by kind
    sa.Column("held", Json, nullable=False),  # how many were due and stay
    sa.Index("ix_retention_runs_started", "started_at", "id"),
)

retention_holds = sa.Table(
    "retention_holds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("noun", Word, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("number", sa.String(40), nullable=False),  # by which people call it
    sa.Column("reason", sa.String(400), nullable=False),
    sa.Column("held_by", Id),
    sa.Column("held_at", UtcDateTime, nullable=False),
    sa.Column("released_by", Id),
    sa.Column("released_at", UtcDateTime),
    one_of("noun", HoldNoun),
    sa.Index(
        "ux_retention_holds_subject",
        "noun",
        "subject_id",
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    ),
    sa.Index("ix_retention_holds_held", "held_at", "id"),
)
