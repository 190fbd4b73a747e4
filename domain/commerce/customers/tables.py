"""Who buys on the web: browsers, people known by their phone, and those they travel with."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Name, UtcDateTime, Word, metadata

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("phone_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("phone_sealed", Bytes, nullable=False),
    sa.Column("phone_mask", sa.String(24), nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)

customer_visits = sa.Table(  # one a browser: the cookie holds a token, the row its hash
    "customer_visits",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("customer_id", Id, sa.ForeignKey("customers.id", ondelete="SET NULL")),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Index("ix_customer_visits_ends_at", "ends_at"),
    sa.Index("ix_customer_visits_customer_id", "customer_id"),
)

customer_orders = sa.Table(  # which browser placed an order: it may look at it without a code
    "customer_orders",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("visit_id", Id, nullable=False),
    sa.Column("address_hash", sa.String(64)),  # of the network it was placed from
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_customer_orders_visit_id", "visit_id", "at"),
    sa.Index("ix_customer_orders_address_hash", "address_hash"),
)

travellers = sa.Table(  # 常用游客
    "travellers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("customer_id", Id, sa.ForeignKey("customers.id"), nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("document_kind", Word, nullable=False),
    sa.Column("document_sealed", Bytes, nullable=False),
    sa.Column("document_hash", sa.String(64), nullable=False),
    sa.Column("document_mask", sa.String(24), nullable=False),
    sa.Column("born_on", sa.Date),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("customer_id", "document_hash"),
)
