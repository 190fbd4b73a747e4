"""Who gets which part of a combined ticket's price, from which day on."""

import sqlalchemy as sa

from domain.kernel.columns import Id, UtcDateTime, metadata

revenue_shares = sa.Table(
    "revenue_shares",
    metadata,
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
    sa.Column("from_on", sa.Date, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit_id", Id, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("spot_id", Id, sa.ForeignKey("spots.id")),  # for what; none: for the ticket
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("set_by", Id),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("parts > 0", name="parts_positive"),
)
