"""OTAs that call us: their keys, their words for our tickets, their orders, and every call."""

import sqlalchemy as sa

from domain.admission.ota.model import AccountStatus, ProductStatus
from domain.kernel.columns import Bytes, Id, Json, UtcDateTime, Word, metadata, one_of

Theirs = sa.String(64)  # an identifier that the OTA chose

ota_accounts = sa.Table(
    "ota_accounts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("account_id", Theirs, nullable=False, unique=True),
    sa.Column("keys_sealed", Bytes, nullable=False),  # of signing, and of sealing where agreed
    sa.Column("is_sealed", sa.Boolean, nullable=False),  # bodies are encrypted, both ways
    sa.Column("notice_url", sa.String(300), nullable=False, server_default=""),
    sa.Column("status", Word, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    one_of("status", AccountStatus),
)

ota_products = sa.Table(  # an OTA's word for one of our tickets
    "ota_products",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("ota_accounts.id"), nullable=False),
    sa.Column("plu", Theirs, nullable=False),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), nullable=False, index=True),
    sa.Column("slot_at", sa.String(5), nullable=False, server_default=""),  # 09:00; "" without
    sa.Column("status", Word, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("account_id", "plu"),
    one_of("status", ProductStatus),
)

ota_orders = sa.Table(
    "ota_orders",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("ota_accounts.id"), nullable=False),
    sa.Column("ota_order_id", Theirs, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("account_id", "ota_order_id"),
)

ota_items = sa.Table(
    "ota_items",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("ota_orders.order_id"), nullable=False),
    sa.Column("item_id", Theirs, nullable=False),
    sa.Column("product_id", Id, sa.ForeignKey("ota_products.id"), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.UniqueConstraint("order_id", "item_id"),
    sa.CheckConstraint("quantity > 0", name="something_bought"),
)

ota_tickets = sa.Table(  # which of our tickets stand for an item, successors included
    "ota_tickets",
    metadata,
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), primary_key=True),
    sa.Column("item_id", Id, sa.ForeignKey("ota_items.id"), nullable=False, index=True),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("told_at", UtcDateTime),  # that it was used, or that nobody will come on it
    sa.Index(
        "ix_ota_tickets_untold",
        "visit_on",
        "ticket_id",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    ),
)

ota_calls = sa.Table(  # what was asked, and what was answered: the same sequence, the same answer
    "ota_calls",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, sa.ForeignKey("ota_accounts.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("service", sa.String(40), nullable=False),
    sa.Column("sequence_id", Theirs),  # none: it was turned away before it was read
    sa.Column("mark", sa.String(64), nullable=False, server_default=""),  # keyed, of the body
    sa.Column("shown", Json, nullable=False),  # the body with nobody's data
    sa.Column("result_code", sa.String(4), nullable=False),
    sa.Column("result_message", sa.String(200), nullable=False, server_default=""),
    sa.Column("answer_sealed", Bytes),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), index=True),
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id")),  # waits for a person
    sa.Column("confirmed_at", UtcDateTime),  # that person's word went out
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("account_id", "service", "sequence_id"),
    sa.Index("ix_ota_calls_area_at", "area_id", "at", "id"),
    sa.Index(
        "ix_ota_calls_waiting",
        "refund_id",
        sqlite_where=sa.text("refund_id IS NOT NULL AND confirmed_at IS NULL"),
        postgresql_where=sa.text("refund_id IS NOT NULL AND confirmed_at IS NULL"),
    ),
)
