"""What the operator may change on a screen; the words and defaults are in model.py."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, metadata

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("area_id", Id, primary_key=True, server_default=""),  # "" is the whole installation
    sa.Column("value", Json),  # none: what is inherited (the row stays, for its version)
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("changed_by", Id),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)
