"""Invoices asked for: at most one living request an order."""

import sqlalchemy as sa

from domain.commerce.invoices.model import InvoiceStatus, RedStatus, TitleKind
from domain.kernel.columns import Id, Minor, Name, UtcDateTime, Word, metadata, one_of

invoice_requests = sa.Table(
    "invoice_requests",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("kind", Word, nullable=False),
    sa.Column("title", Name, nullable=False),
    sa.Column("tax_no", sa.String(20), nullable=False, server_default=""),
    sa.Column("email", sa.String(200), nullable=False, server_default=""),
    sa.Column("amount_minor", Minor, nullable=False),  # what was paid and not given back, then
    sa.Column("status", Word, nullable=False),
    sa.Column("number", sa.String(40), nullable=False, server_default=""),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("answered_by", Id),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("kind", TitleKind),
    one_of("status", InvoiceStatus),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
    sa.CheckConstraint("kind = 'person' OR tax_no <> ''", name="company_has_tax_no"),
    sa.Index("ix_invoice_requests_order_id", "order_id"),
    sa.Index(
        "uq_invoice_requests_living",
        "order_id",
        unique=True,
        sqlite_where=sa.text("status <> 'rejected'"),
        postgresql_where=sa.text("status <> 'rejected'"),
    ),
    sa.Index("ix_invoice_requests_area", "area_id", "requested_at", "id"),
    sa.Index("ix_invoice_requests_status", "area_id", "status", "requested_at", "id"),
)

invoice_reds = sa.Table(  # one for each refund after an invoice was issued
    "invoice_reds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("invoice_id", Id, sa.ForeignKey("invoice_requests.id"), nullable=False, index=True),
    sa.Column("refund_id", Id, sa.ForeignKey("refunds.id"), nullable=False, unique=True),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("number", sa.String(40), nullable=False, server_default=""),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("written_at", UtcDateTime),
    sa.Column("written_by", Id),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", RedStatus),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
    sa.CheckConstraint("(status = 'written') = (number <> '')", name="written_has_number"),
)
