"""Orders, their lines, and the visitors named on them."""

import sqlalchemy as sa

from domain.commerce.orders.model import LineKind, OrderEvent, OrderStatus
from domain.kernel.channels import Channel
from domain.kernel.columns import Bytes, Id, Json, Name, UtcDateTime, Word, metadata, one_of

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(24), nullable=False, unique=True),  # 20261122-0042
    sa.Column("request_id", sa.String(128), unique=True),  # chosen by the seller: sold once
    sa.Column("request_hash", sa.String(64)),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("channel", Word, nullable=False),
    sa.Column("window_id", Id, sa.ForeignKey("windows.id")),
    sa.Column("shift_id", Id, sa.ForeignKey("shifts.id")),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("status", Word, nullable=False),
    sa.Column("contact_name", Name, nullable=False, server_default=""),
    sa.Column("phone_sealed", Bytes),
    sa.Column("phone_hash", sa.String(64)),
    sa.Column("phone_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("visit_on", sa.Date, nullable=False),  # the first day of its lines
    sa.Column("persons", sa.Integer, nullable=False),
    sa.Column("tickets", sa.Integer, nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("refunded_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("placed_at", UtcDateTime, nullable=False),
    sa.Column("held_until", UtcDateTime),
    sa.Column("paid_at", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", OrderStatus),
    one_of("channel", Channel),
    sa.CheckConstraint("total_minor >= 0", name="total_not_negative"),
    sa.CheckConstraint(
        "refunded_minor >= 0 AND refunded_minor <= total_minor", name="refunds_within_total"
    ),
    sa.Index("ix_orders_placed", "placed_at", "id"),
    sa.Index("ix_orders_area_placed", "area_id", "placed_at", "id"),
    sa.Index("ix_orders_area_paid", "area_id", "paid_at"),  # what a day took
    sa.Index("ix_orders_status_placed", "status", "placed_at", "id"),
    sa.Index("ix_orders_channel_placed", "channel", "placed_at", "id"),
    sa.Index("ix_orders_window_placed", "window_id", "placed_at", "id"),
    sa.Index("ix_orders_staff_placed", "staff_id", "placed_at", "id"),
    sa.Index("ix_orders_visit_placed", "visit_on", "placed_at", "id"),
    sa.Index("ix_orders_shift", "shift_id"),
    sa.Index("ix_orders_phone", "phone_hash", "placed_at"),
    sa.Index(  # of those whose identity is still there
        "ix_orders_identity",
        "visit_on",
        "id",
        sqlite_where=sa.text("contact_name <> '' OR phone_mask <> '' OR note <> ''"),
        postgresql_where=sa.text("contact_name <> '' OR phone_mask <> '' OR note <> ''"),
    ),
    sa.Index("ix_orders_contact", "contact_name", "placed_at"),
    sa.Index(
        "ix_orders_held",
        "held_until",
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    ),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("product_id", Id, sa.ForeignKey("products.id")),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), index=True),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), index=True),
    sa.Column("visit_on", sa.Date),
    sa.Column("name_zh", Name, nullable=False),  # as sold: a price list may change tomorrow
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("quantity", sa.Integer, nullable=False),  # tickets
    sa.Column("persons", sa.Integer, nullable=False),  # heads: tickets x persons on each
    sa.Column("free_persons", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unit_price_minor", sa.BigInteger, nullable=False),
    sa.Column("list_price_minor", sa.BigInteger, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("concession", sa.String(32), nullable=False, server_default=""),
    sa.Column("counts_day", sa.Boolean, nullable=False),  # against the area's day
    sa.Column("places_held", sa.Integer, nullable=False),  # heads that keep a place now
    sa.Column("changed_from_id", Id, sa.ForeignKey("order_lines.id")),  # 改签: what it replaces
    sa.Column("terms", Json, nullable=False),  # policies and modes as sold
    one_of("kind", LineKind),
    sa.CheckConstraint("quantity > 0 AND persons >= 0", name="something_bought"),
    sa.CheckConstraint("places_held >= 0 AND places_held <= persons", name="places_within_heads"),
    sa.CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    sa.CheckConstraint("discount_minor >= 0", name="discount_not_negative"),
)

order_visitors = sa.Table(
    "order_visitors",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),  # the n-th ticket of the line
    sa.Column("area_id", Id, nullable=False),
    sa.Column("product_id", Id, nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("document_kind", Word, nullable=False),
    sa.Column("document_sealed", Bytes),
    sa.Column("document_hash", sa.String(64)),
    sa.Column("document_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("born_on", sa.Date),
    sa.Column("proof", sa.String(64), nullable=False, server_default=""),  # certificate number
    sa.Column("released_at", UtcDateTime),  # refunded, changed or cancelled: may come again
    sa.Index("ix_order_visitors_document", "document_hash", "visit_on"),
    sa.Index("ix_order_visitors_name", "name", "visit_on"),
    sa.Index(  # of those whose identity is still there
        "ix_order_visitors_identity",
        "visit_on",
        "id",
        sqlite_where=sa.text("name <> ''"),
        postgresql_where=sa.text("name <> ''"),
    ),
    sa.Index(  # one ID, one ticket of a product a day
        "ux_order_visitors_day",
        "product_id",
        "visit_on",
        "document_hash",
        unique=True,
        sqlite_where=sa.text("released_at IS NULL AND document_hash IS NOT NULL"),
        postgresql_where=sa.text("released_at IS NULL AND document_hash IS NOT NULL"),
    ),
)

order_numbers = sa.Table(
    "order_numbers",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # of the order, after it
    sa.Column("kind", Word, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    one_of("kind", OrderEvent),
    sa.UniqueConstraint("order_id", "version"),
)
