"""Tickets, the media that are presented for them, and the keys that sign their codes."""

import sqlalchemy as sa

from domain.admission.tickets.model import MediumKind, MediumStatus, TicketStatus
from domain.commerce.catalog.model import GateMode
from domain.kernel.columns import Bytes, Id, Name, Text, UtcDateTime, Word, metadata, one_of

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(32), nullable=False, unique=True),  # 20261122-0042-1
    sa.Column("position", sa.Integer, nullable=False),  # the 1 at the number's end
    sa.Column("token", sa.BigInteger, nullable=False, unique=True),  # 63 random bits, in the QR
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id"), nullable=False, index=True),
    sa.Column("visitor_id", Id, sa.ForeignKey("order_visitors.id"), index=True),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), nullable=False),
    sa.Column("product_id", Id, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id")),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("seats", Text, nullable=False, server_default=""),  # 3, 5-7: seats.py
    sa.Column("holder_name", Name, nullable=False, server_default=""),
    sa.Column("status", Word, nullable=False),
    sa.Column("gate_mode", Word, nullable=False),
    sa.Column("scope_bits", sa.BigInteger, nullable=False),  # bit 0 the area, others its spots
    sa.Column("persons", sa.Integer, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),  # 0: unlimited
    sa.Column("heads", sa.Integer, nullable=False),  # that may pass, all entries together
    sa.Column("entries_left", sa.Integer, nullable=False),  # of them, those that have not
    sa.Column("entries_used", sa.Integer, nullable=False, server_default="0"),
    sa.Column("spots_used", sa.BigInteger, nullable=False, server_default="0"),  # MULTI_SPOT bits
    sa.Column("passback_minutes", sa.Integer, nullable=False, server_default="10"),
    # heads within, and heads that left and may come back; both of the day of `last_passed_at`
    sa.Column("inside", sa.Integer, nullable=False, server_default="0"),
    sa.Column("away", sa.Integer, nullable=False, server_default="0"),
    sa.Column("valid_from", UtcDateTime, nullable=False),
    sa.Column("valid_until", UtcDateTime, nullable=False),
    sa.Column("price_paid_minor", sa.BigInteger, nullable=False),
    sa.Column("concession", sa.String(32), nullable=False, server_default=""),
    sa.Column("issue_serial", sa.Integer, nullable=False, server_default="1"),
    sa.Column("reprints", sa.Integer, nullable=False, server_default="0"),
    sa.Column("changes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("changed_to_id", Id, sa.ForeignKey("tickets.id")),
    sa.Column("held_by", Id),  # the redemption that holds it at a gate
    sa.Column("held_until", UtcDateTime),
    sa.Column("held_persons", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_passed_at", UtcDateTime),
    sa.Column("last_gate_id", Id, sa.ForeignKey("gates.id")),
    sa.Column("sold_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),  # its group was closed: nobody comes on it any more
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", TicketStatus),
    one_of("gate_mode", GateMode),
    sa.CheckConstraint("entries_left >= 0", name="entries_left_not_negative"),
    sa.CheckConstraint("entries = 0 OR entries_left + entries_used = heads", name="entries_add_up"),
    sa.CheckConstraint("persons > 0", name="persons_positive"),
    sa.CheckConstraint("inside >= 0 AND away >= 0", name="heads_not_negative"),
    sa.Index("ix_tickets_area_day", "area_id", "visit_on"),
    sa.Index("ix_tickets_area_until", "area_id", "valid_until"),  # those that may still be used
    sa.Index(  # few at a time: those that somebody is walking on
        "ix_tickets_held_until",
        "held_until",
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    ),
)

ticket_seats = sa.Table(  # of a slot whose seats are numbered: each is one ticket's
    "ticket_seats",
    metadata,
    sa.Column("slot_id", Id, sa.ForeignKey("slots.id"), primary_key=True),
    sa.Column("seat", sa.Integer, primary_key=True, autoincrement=False),  # from 1
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.CheckConstraint("seat > 0", name="seat_positive"),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("code", sa.String(64), nullable=False, unique=True),  # short code, or nfc: and UID
    sa.Column("issue_serial", sa.Integer, nullable=False),  # in its QR; 0 when it has none
    sa.Column("kid", sa.Integer),  # the key that signs its QR
    sa.Column("status", Word, nullable=False, server_default="active"),
    sa.Column("issued_at", UtcDateTime, nullable=False),
    sa.Column("issued_by", Id),
    sa.Column("printed_at", UtcDateTime),
    sa.Column("died_at", UtcDateTime),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    one_of("kind", MediumKind),
    one_of("status", MediumStatus),
    sa.Index(  # second prints and later ones
        "ix_media_reprints",
        "issued_at",
        sqlite_where=sa.text("issue_serial > 1"),
        postgresql_where=sa.text("issue_serial > 1"),
    ),
    sa.Index(
        "ux_media_ticket_serial",
        "ticket_id",
        "issue_serial",
        unique=True,
        sqlite_where=sa.text("issue_serial > 0"),
        postgresql_where=sa.text("issue_serial > 0"),
    ),
)

signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.Integer, primary_key=True, autoincrement=False),  # 0..255
    sa.Column("private_sealed", Bytes, nullable=False),
    sa.Column("public_key", Bytes, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("signs_from", UtcDateTime, nullable=False),  # pushed to gates a week before
    sa.Column("retired_at", UtcDateTime),
)
