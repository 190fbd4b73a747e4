"""What gates must refuse by themselves when they cannot ask, one row a code, and its revision."""

import sqlalchemy as sa

from domain.kernel.columns import Id, UtcDateTime, metadata

block_lists = sa.Table(
    "block_lists",
    metadata,
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), primary_key=True),
    sa.Column("rev", sa.BigInteger, nullable=False),
)

blocked_codes = sa.Table(
    "blocked_codes",
    metadata,
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), primary_key=True),
    sa.Column("mark", sa.String(32), primary_key=True),  # of the code: see blocking.py
    sa.Column("rev", sa.BigInteger, nullable=False),  # of its last change
    sa.Column("is_blocked", sa.Boolean, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("ix_blocked_codes_rev", "area_id", "rev"),
)
