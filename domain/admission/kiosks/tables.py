"""Kiosks beside their devices, the visit at each, and what each has handed over."""

import sqlalchemy as sa

from domain.admission.kiosks.model import HandoutEnd, HandoutKind
from domain.kernel.columns import Bytes, Id, Json, UtcDateTime, Word, metadata, one_of

kiosks = sa.Table(
    "kiosks",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), primary_key=True),
    sa.Column("pin_hash", sa.String(200)),
    sa.Column("locked_at", UtcDateTime),
    sa.Column("called_at", UtcDateTime),  # a visitor waits for staff
    sa.Column("menu_until", UtcDateTime),  # staff have typed the PIN
)

kiosk_visits = sa.Table(
    "kiosk_visits",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), primary_key=True),  # one at a time
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("is_low", sa.Boolean, nullable=False),
    sa.Column("is_contrast", sa.Boolean, nullable=False),
    sa.Column("kept", Bytes),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id")),
    sa.Column("touched_at", UtcDateTime, nullable=False, index=True),
)

kiosk_handouts = sa.Table(
    "kiosk_handouts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("ticket_ids", Json, nullable=False),  # none: all of the order's
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("fault", Word, nullable=False, server_default=""),  # what went wrong last
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_how", Word),
    one_of("kind", HandoutKind),
    one_of("ended_how", HandoutEnd),
    sa.Index("ix_kiosk_handouts_device", "device_id", "made_at"),
)
