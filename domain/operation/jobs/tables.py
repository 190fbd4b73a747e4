"""Jobs and the clock that starts them again and again."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.jobs.model import JobStatus

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("params", Json, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("cursor", Json),  # where to go on after a restart
    sa.Column("done_steps", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("all_steps", sa.BigInteger),  # none: not known
    sa.Column("result", Json),
    sa.Column("error", sa.String(400), nullable=False, server_default=""),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("requested_by", Id),
    sa.Column("area_id", Id),  # what it is about; none: the whole house
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    one_of("status", JobStatus),
    sa.Index(
        "ix_jobs_due",
        "due_at",
        "id",
        sqlite_where=sa.text("status IN ('waiting', 'running')"),
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    ),
    sa.Index("ix_jobs_created", "created_at", "id"),
)

# What is done again and again, by one process at a time: whoever moves `next_at` on does it.
schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("every_seconds", sa.Integer, nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("last_ran_at", UtcDateTime),
    sa.Column("last_error", sa.String(400), nullable=False, server_default=""),
)
