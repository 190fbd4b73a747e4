"""Double entry, append-only: an entry and its postings, which sum to zero per currency."""

import sqlalchemy as sa

from domain.commerce.ledger.model import AccountKind
from domain.kernel.columns import Id, Sequence, UtcDateTime, Word, metadata, one_of

ledger_entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("area_id", Id),
    sa.Column("cause_noun", sa.String(32), nullable=False),  # order, refund, shift ...
    sa.Column("cause_id", Id, nullable=False),
    sa.Column("text", sa.String(64), nullable=False),  # a word: order.paid, shift.dropped
    sa.Index("ix_ledger_entries_cause", "cause_noun", "cause_id"),
    info={"append_only": True},
)

# joined to an empty text, so that a question that says so does not take the index by account
OF_MEMBERS = "account_kind || '' IN ('member_principal', 'member_bonus', 'member_deposits')"


ledger_postings = sa.Table(
    "ledger_postings",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("entry_id", Id, sa.ForeignKey("ledger_entries.id"), nullable=False, index=True),
    sa.Column("account_kind", Word, nullable=False),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False, server_default="CNY"),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    one_of("account_kind", AccountKind),
    sa.CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
    sa.Index("ix_ledger_postings_account", "account_kind", "owner_id", "seq"),
    sa.Index(  # few: what moved on member cards in a span of time
        "ix_ledger_postings_members",
        "at",
        sqlite_where=sa.text(OF_MEMBERS),
        postgresql_where=sa.text(OF_MEMBERS),
    ),
    info={"append_only": True},
    sqlite_autoincrement=True,
)
