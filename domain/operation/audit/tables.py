"""Who did what, when, where, before and after. Written plain, sealed into a hash chain by a job."""

import sqlalchemy as sa

from domain.kernel.columns import Id, Json, Sequence, UtcDateTime, Word, metadata


def _partly(column: str) -> sa.Index:
    """Of the entries that say it: most do not."""
    said = sa.text(f"{column} IS NOT NULL")
    name = f"ix_audit_entries_{column}"
    return sa.Index(name, column, "seq", sqlite_where=said, postgresql_where=said)


audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor_kind", Word, nullable=False),
    sa.Column("actor_id", Id),
    sa.Column("place_id", Id),
    sa.Column("area_id", Id),  # the area it is about; none: the house, or several
    sa.Column("address", sa.String(64)),
    sa.Column("act", sa.String(64), nullable=False),  # noun.past_participle
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("subject_id", sa.String(64), nullable=False),
    sa.Column("number", sa.String(40)),  # of the subject, in entries that give it one
    sa.Column("request_id", sa.String(16)),  # of the logs
    sa.Column("detail", Json, nullable=False),  # {"before": ..., "after": ..., "reason": ...}
    sa.Index("ix_audit_entries_subject", "noun", "subject_id", "seq"),
    sa.Index("ix_audit_entries_actor", "actor_id", "seq"),
    sa.Index("ix_audit_entries_act", "act", "seq"),
    sa.Index("ix_audit_entries_noun", "noun", "seq"),
    sa.Index("ix_audit_entries_at", "at"),
    _partly("area_id"),
    _partly("number"),
    _partly("request_id"),
    info={"append_only": True},
    sqlite_autoincrement=True,
)

audit_seals = sa.Table(
    "audit_seals",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 ...
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False, unique=True),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),  # SHA-256 of the one before and the entries
    sa.Column("sealed_at", UtcDateTime, nullable=False),
    info={"append_only": True},
)
