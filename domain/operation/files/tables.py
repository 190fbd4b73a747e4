"""Pictures and small files that the operator uploads; in the database, so a backup has all."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, UtcDateTime, metadata

files = sa.Table(
    "files",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("content", Bytes, nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("added_by", Id),
    sa.Column("added_at", UtcDateTime, nullable=False),
)
