"""Bills of platforms, their lines, and what did not agree."""

import sqlalchemy as sa

from domain.commerce.payments.model import Tender
from domain.commerce.reconciliation.model import Finding, ItemStatus, TryOutcome
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of
from domain.kernel.ports import BilledKind

bills = sa.Table(
    "bills",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("tender", Word, nullable=False),
    sa.Column("day", sa.Date, nullable=False),  # by the platform's calendar
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("matched", sa.Integer, nullable=False),
    sa.Column("charged_minor", sa.BigInteger, nullable=False),
    sa.Column("refunded_minor", sa.BigInteger, nullable=False),
    one_of("tender", Tender),
    sa.UniqueConstraint("tender", "day", name="one_bill_a_day"),
)

bill_tries = sa.Table(  # the latest of each day
    "bill_tries",
    metadata,
    sa.Column("tender", Word, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("tried_at", UtcDateTime, nullable=False),
    sa.Column("outcome", Word, nullable=False),
    one_of("tender", Tender),
    one_of("outcome", TryOutcome),
)

bill_lines = sa.Table(
    "bill_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("bill_id", Id, sa.ForeignKey("bills.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("number", sa.String(64), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("reference", sa.String(64), nullable=False, server_default=""),
    sa.Column("is_done", sa.Boolean, nullable=False),
    one_of("kind", BilledKind),
    sa.Index("ix_bill_lines_number", "number", "kind"),
)

bill_items = sa.Table(
    "bill_items",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("bill_id", Id, sa.ForeignKey("bills.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("number", sa.String(64), nullable=False),
    sa.Column("finding", Word, nullable=False),
    sa.Column("billed_minor", sa.BigInteger),
    sa.Column("local_minor", sa.BigInteger),
    sa.Column("ledger_minor", sa.BigInteger),
    sa.Column("subject_id", Id),  # the payment or the payout; none: we know nothing of it
    sa.Column("area_id", Id, index=True),
    sa.Column("status", Word, nullable=False),
    sa.Column("owner_id", Id),  # who looks into it
    sa.Column("note", sa.String(400), nullable=False, server_default=""),  # what was found so far
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),  # of writing it off
    sa.Column("written_off_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("resolved_by", Id),  # none: a later bill did
    sa.Column("resolution", sa.String(200), nullable=False, server_default=""),
    sa.Column("resolved_at", UtcDateTime),
    one_of("kind", BilledKind),
    one_of("finding", Finding),
    one_of("status", ItemStatus),
    sa.Index("ix_bill_items_status", "status", "bill_id"),
    sa.Index("ix_bill_items_number", "number", "kind"),
)
