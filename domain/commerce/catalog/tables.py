"""Products, ticket types, prices by date and slot, refund policies, and what a window may sell."""

import sqlalchemy as sa

from domain.commerce.catalog.model import GateMode, TicketKind, TicketTypeStatus, Validity
from domain.kernel.columns import Id, Json, Name, Text, UtcDateTime, Word, metadata, one_of

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("description_zh", Text, nullable=False, server_default=""),
    sa.Column("description_en", Text, nullable=False, server_default=""),
    sa.Column("opens_area", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("counts_capacity", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("slotted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("seated", sa.Boolean, nullable=False, server_default=sa.false()),  # by number
    sa.Column("daily_quota", sa.Integer),  # none: only the area's capacity limits it
    sa.Column("book_days_ahead", sa.Integer, nullable=False, server_default="7"),
    # follow from opens_area and product_spots; here so that a sale reads one row
    sa.Column("scope_bits", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("spot_shares", Json, nullable=False, server_default="{}"),  # {"3": 4000}: bit, bps
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
)

product_spots = sa.Table(
    "product_spots",
    metadata,
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("spot_id", Id, sa.ForeignKey("spots.id"), primary_key=True),
    sa.Column("share_bps", sa.Integer, nullable=False, server_default="0"),  # of the price paid
)

refund_policies = sa.Table(
    "refund_policies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    # [{"bps": 10000, "hours_before": 24, "while_valid": false}, ...]; see refund_policy.py
    sa.Column("tiers", Json, nullable=False),
    sa.Column("changes_allowed", sa.Integer, nullable=False, server_default="1"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
)

ticket_types = sa.Table(
    "ticket_types",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # u16 in ticket codes
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("hint_zh", sa.String(60), nullable=False, server_default=""),  # 6–18 周岁
    sa.Column("hint_en", sa.String(60), nullable=False, server_default=""),
    sa.Column("kind", Word, nullable=False, server_default="adult"),
    sa.Column("list_price_minor", sa.BigInteger, nullable=False),
    sa.Column("gate_mode", Word, nullable=False, server_default="one_one"),
    sa.Column("entries", sa.Integer, nullable=False, server_default="1"),  # 0: unlimited
    sa.Column("persons", sa.Integer, nullable=False, server_default="1"),  # on one ticket
    sa.Column("passback_minutes", sa.Integer, nullable=False, server_default="10"),
    sa.Column("validity", Word, nullable=False, server_default="visit_day"),
    sa.Column("valid_days", sa.Integer, nullable=False, server_default="1"),
    sa.Column("valid_from_on", sa.Date),
    sa.Column("valid_until_on", sa.Date),
    sa.Column("real_name", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("most_per_order", sa.Integer, nullable=False, server_default="0"),  # 0: no limit
    sa.Column("least_per_order", sa.Integer, nullable=False, server_default="1"),
    sa.Column("group_min", sa.Integer, nullable=False, server_default="0"),  # 0: no group price
    sa.Column("group_free_every", sa.Integer, nullable=False, server_default="0"),  # 满16免1
    sa.Column("concessions", Json, nullable=False, server_default="[]"),  # see concessions.py
    # a ticket type that is itself the concession (a child's ticket): a visitor must have one of
    # its concessions, and pays this type's own price
    sa.Column("concession_only", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("refund_policy_id", Id, sa.ForeignKey("refund_policies.id"), nullable=False),
    sa.Column("channels", Json, nullable=False),  # a list of Channel words
    sa.Column("medium", Word, nullable=False, server_default="paper"),
    sa.Column("hotkey", sa.String(1), nullable=False, server_default=""),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("status", Word, nullable=False, server_default="draft"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("published_at", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    sa.CheckConstraint("list_price_minor >= 0", name="price_not_negative"),
    one_of("kind", TicketKind),
    one_of("gate_mode", GateMode),
    one_of("validity", Validity),
    one_of("status", TicketTypeStatus),
)

ticket_type_drafts = sa.Table(
    "ticket_type_drafts",
    metadata,
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
    sa.Column("document", Json, nullable=False),  # all fields and price rules as they will be
    sa.Column("based_on_version", sa.Integer, nullable=False),
    sa.Column("saved_by", Id, nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),
)

ticket_type_versions = sa.Table(
    "ticket_type_versions",
    metadata,
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("document", Json, nullable=False),
    sa.Column("made_by", Id),
    sa.Column("approved_by", Id),
    sa.Column("published_at", UtcDateTime, nullable=False),
    info={"append_only": True},
)

price_rules = sa.Table(
    "price_rules",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), nullable=False, index=True),
    sa.Column("label_zh", sa.String(20), nullable=False, server_default=""),  # 旺
    sa.Column("label_en", sa.String(20), nullable=False, server_default=""),
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("until_on", sa.Date, nullable=False),  # included
    sa.Column("weekdays", sa.Integer, nullable=False, server_default="127"),  # bit 0 is Monday
    sa.Column("slot_from", sa.String(5)),  # only slots that start at or after
    sa.Column("slot_until", sa.String(5)),  # and before
    sa.Column("channel", Word),  # none: all channels
    sa.Column("price_minor", sa.BigInteger),  # none: closed on these days
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),  # the highest wins
    sa.CheckConstraint("price_minor IS NULL OR price_minor >= 0", name="price_not_negative"),
)

window_ticket_types = sa.Table(
    "window_ticket_types",
    metadata,
    sa.Column("window_id", Id, sa.ForeignKey("windows.id"), primary_key=True),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
)
