"""Messages, prints, supplier calls: one row each, until carried out."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.outbox.model import OutboxStatus

outbox_messages = sa.Table(
    "outbox_messages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("area_id", Id),  # none: the whole house's
    sa.Column("status", Word, nullable=False, server_default="due"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),  # raised by every lease
    sa.Column("last_error", sa.String(400), nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    one_of("status", OutboxStatus),
    sa.Index(
        "ix_outbox_messages_due",
        "due_at",
        "id",
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    ),
    sa.Index("ix_outbox_messages_status", "status", "created_at", "id"),
    sa.Index("ix_outbox_messages_kind", "area_id", "kind", "created_at", "id"),
    sa.Index("ix_outbox_messages_subject", "noun", "subject_id"),
)
