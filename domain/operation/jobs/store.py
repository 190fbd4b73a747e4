"""Every statement over jobs and schedules."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.jobs.tables import jobs, schedules

_j = jobs
NOW = b("now", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)

ADD_JOB = _j.insert().values(
    id=b("id"),
    kind=b("kind"),
    params=b("params"),
    status="waiting",
    due_at=b("due_at"),
    requested_by=b("requested_by"),
    area_id=b("area_id"),
    created_at=b("created_at"),
)
GET_JOB = sa.select(_j).where(_j.c.id == b("job_id"))
FIND_OPEN = (
    sa.select(_j.c.id)
    .where(_j.c.kind == b("kind"), _j.c.status.in_(["waiting", "running"]))
    .limit(1)
)
LIST_JOBS = Keyset.of(sa.select(_j), _j.c.created_at, _j.c.id)

_seen = sa.or_(among(_j.c.area_id, "areas"), _j.c.requested_by == b("viewer"))
LIST_JOBS_WITHIN = Keyset.of(sa.select(_j).where(_seen), _j.c.created_at, _j.c.id)

# -- the runner

FIND_DUE = (
    sa.select(_j)
    .where(_j.c.status.in_(["waiting", "running"]), _j.c.due_at <= NOW)
    .where(sa.or_(_j.c.leased_until.is_(None), _j.c.leased_until <= NOW))
    .where(among(_j.c.kind, "kinds"))
    .order_by(_j.c.due_at, _j.c.id)
    .limit(MOST)
)
LEASE = (
    _j.update()
    .where(_j.c.id == b("job_id"), _j.c.fence == b("seen_fence"))
    .where(_j.c.status.in_(["waiting", "running"]))
    .values(
        status="running",
        leased_until=b("until"),
        fence=_j.c.fence + 1,
        started_at=sa.func.coalesce(_j.c.started_at, NOW),
    )
    .returning(_j.c.fence)
)
_mine = (_j.c.id == b("job_id"), _j.c.fence == b("my_fence"), _j.c.status == "running")
RENEW = _j.update().where(*_mine).values(leased_until=b("until")).returning(_j.c.id)
SAVE_STEP = (
    _j.update()
    .where(*_mine)
    .values(
        cursor=b("new_cursor"),
        done_steps=b("done"),
        all_steps=b("all"),
        attempts=0,
        error="",
        leased_until=b("until"),
    )
    .returning(_j.c.id)
)
SAVE_DONE = (
    _j.update()
    .where(*_mine)
    .values(
        status="done",
        done_steps=b("done"),
        all_steps=b("all"),
        result=b("outcome"),
        error="",
        leased_until=None,
        finished_at=NOW,
    )
    .returning(_j.c.id)
)
SAVE_AGAIN = (
    _j.update()
    .where(*_mine)
    .values(
        status="waiting",
        due_at=b("again_at"),
        attempts=b("tries"),
        error=b("reason"),
        leased_until=None,
    )
    .returning(_j.c.id)
)
SAVE_FAILED = (
    _j.update()
    .where(*_mine)
    .values(
        status="failed",
        attempts=b("tries"),
        error=b("reason"),
        leased_until=None,
        finished_at=NOW,
    )
    .returning(_j.c.id)
)

# -- people

CANCEL = (
    _j.update()
    .where(_j.c.id == b("job_id"), _j.c.status.in_(["waiting", "running"]))
    .values(status="cancelled", leased_until=None, finished_at=NOW)
    .returning(_j.c.id)
)
RETRY = (
    _j.update()
    .where(_j.c.id == b("job_id"), _j.c.status == "failed")
    .values(status="waiting", due_at=NOW, attempts=0, leased_until=None, finished_at=None)
    .returning(_j.c.id)
)
FORGET_JOBS = _j.delete().where(
    _j.c.id.in_(
        sa.select(_j.c.id)
        .where(_j.c.created_at < b("long_ago", type_=UtcDateTime))
        .where(_j.c.status.in_(["done", "cancelled"]))
        .order_by(_j.c.created_at)
        .limit(MOST)
    )
)

# -- schedules

_s = schedules
ENSURE_SCHEDULE = upsert(_s).values(
    kind=b("kind"), every_seconds=b("every_seconds"), next_at=b("next_at"), last_error=""
)
ENSURE_SCHEDULE = ENSURE_SCHEDULE.on_conflict_do_update(
    index_elements=[_s.c.kind], set_={"every_seconds": ENSURE_SCHEDULE.excluded.every_seconds}
)
DUE_SCHEDULES = sa.select(_s).where(_s.c.next_at <= NOW, among(_s.c.kind, "kinds"))
TAKE_SCHEDULE = (
    _s.update()
    .where(_s.c.kind == b("of_kind"), _s.c.next_at == b("seen_next_at", type_=UtcDateTime))
    .values(next_at=b("then"), last_ran_at=NOW)
    .returning(_s.c.kind)
)
NOTE_SCHEDULE = _s.update().where(_s.c.kind == b("of_kind")).values(last_error=b("reason"))
LIST_SCHEDULES = sa.select(_s).order_by(_s.c.kind)
