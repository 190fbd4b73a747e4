"""Promotions, their uses and what each cost, coupons, counters, and floor prices."""

import sqlalchemy as sa

from domain.commerce.promotions.model import (
    CodeUse,
    CouponStatus,
    FunderKind,
    PromotionKind,
    PromotionStatus,
    Scope,
    UseStatus,
)
from domain.kernel.columns import Id, Json, Minor, Name, UtcDateTime, Word, metadata, one_of

promotions = sa.Table(
    "promotions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("code", sa.String(32), nullable=False),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("kind", Word, nullable=False),
    sa.Column("code_use", Word, nullable=False),
    sa.Column("shared_code", sa.String(32), nullable=False, server_default=""),
    sa.Column("terms", Json, nullable=False),  # a PromotionInput
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("limit_total", sa.Integer),  # none: any number
    sa.Column("budget_minor", Minor),
    sa.Column("used", sa.Integer, nullable=False, server_default="0"),  # orders, held ones too
    sa.Column("given_minor", Minor, nullable=False, server_default="0"),  # what they cost so far
    sa.Column("status", Word, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("made_by", Id),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),
    sa.Column("activated_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    one_of("kind", PromotionKind),
    one_of("code_use", CodeUse),
    one_of("status", PromotionStatus),
    sa.CheckConstraint("used >= 0 AND given_minor >= 0", name="counts_not_negative"),
    sa.CheckConstraint("limit_total IS NULL OR used <= limit_total", name="within_limit"),
    sa.CheckConstraint("budget_minor IS NULL OR given_minor <= budget_minor", name="within_budget"),
    sa.UniqueConstraint("area_id", "code"),
    sa.Index(
        "ix_promotions_active",
        "area_id",
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    ),
    sa.Index("ix_promotions_made", "created_at", "id"),
)

promotion_funders = sa.Table(
    "promotion_funders",
    metadata,
    sa.Column("promotion_id", Id, sa.ForeignKey("promotions.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("owner_id", Id, nullable=False),  # an area, a unit, or the word for the platform
    sa.Column("share_bps", sa.Integer, nullable=False),
    one_of("kind", FunderKind),
    sa.CheckConstraint("share_bps > 0 AND share_bps <= 10000", name="share_within_whole"),
)

promotion_counters = sa.Table(
    "promotion_counters",
    metadata,
    sa.Column("promotion_id", Id, sa.ForeignKey("promotions.id"), primary_key=True),
    sa.Column("scope", Word, primary_key=True),
    sa.Column("counted", sa.String(64), primary_key=True),  # a day, a mark of a phone, a card
    sa.Column("used", sa.Integer, nullable=False),
    one_of("scope", Scope),
    sa.CheckConstraint("used >= 0", name="used_not_negative"),
)

promotion_uses = sa.Table(  # one an order and promotion
    "promotion_uses",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("promotion_id", Id, sa.ForeignKey("promotions.id"), nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("coupon_id", Id, sa.ForeignKey("coupons.id")),
    sa.Column("counted", Json, nullable=False),  # [[scope, counted], ...]: what to give back
    sa.Column("tickets", sa.Integer, nullable=False),
    sa.Column("minor", Minor, nullable=False),  # when it was sold
    sa.Column("returned_minor", Minor, nullable=False, server_default="0"),
    sa.Column("status", Word, nullable=False),
    sa.Column("used_at", UtcDateTime, nullable=False),
    one_of("status", UseStatus),
    sa.CheckConstraint("returned_minor >= 0 AND returned_minor <= minor", name="returned_within"),
    sa.UniqueConstraint("order_id", "promotion_id"),
    sa.Index("ix_promotion_uses_promotion", "promotion_id", "used_at", "id"),
)

promotion_use_lines = sa.Table(
    "promotion_use_lines",
    metadata,
    sa.Column("use_id", Id, sa.ForeignKey("promotion_uses.id"), primary_key=True),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id"), primary_key=True),
    sa.Column("minor", Minor, nullable=False),
    sa.Column("returned_minor", Minor, nullable=False, server_default="0"),
    sa.CheckConstraint("returned_minor >= 0 AND returned_minor <= minor", name="returned_within"),
    sa.Index("ix_promotion_use_lines_line", "order_line_id"),
)

promotion_moves = sa.Table(  # what each funder bore of each line, and got back
    "promotion_moves",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("use_id", Id, sa.ForeignKey("promotion_uses.id"), nullable=False, index=True),
    sa.Column("promotion_id", Id, nullable=False),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False),
    sa.Column("area_id", Id, nullable=False),
    sa.Column("day", sa.Date, nullable=False),  # of the area
    sa.Column("kind", Word, nullable=False),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),  # negative: given back
    sa.Column("at", UtcDateTime, nullable=False),
    one_of("kind", FunderKind),
    sa.Index("ix_promotion_moves_day", "area_id", "day"),
    info={"append_only": True},
)

coupons = sa.Table(
    "coupons",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("promotion_id", Id, sa.ForeignKey("promotions.id"), nullable=False),
    sa.Column("batch", sa.Integer, nullable=False),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("status", Word, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("taken_at", UtcDateTime),
    one_of("status", CouponStatus),
    sa.Index("ix_coupons_promotion", "promotion_id", "batch", "id"),
)

price_floors = sa.Table(  # what no promotion goes below
    "price_floors",
    metadata,
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
    sa.Column("floor_minor", Minor, nullable=False),
    sa.Column("set_by", Id),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("floor_minor >= 0", name="floor_not_negative"),
)
