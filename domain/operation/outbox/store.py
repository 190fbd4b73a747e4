"""Every statement over the outbox."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.outbox.tables import outbox_messages

_t = outbox_messages
NOW = b("now", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)

ADD_MESSAGE = _t.insert().values(
    id=b("id"),
    kind=b("kind"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    payload=b("payload"),
    area_id=b("area_id"),
    status="due",
    attempts=0,
    due_at=b("due_at"),
    fence=0,
    last_error="",
    created_at=b("created_at"),
)
GET_MESSAGE = sa.select(_t).where(_t.c.id == b("message_id"))

# -- the worker

FIND_DUE = (
    sa.select(_t)
    .where(_t.c.status == "due", _t.c.due_at <= NOW, among(_t.c.kind, "kinds"))
    .where(sa.or_(_t.c.leased_until.is_(None), _t.c.leased_until <= NOW))
    .order_by(_t.c.due_at, _t.c.id)
    .limit(MOST)
)
LEASE = (
    _t.update()
    .where(_t.c.id == b("message_id"), _t.c.status == "due", _t.c.fence == b("seen_fence"))
    .values(leased_until=b("until"), fence=_t.c.fence + 1, attempts=_t.c.attempts + 1)
    .returning(_t.c.fence, _t.c.attempts)
)
_leased = (_t.c.id == b("message_id"), _t.c.status == "due", _t.c.fence == b("my_fence"))
SAVE_DONE = (
    _t.update()
    .where(*_leased)
    .values(status="done", done_at=NOW, leased_until=None, last_error="")
    .returning(_t.c.id)
)
SAVE_AGAIN = (
    _t.update()
    .where(*_leased)
    .values(due_at=b("again_at"), leased_until=None, last_error=b("reason"))
    .returning(_t.c.id)
)
SAVE_LATER = (
    _t.update()
    .where(*_leased)
    .values(
        due_at=b("again_at"),
        leased_until=None,
        last_error=b("reason"),
        attempts=_t.c.attempts - 1,
    )
    .returning(_t.c.id)
)
SAVE_FAILED = (
    _t.update()
    .where(*_leased)
    .values(status="failed", leased_until=None, last_error=b("reason"))
    .returning(_t.c.id)
)
FORGET_DONE = _t.delete().where(
    _t.c.id.in_(
        sa.select(_t.c.id)
        .where(_t.c.status == "done", _t.c.created_at < b("long_ago", type_=UtcDateTime))
        .order_by(_t.c.created_at)
        .limit(MOST)
    )
)

# -- people

RETRY = (
    _t.update()
    .where(_t.c.id == b("message_id"), _t.c.status == "failed")
    .values(status="due", due_at=NOW, attempts=0, leased_until=None)
    .returning(_t.c.id)
)
DROP = (
    _t.update()
    .where(_t.c.id == b("message_id"), _t.c.status.in_(["failed", "due"]))
    .where(sa.or_(_t.c.leased_until.is_(None), _t.c.leased_until <= NOW))
    .values(status="dropped", done_at=NOW)
    .returning(_t.c.id)
)
LIST_MESSAGES = Keyset.of(sa.select(_t).where(_t.c.status == b("status")), _t.c.created_at, _t.c.id)
_in_areas = among(_t.c.area_id, "areas")
LIST_MESSAGES_IN_AREAS = Keyset.of(
    sa.select(_t).where(_t.c.status == b("status"), _in_areas), _t.c.created_at, _t.c.id
)
COUNT_SOME_IN_AREAS = sa.select(sa.func.count().label("count")).select_from(
    sa.select(_t.c.id).where(_t.c.status == b("status"), _in_areas).limit(MOST).subquery()
)
MESSAGES_ABOUT = (
    sa.select(_t)
    .where(_t.c.noun == b("noun"), _t.c.subject_id == b("subject_id"))
    .order_by(_t.c.created_at.desc())
    .limit(MOST)
)
COUNT_SOME = sa.select(sa.func.count().label("count")).select_from(
    sa.select(_t.c.id).where(_t.c.status == b("status")).limit(MOST).subquery()
)
OLDEST_DUE = sa.select(sa.func.min(_t.c.due_at).label("due_at")).where(_t.c.status == "due")
