"""Where programs want to be told, and what they were told last."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Json, UtcDateTime, metadata

reseller_subscriptions = sa.Table(
    "reseller_subscriptions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("url", sa.String(300), nullable=False),
    sa.Column("types", Json, nullable=False),
    sa.Column("kept_sealed", Bytes, nullable=False),  # the program's headers, our signing secret
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

told_bookings = sa.Table(  # how a booking stood when its program was last told
    "told_bookings",
    metadata,
    sa.Column(
        "booking_id",
        Id,
        sa.ForeignKey("reseller_bookings.id", ondelete="CASCADE"),  # tests are forgotten in time
        primary_key=True,
    ),
    sa.Column("mark", sa.String(64), nullable=False),
)

told_products = sa.Table(  # how a product and its days stood; days by their ISO date
    "told_products",
    metadata,
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("days", Json, nullable=False),
)
