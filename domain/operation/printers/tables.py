"""Printers, what is known of each just now, and one row for every piece of paper."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, Name, UtcDateTime, Word, metadata, one_of
from domain.operation.printers.model import (
    PostKind,
    PrintedDocument,
    PrinterLanguage,
    PrinterTrouble,
    PrintStatus,
)

printers = sa.Table(
    "printers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("post_kind", Word, nullable=False),
    sa.Column("post_id", Id, nullable=False),
    sa.Column("language", Word, nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("width_mm", sa.Integer, nullable=False),  # of the roll or of the label
    sa.Column("height_mm", sa.Integer, nullable=False),  # of the label
    sa.Column("gap_mm", sa.Integer, nullable=False),
    sa.Column("has_cutter", sa.Boolean, nullable=False),
    sa.Column("drawer_pin", sa.Integer),  # none: no drawer hangs on it
    sa.Column("confirms", sa.Boolean, nullable=False),  # says when a page is on paper
    sa.Column("documents", Json, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    one_of("post_kind", PostKind),
    one_of("language", PrinterLanguage),
    sa.CheckConstraint("port BETWEEN 1 AND 65535", name="port_known"),
    sa.Index("ix_printers_post", "post_id"),
)

printer_states = sa.Table(
    "printer_states",
    metadata,
    sa.Column("printer_id", Id, sa.ForeignKey("printers.id"), primary_key=True),
    sa.Column("trouble", Word),
    sa.Column("seen_at", UtcDateTime),  # none: nobody has asked it yet
    sa.Column("holder", Id),  # the process that prints on it
    sa.Column("held_until", UtcDateTime, nullable=False),
    one_of("trouble", PrinterTrouble),
)

_OPEN = sa.text("status IN ('queued', 'sending')")
print_jobs = sa.Table(
    "print_jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("printer_id", Id, sa.ForeignKey("printers.id"), nullable=False),
    sa.Column("area_id", Id, nullable=False),
    sa.Column("post_kind", Word),  # where it was wanted; none: a test
    sa.Column("post_id", Id),
    sa.Column("document", Word, nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("cause_id", Id, nullable=False),  # the order, shift or handout it belongs to
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("details", Json, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # among those of the same moment
    sa.Column("status", Word, nullable=False),
    sa.Column("trouble", Word),
    sa.Column("problem", sa.String(400), nullable=False, server_default=""),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("worker", Id),
    sa.Column("staff_id", Id),
    sa.Column("again_of", Id, sa.ForeignKey("print_jobs.id")),
    sa.Column("queued_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("give_up_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    one_of("document", PrintedDocument),
    one_of("status", PrintStatus),
    one_of("post_kind", PostKind),
    sa.Index(
        "ix_print_jobs_open",
        "printer_id",
        "queued_at",
        "place",
        "id",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    sa.Index("ix_print_jobs_status", "status", "queued_at", "id"),
    sa.Index("ix_print_jobs_printer", "printer_id", "queued_at", "id"),
    sa.Index("ix_print_jobs_queued", "queued_at", "id"),
    sa.Index("ix_print_jobs_subject", "subject_id"),
    sa.Index("ix_print_jobs_cause", "cause_id"),
)
