"""Bookings of resellers' programs: what an order has no place for."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Json, UtcDateTime, Word, metadata

reseller_bookings = sa.Table(
    "reseller_bookings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("uuid", sa.String(64), nullable=False),  # the reseller's: said again it books once
    sa.Column("asked_hash", sa.String(64), nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id")),  # none: a test
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("availability_id", sa.String(40), nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("cart_id", sa.String(64)),  # bookings that are confirmed and cancelled together
    sa.Column("reseller_reference", sa.String(120), nullable=False, server_default=""),
    sa.Column("notes", sa.String(200), nullable=False, server_default=""),
    sa.Column("contact_sealed", Bytes),  # as the reseller sent it, of the booking and of its units
    sa.Column("items", Json, nullable=False),
    sa.Column("held_until", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("cancelled_at", UtcDateTime),
    sa.Column("cancel_reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("given", Word, nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("agent_id", "uuid"),
    sa.Index("ix_reseller_bookings_day", "agent_id", "visit_on"),
    sa.Index("ix_reseller_bookings_reference", "agent_id", "reseller_reference"),
    sa.Index("ix_reseller_bookings_cart", "agent_id", "cart_id"),
    sa.Index("ix_reseller_bookings_order_id", "order_id"),
)
