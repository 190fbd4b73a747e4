"""The capacity log: each change of an area's level, and what was done about it."""

import sqlalchemy as sa

from domain.admission.occupancy.model import CapacityLevel
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

capacity_alerts = sa.Table(
    "capacity_alerts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("level", Word, nullable=False),
    sa.Column("previous_level", Word, nullable=False),
    sa.Column("inside", sa.Integer, nullable=False),
    sa.Column("entered_today", sa.Integer, nullable=False),
    sa.Column("percent_bps", sa.Integer, nullable=False),
    sa.Column("entries_held", sa.Boolean, nullable=False),  # from then on
    sa.Column("sales_stopped", sa.Boolean, nullable=False),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("acknowledged_by", Id),
    sa.Column("acknowledged_at", UtcDateTime),
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    one_of("level", CapacityLevel),
    sa.Index("ix_capacity_alerts_area", "area_id", "raised_at", "id"),
    sa.Index("ix_capacity_alerts_raised", "raised_at", "id"),
)

area_states = sa.Table(
    "area_states",
    metadata,
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), primary_key=True),
    sa.Column("level", Word, nullable=False, server_default="normal"),
    sa.Column("entries_held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sales_stopped", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    one_of("level", CapacityLevel),
)
