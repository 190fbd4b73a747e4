"""Reports that somebody keeps, and each time that one was sent."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, UtcDateTime, Word, metadata, one_of
from domain.reports.exports.model import ExportFormat
from domain.reports.saved.model import DeliveryStatus, Period, Rhythm

saved_reports = sa.Table(
    "saved_reports",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("report", sa.String(40), nullable=False),  # which
    sa.Column("question", Json, nullable=False),  # its filters, as they were typed
    sa.Column("period", Word, nullable=False),
    sa.Column("owner_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("rhythm", Word, nullable=False),
    sa.Column("format", Word, nullable=False),
    sa.Column("recipients", Json, nullable=False),  # mail addresses
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("period", Period),
    one_of("rhythm", Rhythm),
    one_of("format", ExportFormat),
    sa.Index("ix_saved_reports_owner", "owner_id", "created_at"),
    sa.Index("ix_saved_reports_due", "next_at"),
)

report_deliveries = sa.Table(
    "report_deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("saved_report_id", Id, sa.ForeignKey("saved_reports.id"), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("export_id", Id, sa.ForeignKey("exports.id"), nullable=False),
    sa.Column("message_id", Id),
    one_of("status", DeliveryStatus),
    sa.UniqueConstraint("saved_report_id", "due_at"),
    sa.Index("ix_report_deliveries_status", "status", "due_at"),
)
