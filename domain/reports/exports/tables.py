"""Exports: the question, and the file that answers it. How far it is stands in its job."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.reports.exports.model import ExportFormat

exports = sa.Table(
    "exports",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("noun", sa.String(40), nullable=False),  # which list
    sa.Column("format", Word, nullable=False),
    sa.Column("question", Json, nullable=False),  # its filters, as they were typed
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("requested_by", Id, nullable=False),
    sa.Column("job_id", Id, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.String(64), nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ready_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("removed_at", UtcDateTime),
    one_of("format", ExportFormat),
    sa.Index("ix_exports_requested_by", "requested_by", "created_at", "id"),
    sa.Index(
        "ix_exports_expires",
        "expires_at",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    ),
)
