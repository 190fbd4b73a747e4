"""Exceptions of devices, open and over."""

import sqlalchemy as sa

from domain.admission.faults.model import FaultCause, FaultStatus
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

device_faults = sa.Table(
    "device_faults",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id")),
    sa.Column("cause", Word, nullable=False),
    sa.Column("status", Word, nullable=False, server_default="open"),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),  # that it came
    sa.Column("figure", sa.Integer, nullable=False, server_default="0"),  # the largest
    sa.Column("detail", sa.String(400), nullable=False, server_default=""),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),  # when it last came
    sa.Column("ended_at", UtcDateTime),
    sa.Column("assigned_to", Id),
    sa.Column("seen_by", Id),
    sa.Column("seen_at", UtcDateTime),
    sa.Column("resolved_by", Id),  # none: it ended by itself
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    one_of("cause", FaultCause),
    one_of("status", FaultStatus),
    sa.Index(
        "uq_device_faults_open",
        "device_id",
        "cause",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index("ix_device_faults_device", "device_id", "cause", "ended_at"),
    sa.Index("ix_device_faults_opened", "opened_at", "id"),
)
