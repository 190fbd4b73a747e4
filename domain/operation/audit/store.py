"""Every statement over the audit trail."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.ext.compiler import compiles

from domain.kernel.columns import UtcDateTime
from domain.kernel.db.keyset import Keyset
from domain.operation.audit.tables import audit_entries, audit_seals

_t = audit_entries
ADD_ENTRY = _t.insert().values(
    at=b("at"),
    actor_kind=b("actor_kind"),
    actor_id=b("actor_id"),
    place_id=b("place_id"),
    address=b("address"),
    act=b("act"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    detail=b("detail"),
)

# -- reading

_between = (
    _t.c.at >= b("from_at", type_=UtcDateTime),
    _t.c.at < b("until_at", type_=UtcDateTime),
)
EVERYTHING = Keyset.of(sa.select(_t).where(*_between), _t.c.seq)
BY_ACTOR = Keyset.of(sa.select(_t).where(_t.c.actor_id == b("actor_id"), *_between), _t.c.seq)
BY_NOUN = Keyset.of(sa.select(_t).where(_t.c.noun == b("noun"), *_between), _t.c.seq)
BY_ACT = Keyset.of(sa.select(_t).where(_t.c.act == b("act"), *_between), _t.c.seq)
BY_ACTOR_AND_NOUN = Keyset.of(
    sa.select(_t).where(_t.c.actor_id == b("actor_id"), _t.c.noun == b("noun"), *_between),
    _t.c.seq,
)
ABOUT = Keyset.of(
    sa.select(_t).where(_t.c.noun == b("noun"), _t.c.subject_id == b("subject_id")), _t.c.seq
)
GET_ENTRY = sa.select(_t).where(_t.c.seq == b("number"))

# -- the chain


class Horizon(sa.ColumnElement[int]):
    """The number of the oldest transaction that may still be under way; on SQLite, where one
    writes after the other, there is none."""

    inherit_cache = True
    type = sa.BigInteger()


class NextTransaction(sa.ColumnElement[int]):
    """A number that no transaction has yet; on SQLite, nought."""

    inherit_cache = True
    type = sa.BigInteger()


@compiles(Horizon, "sqlite")
@compiles(NextTransaction, "sqlite")
def _none(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "0"


@compiles(Horizon, "postgresql")
def _oldest(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@compiles(NextTransaction, "postgresql")
def _next(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


HORIZON = sa.select(Horizon().label("oldest"), NextTransaction().label("next"))
LAST_SEQ = sa.select(sa.func.coalesce(sa.func.max(_t.c.seq), 0).label("seq"))

_s = audit_seals
LAST_SEAL = sa.select(_s).order_by(_s.c.number.desc()).limit(1)
ADD_SEAL = _s.insert()
SEALS_AFTER = (
    sa.select(_s)
    .where(_s.c.number > b("number"))
    .order_by(_s.c.number)
    .limit(b("most", type_=sa.Integer))
)
ENTRIES_AFTER = (
    sa.select(_t)
    .where(_t.c.seq > b("after"), _t.c.seq <= b("up_to"))
    .order_by(_t.c.seq)
    .limit(b("most", type_=sa.Integer))
)
ENTRIES_BETWEEN = sa.select(_t).where(_t.c.seq.between(b("first"), b("last"))).order_by(_t.c.seq)
