"""Every statement over the audit trail."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.ext.compiler import compiles

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.audit.tables import audit_entries, audit_seals

_t = audit_entries
ADD_ENTRY = _t.insert().values(
    at=b("at"),
    actor_kind=b("actor_kind"),
    actor_id=b("actor_id"),
    place_id=b("place_id"),
    area_id=b("area_id"),
    address=b("address"),
    act=b("act"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    number=b("number"),
    request_id=b("request_id"),
    detail=b("detail"),
)

# -- reading

_between = (
    _t.c.at >= b("from_at", type_=UtcDateTime),
    _t.c.at < b("until_at", type_=UtcDateTime),
)


class Trail(NamedTuple):
    """One way to look at the trail: of the whole house, and of some areas only."""

    house: Keyset
    in_areas: Keyset


def _trail(*where: sa.ColumnElement[bool]) -> Trail:
    select = sa.select(_t).where(*where)
    limited = select.where(among(_t.c.area_id, "areas"))
    return Trail(Keyset.of(select, _t.c.seq), Keyset.of(limited, _t.c.seq))


def _if_said(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    said = b(f"only_{column.name}", type_=sa.String)
    return sa.or_(said == "", column == said)


_by_actor, _by_noun = _t.c.actor_id == b("actor_id"), _t.c.noun == b("noun")
_by_act, _of_subject = _t.c.act == b("act"), _t.c.subject_id == b("subject_id")
_only = (*_between, _if_said(_t.c.actor_id), _if_said(_t.c.noun))
EVERYTHING = _trail(*_between)
BY_ACTOR = _trail(_by_actor, *_between)
BY_NOUN = _trail(_by_noun, *_between)
BY_ACT = _trail(_by_act, *_between)
BY_ACTOR_AND_NOUN = _trail(_by_actor, _by_noun, *_between)
BY_SUBJECT = _trail(_by_noun, _of_subject, *_between)
BY_AREA = Keyset.of(sa.select(_t).where(_t.c.area_id == b("area_id"), *_between), _t.c.seq)
FOUND_BY_ACTOR = _trail(_by_actor, *_only)
FOUND_BY_ACT = _trail(_by_act, *_only)
FOUND_BY_REQUEST = _trail(_t.c.request_id == b("request_id"), *_only)
FOUND_BY_SUBJECT = _trail(_by_noun, _of_subject, *_only)
ABOUT = Keyset.of(sa.select(_t).where(_by_noun, _of_subject), _t.c.seq)
SUBJECTS = (
    sa.select(_t.c.noun, _t.c.subject_id)
    .where(_t.c.number == b("the_number"))
    .distinct()
    .limit(b("most", type_=sa.Integer))
)
# every act there is, by one step over the index for each
_lowest = sa.select(sa.func.min(_t.c.act).label("act")).cte("acts", recursive=True)
_above = sa.select(sa.func.min(_t.c.act)).where(_t.c.act > _lowest.c.act).scalar_subquery()
_acts = _lowest.union_all(sa.select(_above).where(_lowest.c.act.is_not(None)))
ACTS = sa.select(_acts.c.act).where(_acts.c.act.is_not(None))
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
