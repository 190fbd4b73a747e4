"""Groups that said they would come, and who is on their rosters."""

import sqlalchemy as sa

from domain.admission.groups.model import GroupKind, GroupStatus
from domain.kernel.columns import Bytes, Id, Name, UtcDateTime, Word, metadata, one_of

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(28), nullable=False, unique=True),  # G20261122-0042
    sa.Column("request_id", sa.String(128), nullable=False, unique=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("leader_name", Name, nullable=False),
    sa.Column("phone_sealed", Bytes),
    sa.Column("phone_hash", sa.String(64)),
    sa.Column("phone_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("planned", sa.Integer, nullable=False),
    sa.Column("guides", sa.Integer, nullable=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id")),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), nullable=False),
    sa.Column("least", sa.Integer, nullable=False),  # heads of the smallest group, as agreed
    sa.Column("reprices", sa.Boolean, nullable=False),  # below it, at the single price
    sa.Column("single_price_minor", sa.BigInteger, nullable=False),
    sa.Column("deposit_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pay_until", UtcDateTime, nullable=False),
    sa.Column("invoice_title", Name, nullable=False, server_default=""),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("status", Word, nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, unique=True),
    sa.Column("booked_by", Id),
    sa.Column("booked_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("entrants", sa.Integer),  # those of `planned` who came; guides not counted
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id")),
    sa.Column("surcharge_order_id", Id, sa.ForeignKey("orders.id"), unique=True),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("kind", GroupKind),
    one_of("status", GroupStatus),
    sa.CheckConstraint("planned > 0 AND guides >= 0", name="heads"),
    sa.CheckConstraint("single_price_minor >= 0 AND deposit_minor >= 0", name="not_negative"),
    sa.CheckConstraint("entrants >= 0 AND entrants <= planned", name="entrants_within_heads"),
    sa.Index("ix_groups_area_day", "area_id", "visit_on", "id"),
    sa.Index("ix_groups_phone", "phone_hash", "visit_on"),
    sa.Index("ix_groups_booked", "booked_at", "id"),
    sa.Index(  # of those whose identity is still there
        "ix_groups_identity",
        "visit_on",
        "id",
        sqlite_where=sa.text("leader_name <> ''"),
        postgresql_where=sa.text("leader_name <> ''"),
    ),
)

group_members = sa.Table(
    "group_members",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("document_kind", Word, nullable=False, server_default=""),
    sa.Column("document_sealed", Bytes),
    sa.Column("document_hash", sa.String(64), index=True),
    sa.Column("document_mask", sa.String(24), nullable=False, server_default=""),
    sa.UniqueConstraint("group_id", "position"),
)
