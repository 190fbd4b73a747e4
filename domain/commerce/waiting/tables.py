"""Who waits for which slot; a phone stands in a slot's line once."""

import sqlalchemy as sa

from domain.commerce.waiting.model import WaitStatus
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

waits = sa.Table(
    "waits",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), nullable=False),
    sa.Column("customer_id", Id, nullable=False),  # whose phone was proved
    sa.Column("heads", sa.Integer, nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("status", Word, nullable=False),
    sa.Column("joined_at", UtcDateTime, nullable=False),
    sa.Column("offered_until", UtcDateTime),
    sa.Column("hold_id", Id),  # the places that are kept for it
    sa.Column("order_id", Id, sa.ForeignKey("orders.id")),
    sa.Column("ended_at", UtcDateTime),
    one_of("status", WaitStatus),
    sa.CheckConstraint("heads > 0", name="somebody"),
    sa.CheckConstraint("(status = 'offered') = (hold_id IS NOT NULL)", name="an_offer_holds"),
    sa.Index("ix_waits_line", "slot_id", "status", "joined_at", "id"),
    sa.Index("ix_waits_status", "status", "offered_until"),
    sa.Index("ix_waits_area", "area_id", "joined_at", "id"),
    sa.Index(
        "uq_waits_living",
        "slot_id",
        "customer_id",
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'offered')"),
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    ),
    sa.Index("ix_waits_customer_id", "customer_id"),
)
