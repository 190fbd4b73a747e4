"""Record items: what was changed together, by which principle, and each row's old and new."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.batches.model import BatchStatus, RowStatus
from domain.operation.batches.principles import Principle

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, nullable=False),
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("field", sa.String(32), nullable=False),
    sa.Column("principle", Word, nullable=False),
    sa.Column("parameters", Json, nullable=False),
    sa.Column("is_partial", sa.Boolean, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.String(500), nullable=False, server_default=""),
    sa.Column("approval_id", Id),
    sa.Column("job_id", Id),
    sa.Column("applied_at", UtcDateTime),
    sa.Column("undone_at", UtcDateTime),
    one_of("principle", Principle),
    one_of("status", BatchStatus),
    sa.Index("ix_batches_area_id", "area_id", "created_at", "id"),
    sa.Index("ix_batches_created_at", "created_at", "id"),
)

batch_rows = sa.Table(
    "batch_rows",
    metadata,
    sa.Column("batch_id", Id, sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("seen_version", sa.Integer, nullable=False),
    sa.Column("applied_version", sa.Integer),
    sa.Column("old_value", sa.Text, nullable=False),
    sa.Column("new_value", sa.Text, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("failure", sa.String(400), nullable=False, server_default=""),
    sa.Column("failure_values", Json),  # what fills the sentence's {placeholders}
    one_of("status", RowStatus),
    sa.Index("ix_batch_rows_subject_id", "subject_id"),
)
