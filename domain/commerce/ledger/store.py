"""Every statement over the ledger."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.ledger.tables import ledger_entries, ledger_postings

_e, _p = ledger_entries, ledger_postings

ADD_ENTRY = _e.insert()
ADD_POSTING = _p.insert()

BALANCE = sa.select(sa.func.coalesce(sa.func.sum(_p.c.amount_minor), 0).label("minor")).where(
    _p.c.account_kind == b("account"),
    _p.c.owner_id == b("owner_id"),
    _p.c.currency == b("currency"),
)

STATEMENT = (
    sa.select(
        _p.c.seq,
        _p.c.entry_id,
        _p.c.amount_minor,
        _p.c.at,
        _e.c.text,
        _e.c.cause_noun,
        _e.c.cause_id,
    )
    .join(_e, _e.c.id == _p.c.entry_id)
    .where(
        _p.c.account_kind == b("account"),
        _p.c.owner_id == b("owner_id"),
        _p.c.currency == b("currency"),
        _p.c.seq < b("before"),
    )
    .order_by(_p.c.seq.desc())
    .limit(b("most"))
)

POSTINGS_OF = (
    sa.select(_e.c.id, _e.c.text, _p.c.account_kind, _p.c.owner_id, _p.c.amount_minor)
    .join(_p, _p.c.entry_id == _e.c.id)
    .where(_e.c.cause_noun == b("noun"), _e.c.cause_id == b("cause_id"))
    .order_by(_p.c.seq)
)

UNBALANCED = (
    sa.select(_p.c.entry_id, _p.c.currency, sa.func.sum(_p.c.amount_minor).label("rest"))
    .group_by(_p.c.entry_id, _p.c.currency)
    .having(sa.func.sum(_p.c.amount_minor) != 0)
    .limit(b("most"))
)

EMPTY = sa.select(_e.c.id).where(~sa.exists().where(_p.c.entry_id == _e.c.id)).limit(b("most"))
