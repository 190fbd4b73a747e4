"""The table of answers that were already given."""

import sqlalchemy as sa

from domain.kernel.columns import Json, UtcDateTime, metadata

idempotency_answers = sa.Table(
    "idempotency_answers",
    metadata,
    sa.Column("scope", sa.String(64), primary_key=True),  # the act and who asks
    sa.Column("key", sa.String(128), primary_key=True),  # chosen by the caller
    sa.Column("request_hash", sa.String(64), nullable=False),  # SHA-256 of the canonical request
    sa.Column("answer", Json, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False, index=True),
)
