"""Every scan, allowed or refused, and every turn of an arm. Append-only."""

import sqlalchemy as sa

from domain.admission.redemptions.model import (
    Decision,
    Direction,
    IncidentKind,
    IncidentStatus,
    PassResult,
)
from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of

redemptions = sa.Table(
    "redemptions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("asker_id", Id, nullable=False),  # the device, or the gate for a person's scan
    sa.Column("scan_id", sa.String(64), nullable=False),  # chosen by the asker; a repeat is known
    sa.Column("code_hash", sa.String(64), nullable=False),  # so that a repeat is the same scan
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id")),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), index=True),
    sa.Column("medium_id", Id, sa.ForeignKey("media.id")),
    sa.Column("card_id", Id, index=True),  # what else it was: see bearers.py
    sa.Column("kind", Word, nullable=False),  # qr, nfc, id, face, pin, manual
    sa.Column("direction", Word, nullable=False),
    sa.Column("decision", Word, nullable=False),
    sa.Column("refusal", Word),
    sa.Column("persons", sa.Integer, nullable=False),
    sa.Column("deadline_at", UtcDateTime),  # a passage must follow before it
    sa.Column("detail", Json, nullable=False),  # what the gate shows: used when, where ...
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),  # by hand: why
    sa.Column("scanned_at", UtcDateTime, nullable=False),
    one_of("decision", Decision),
    one_of("direction", Direction),
    sa.UniqueConstraint("asker_id", "scan_id"),
    sa.Index("ix_redemptions_gate_scanned", "gate_id", "scanned_at", "id"),
    sa.Index("ix_redemptions_area_scanned", "area_id", "scanned_at", "id"),
    sa.Index(
        "ix_redemptions_refusal_scanned",
        "refusal",
        "scanned_at",
        "id",
        sqlite_where=sa.text("refusal IS NOT NULL"),
        postgresql_where=sa.text("refusal IS NOT NULL"),
    ),
    sa.Index(
        "ix_redemptions_card_deadline",
        "deadline_at",
        sqlite_where=sa.text("card_id IS NOT NULL"),
        postgresql_where=sa.text("card_id IS NOT NULL"),
    ),
    info={"append_only": True},
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("asker_id", Id, nullable=False),
    # chosen by the device, or scan: and the scan's id; a repeat counts once
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("redemption_id", Id, sa.ForeignKey("redemptions.id"), index=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), index=True),
    sa.Column("card_id", Id, index=True),
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("spot_id", Id, sa.ForeignKey("spots.id")),  # none: through the area's entrance
    sa.Column("result", Word, nullable=False),
    sa.Column("direction", Word, nullable=False),
    sa.Column("persons", sa.Integer, nullable=False),
    sa.Column("sensor", Word, nullable=False, server_default="none"),
    sa.Column("counted", sa.Integer, nullable=False),  # heads: + in, - out, 0 nobody went
    sa.Column("passed_at", UtcDateTime, nullable=False),  # by our clock
    one_of("result", PassResult),
    one_of("direction", Direction),
    sa.UniqueConstraint("asker_id", "key"),
    sa.Index("ix_passages_area_passed", "area_id", "passed_at", "spot_id", "direction", "counted"),
    sa.Index("ix_passages_gate_passed", "gate_id", "passed_at", "counted"),
    info={"append_only": True},
)

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id")),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id")),
    sa.Column("passage_id", Id, sa.ForeignKey("passages.id"), index=True),
    sa.Column("heads", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("status", Word, nullable=False, server_default="open"),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("assigned_to", Id),  # who is to look at it
    sa.Column("resolved_by", Id),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    one_of("kind", IncidentKind),
    one_of("status", IncidentStatus),
    sa.Index("ix_incidents_status", "status", "raised_at", "id"),
    sa.Index("ix_incidents_ticket", "ticket_id", "kind"),
    sa.Index("ix_incidents_area", "area_id", "raised_at"),
)
