"""Requests that somebody else must decide."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.approvals.model import ApprovalStatus

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),  # refund, reprint, ticket_type, shift ...
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("area_id", Id),
    sa.Column("amount_minor", sa.BigInteger),
    sa.Column("payload", Json, nullable=False),  # what is done when it is approved
    sa.Column("reason", sa.String(400), nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("requested_by", Id, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("decided_by", Id),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    one_of("status", ApprovalStatus),
    sa.Index("ix_approvals_status", "status", "requested_at", "id"),
    sa.Index("ix_approvals_requested_by", "requested_by", "requested_at", "id"),
    sa.Index("ix_approvals_requested", "requested_at", "id"),
    sa.Index("ix_approvals_subject", "noun", "subject_id"),
    sa.Index("ix_approvals_decided", "decided_at"),  # a day's decisions
    sa.Index(
        "ux_approvals_open",
        "kind",
        "noun",
        "subject_id",
        unique=True,
        sqlite_where=sa.text("status = 'requested'"),
        postgresql_where=sa.text("status = 'requested'"),
    ),
)
