"""Copies of the database, and the drills that put them back on trial."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.backups.model import BackupCause, BackupStatus, DrillStatus

backups = sa.Table(
    "backups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),  # of the file
    sa.Column("cause", Word, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("job_id", Id, unique=True),
    sa.Column("requested_by", Id),
    sa.Column("started_at", UtcDateTime, nullable=False),  # what came later is not in it
    sa.Column("made_at", UtcDateTime),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.String(64), nullable=False, server_default=""),
    sa.Column("problem", sa.String(400), nullable=False, server_default=""),
    sa.Column("copied_at", UtcDateTime),  # into the second folder
    sa.Column("copy_problem", sa.String(400), nullable=False, server_default=""),
    sa.Column("tested", Word),  # how its last drill ended; none: not yet
    sa.Column("tested_at", UtcDateTime),
    sa.Column("removed_at", UtcDateTime),
    one_of("cause", BackupCause),
    one_of("status", BackupStatus),
    one_of("tested", DrillStatus),
    sa.Index("ix_backups_started", "started_at", "id"),
    sa.Index("ix_backups_status", "status", "started_at"),
)

backup_drills = sa.Table(
    "backup_drills",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("backup_id", Id, sa.ForeignKey("backups.id"), nullable=False),
    sa.Column("job_id", Id, unique=True),
    sa.Column("requested_by", Id),  # none: after the copy was made
    sa.Column("status", Word, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("lost_seconds", sa.BigInteger),  # RPO: what would be lost, had it been in earnest
    sa.Column("took_seconds", sa.BigInteger),  # RTO: until the copy had been put back and verified
    sa.Column("problem", sa.String(400), nullable=False, server_default=""),
    sa.Column("detail", Json, nullable=False),  # seconds by stage, rows by table, findings
    one_of("status", DrillStatus),
    sa.Index("ix_backup_drills_backup", "backup_id", "started_at"),
    sa.Index("ix_backup_drills_started", "started_at", "id"),
)
