"""Who collected which order where, the codes for it, and guesses that were wrong."""

import sqlalchemy as sa

from domain.admission.collections.model import PlaceKind
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

collections = sa.Table(
    "collections",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), primary_key=True),  # once
    sa.Column("place_kind", Word, nullable=False),
    sa.Column("place_id", Id, nullable=False),
    sa.Column("collected_by", Id),  # a cashier; nobody at a kiosk
    sa.Column("collected_at", UtcDateTime, nullable=False),
    one_of("place_kind", PlaceKind),
    sa.Index("ix_collections_place", "place_id", "collected_at"),
)

collection_codes = sa.Table(
    "collection_codes",
    metadata,
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("code", sa.String(12), nullable=False, unique=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

wrong_guesses = sa.Table(
    "wrong_guesses",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("lane", sa.String(80), nullable=False),  # a device or an address, and what for
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_wrong_guesses_lane", "lane", "at"),
)
