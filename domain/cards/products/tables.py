"""What member cards are on sale. A card keeps the terms of its purchase in its lots."""

import sqlalchemy as sa

from domain.cards.products.model import CardKind, CardProductStatus
from domain.kernel.columns import Id, Json, Name, Text, UtcDateTime, Word, metadata, one_of

card_products = sa.Table(
    "card_products",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("description_zh", Text, nullable=False, server_default=""),
    sa.Column("description_en", Text, nullable=False, server_default=""),
    sa.Column("channels", Json, nullable=False),
    sa.Column("price_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("renewal_minor", sa.BigInteger),  # none: the price
    sa.Column("deposit_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("replacement_fee_minor", sa.BigInteger, nullable=False, server_default="2000"),
    sa.Column("top_ups", Json, nullable=False),  # [{amount_minor, bonus_minor}]
    sa.Column("top_up_least_minor", sa.BigInteger, nullable=False, server_default="100"),
    sa.Column("top_up_most_minor", sa.BigInteger, nullable=False, server_default="500000"),
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("free_uses", sa.Integer, nullable=False, server_default="0"),
    sa.Column("term_months", sa.Integer, nullable=False, server_default="0"),
    sa.Column("term_days", sa.Integer, nullable=False, server_default="0"),
    sa.Column("entry_price_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pays_entry", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("opens_area", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("spots", Json, nullable=False),  # ids
    sa.Column("scope_bits", sa.BigInteger, nullable=False),  # bit 0 the area, others its spots
    sa.Column("daily_entries", sa.Integer, nullable=False, server_default="0"),  # 0: any number
    sa.Column("passback_minutes", sa.Integer, nullable=False, server_default="10"),
    sa.Column("discount_bps", sa.Integer, nullable=False, server_default="0"),
    sa.Column("discount_floor_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("points_per_yuan", sa.Integer, nullable=False, server_default="0"),
    sa.Column("levels", Json, nullable=False),  # [{points, name_zh, name_en}]
    sa.Column("is_named", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("needs_photo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("status", Word, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    one_of("kind", CardKind),
    one_of("status", CardProductStatus),
    sa.CheckConstraint("price_minor >= 0 AND deposit_minor >= 0", name="price_not_negative"),
    sa.CheckConstraint("uses >= 0 AND free_uses >= 0", name="uses_not_negative"),
)
