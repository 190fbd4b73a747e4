"""Devices, how they were paired, what they were told, what they complain about."""

import sqlalchemy as sa

from domain.admission.devices.model import (
    AlarmCode,
    AlarmSeverity,
    CommandOp,
    CommandStatus,
    DeviceKind,
    Presence,
)
from domain.kernel.columns import Bytes, Id, Json, Name, UtcDateTime, Word, metadata, one_of

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("id", Id, primary_key=True),  # also its MQTT client id and user name
    sa.Column("name", Name, nullable=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id"), index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("serial", sa.String(80), nullable=False, server_default=""),
    sa.Column("model", sa.String(80), nullable=False, server_default=""),
    sa.Column("secret_hash", sa.String(64), unique=True),  # SHA-256; none: not paired yet
    sa.Column("broker_hash", sa.String(200)),  # what the broker compares the password with
    sa.Column("secret_sealed", Bytes),  # for the MAC of commands; sealed by the vault
    sa.Column("next_secret_hash", sa.String(64), unique=True),  # during a rotation both are good
    sa.Column("next_broker_hash", sa.String(200)),
    sa.Column("next_secret_sealed", Bytes),
    sa.Column("paired_at", UtcDateTime),
    sa.Column("presence", Word, nullable=False, server_default="never"),
    sa.Column("boot", sa.String(64), nullable=False, server_default=""),
    sa.Column("mode", Word, nullable=False, server_default=""),
    sa.Column("queued", sa.Integer, nullable=False, server_default="0"),
    sa.Column("clock_offset_ms", sa.Integer),
    sa.Column("info", Json, nullable=False, server_default="{}"),
    sa.Column("heartbeat", Json, nullable=False, server_default="{}"),
    sa.Column("config", Json, nullable=False, server_default="{}"),
    sa.Column("config_rev", sa.Integer, nullable=False, server_default="1"),
    sa.Column("config_reported_rev", sa.Integer, nullable=False, server_default="0"),
    sa.Column("config_errors", Json),
    sa.Column("bad_messages", sa.Integer, nullable=False, server_default="0"),
    sa.Column("bad_message_at", UtcDateTime),  # when the last of them came
    sa.Column("seen_at", UtcDateTime),
    sa.Column("presence_at", UtcDateTime),  # since when it is as it is
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("kind", DeviceKind),
    one_of("presence", Presence),
)

pairing_codes = sa.Table(
    "pairing_codes",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False, index=True),
    sa.Column("made_by", Id),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)

pairing_attempts = sa.Table(
    "pairing_attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_pairing_attempts_address", "address", "at"),
)

device_commands = sa.Table(
    "device_commands",
    metadata,
    sa.Column("id", Id, primary_key=True),  # the `cmd` on the wire
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False),
    sa.Column("op", Word, nullable=False),
    sa.Column("args", Json, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("status", Word, nullable=False),
    sa.Column("error", sa.String(200), nullable=False, server_default=""),
    sa.Column("requested_by", Id),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    one_of("status", CommandStatus),
    one_of("op", CommandOp),
    sa.Index("ix_device_commands_device", "device_id", "requested_at", "id"),
    sa.Index(
        "ix_device_commands_waiting",
        "requested_at",
        "id",
        sqlite_where=sa.text("status IN ('waiting', 'sent', 'accepted')"),
        postgresql_where=sa.text("status IN ('waiting', 'sent', 'accepted')"),
    ),
)

device_alarms = sa.Table(
    "device_alarms",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False),
    sa.Column("aid", sa.String(64), nullable=False),
    sa.Column("code", Word, nullable=False),
    sa.Column("severity", Word, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("detail", sa.String(400), nullable=False, server_default=""),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("cleared_at", UtcDateTime),
    sa.Column("seen_by", Id),
    sa.Column("seen_at", UtcDateTime),
    one_of("code", AlarmCode),
    one_of("severity", AlarmSeverity),
    sa.UniqueConstraint("device_id", "aid"),
    sa.Index("ix_device_alarms_active", "active", "raised_at"),
)
