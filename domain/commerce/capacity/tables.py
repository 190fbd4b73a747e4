"""Counters that are taken from when places are held. `taken` never exceeds `quota`: a CHECK."""

import sqlalchemy as sa

from domain.commerce.capacity.model import SlotStatus
from domain.kernel.channels import Channel
from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of

area_days = sa.Table(
    "area_days",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("quota", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sales_stopped", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),  # of what people set
    sa.UniqueConstraint("area_id", "visit_on"),
    sa.CheckConstraint("taken >= 0 AND taken <= quota", name="never_oversold"),
)

slots = sa.Table(
    "slots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    # a product without slots has one row a day for its daily quota, from opening to closing
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("whole_day", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("quota", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
    # places kept back for channels that have not taken them yet: the sum over slot_channels of
    # max(0, kept - taken), here so that one compare-and-swap sees it
    sa.Column("kept_left", sa.Integer, nullable=False, server_default="0"),
    sa.Column("status", Word, nullable=False, server_default="open"),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),  # of what people set
    sa.UniqueConstraint("product_id", "visit_on", "starts_at"),
    sa.Index("ix_slots_area_day", "area_id", "visit_on"),
    sa.CheckConstraint(
        "taken >= 0 AND kept_left >= 0 AND taken + kept_left <= quota", name="never_oversold"
    ),
    sa.CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    one_of("status", SlotStatus),
)

slot_holds = sa.Table(  # places kept for somebody who may buy them, without an order yet
    "slot_holds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id")),  # none: of the area's day alone
    sa.Column("heads", sa.Integer, nullable=False),
    sa.Column("counts_day", sa.Boolean, nullable=False),  # against the area's day too
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("channel", Word, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("heads > 0", name="somebody"),
    sa.Index("ix_slot_holds_slot_id", "slot_id"),
    sa.Index("ix_slot_holds_day", "area_id", "visit_on"),
    one_of("channel", Channel),
)

slot_channels = sa.Table(
    "slot_channels",
    metadata,
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), primary_key=True),
    sa.Column("channel", Word, primary_key=True),  # a channel without a row may take what is left
    sa.Column("quota", sa.Integer, nullable=False),  # the most that it may take
    sa.Column("kept", sa.Integer, nullable=False, server_default="0"),  # nobody else may take these
    sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("taken >= 0 AND taken <= quota", name="never_oversold"),
    sa.CheckConstraint("kept >= 0 AND kept <= quota", name="kept_within_quota"),
    one_of("channel", Channel),
)

slot_plans = sa.Table(
    "slot_plans",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("from_on", sa.Date, nullable=False),
    sa.Column("until_on", sa.Date, nullable=False),  # included
    sa.Column("weekdays", sa.Integer, nullable=False, server_default="127"),  # bit 0 is Monday
    sa.Column("starts", sa.String(5), nullable=False),  # wall clock
    sa.Column("ends", sa.String(5), nullable=False),
    sa.Column("quota", sa.Integer, nullable=False),
    sa.Column("window_bps", sa.Integer, nullable=False, server_default="0"),  # kept for windows
    sa.Column("channel_quotas", Json, nullable=False, server_default="{}"),  # {"ota": 20}
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    sa.CheckConstraint("quota > 0", name="quota_positive"),
)
