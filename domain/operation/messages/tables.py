"""Providers, templates and their versions, what became of each message, who wants none, codes."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Json, Name, UtcDateTime, Word, metadata, one_of
from domain.operation.messages.model import DeliveryState, MessageChannel, ProviderKind

message_providers = sa.Table(
    "message_providers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel", Word, nullable=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("settings", Json, nullable=False),
    sa.Column("secret_sealed", Bytes),
    sa.Column("secret_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("is_in_use", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    one_of("channel", MessageChannel),
    one_of("kind", ProviderKind),
    sa.Index(
        "ux_message_providers_in_use",
        "channel",
        unique=True,
        sqlite_where=sa.text("is_in_use"),
        postgresql_where=sa.text("is_in_use"),
    ),
)

message_templates = sa.Table(  # no row: what the catalogue says
    "message_templates",
    metadata,
    sa.Column("event", Word, primary_key=True),
    sa.Column("channel", Word, primary_key=True),
    sa.Column("is_on", sa.Boolean, nullable=False),
    sa.Column("content", Json),  # none: the catalogue's
    sa.Column("version", sa.Integer, nullable=False),
    one_of("channel", MessageChannel),
)

message_template_versions = sa.Table(
    "message_template_versions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("event", Word, nullable=False),
    sa.Column("channel", Word, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("content", Json, nullable=False),
    sa.Column("proposed_by", Id),
    sa.Column("approved_by", Id),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("event", "channel", "number"),
)

message_deliveries = sa.Table(
    "message_deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(160), nullable=False, unique=True),  # its cause: sent once
    sa.Column("event", Word, nullable=False),
    sa.Column("channel", Word, nullable=False),
    sa.Column("area_id", Id),
    sa.Column("noun", Word, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("outbox_id", Id),
    sa.Column("address_hash", sa.String(64), nullable=False),
    sa.Column("address_mask", sa.String(120), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("template_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("text_sealed", Bytes),  # not of secret ones
    sa.Column("provider_id", Id, sa.ForeignKey("message_providers.id")),
    sa.Column("reference", sa.String(200), nullable=False, server_default=""),
    sa.Column("state", Word, nullable=False),
    sa.Column("reason", sa.String(400), nullable=False, server_default=""),
    sa.Column("parts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("taken_at", UtcDateTime),  # the provider was asked
    sa.Column("settled_at", UtcDateTime),
    one_of("channel", MessageChannel),
    one_of("state", DeliveryState),
    sa.Index("ix_message_deliveries_created", "created_at", "id"),
    sa.Index("ix_message_deliveries_state", "state", "created_at", "id"),
    sa.Index("ix_message_deliveries_event", "event", "created_at", "id"),
    sa.Index("ix_message_deliveries_address", "address_hash", "created_at", "id"),
    sa.Index("ix_message_deliveries_taken", "channel", "taken_at"),
    sa.Index("ix_message_deliveries_reference", "provider_id", "reference"),
    sa.Index("ix_message_deliveries_subject", "noun", "subject_id"),
)

message_opt_outs = sa.Table(
    "message_opt_outs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel", Word, nullable=False),
    sa.Column("address_hash", sa.String(64), nullable=False),
    sa.Column("address_mask", sa.String(120), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    one_of("channel", MessageChannel),
    sa.UniqueConstraint("channel", "address_hash"),
    sa.Index("ix_message_opt_outs_at", "at", "id"),
)

message_limits = sa.Table(  # no row: what limits.py says
    "message_limits",
    metadata,
    sa.Column("word", Word, primary_key=True),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("most >= 0", name="most_not_negative"),
)

one_time_codes = sa.Table(
    "one_time_codes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("purpose", Word, nullable=False),
    sa.Column("address_hash", sa.String(64), nullable=False),
    sa.Column("asker_hash", sa.String(64)),  # the network address of who asked for it
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),  # used, or another was sent after it
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_one_time_codes_address", "purpose", "address_hash", "created_at"),
    sa.Index("ix_one_time_codes_asker", "asker_hash", "created_at"),
    sa.Index("ix_one_time_codes_created", "created_at"),
)
