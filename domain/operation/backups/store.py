"""Every statement over backups and their drills."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.kernel.db.keyset import Keyset
from domain.operation.audit.tables import audit_entries
from domain.operation.backups.tables import backup_drills, backups
from domain.operation.jobs.tables import jobs

_b, _d, _j = backups, backup_drills, jobs
NOW = b("now", type_=UtcDateTime)

ADD = _b.insert()
GET = sa.select(_b).where(_b.c.id == b("backup_id"))
OF_JOB = sa.select(_b).where(_b.c.job_id == b("job_id"))
LIST = Keyset.of(sa.select(_b), _b.c.started_at, _b.c.id)
HELD = sa.select(_b).where(_b.c.status == "made").order_by(_b.c.started_at.desc())
NAMES = sa.select(_b.c.name)
LAST_BEGUN = sa.select(sa.func.max(_b.c.started_at).label("at")).where(_b.c.cause == "scheduled")
SET_UP = sa.select(sa.func.min(audit_entries.c.at).label("at"))
LAST_GOOD = (
    sa.select(_b)
    .where(_b.c.status == "made", sa.or_(_b.c.tested.is_(None), _b.c.tested != "failed"))
    .order_by(_b.c.started_at.desc())
    .limit(1)
)
LAST = sa.select(_b).where(_b.c.status != "removed").order_by(_b.c.started_at.desc()).limit(1)
BEGIN_AGAIN = (
    _b.update()
    .where(_b.c.job_id == b("of_job"), _b.c.status.in_(["making", "failed"]))
    .values(status="making", started_at=NOW, problem="")
)
SAVE_MADE = (
    _b.update()
    .where(_b.c.id == b("backup_id"), _b.c.status == "making")
    .values(status="made", made_at=NOW, size_bytes=b("size"), sha256=b("digest"))
    .returning(_b.c.id)
)
SAVE_FAILED = (
    _b.update()
    .where(_b.c.id == b("backup_id"), _b.c.status == "making")
    .values(status="failed", problem=b("reason"))
    .returning(_b.c.id)
)
SAVE_COPIED = (
    _b.update()
    .where(_b.c.id == b("backup_id"))
    .values(copied_at=b("at", type_=UtcDateTime), copy_problem=b("reason"))
)
SAVE_REMOVED = (
    _b.update()
    .where(_b.c.id == b("backup_id"), _b.c.status == "made")
    .values(status="removed", removed_at=NOW)
    .returning(_b.c.id)
)
_over = sa.select(_j.c.id).where(_j.c.status.in_(["waiting", "running"]))
ABANDONED = (
    _b.update()
    .where(_b.c.status == "making", _b.c.job_id.not_in(_over))
    .values(status="failed", problem=b("reason"))
    .returning(_b.c.id)
)

# -- drills

ADD_DRILL = _d.insert()
GET_DRILL = sa.select(_d).where(_d.c.id == b("drill_id"))
DRILL_OF_JOB = sa.select(_d).where(_d.c.job_id == b("job_id"))
DRILLS_OF = (
    sa.select(_d)
    .where(_d.c.backup_id == b("backup_id"))
    .order_by(_d.c.started_at.desc())
    .limit(b("most", type_=sa.Integer))
)
JOB_OF = sa.select(_j.c.cursor).where(_j.c.id == b("job_id"))
LAST_DRILL = sa.select(_d).where(_d.c.status != "running").order_by(_d.c.started_at.desc()).limit(1)
PASSED_BEFORE = (
    sa.select(_d.c.detail)
    .join(_b, _b.c.id == _d.c.backup_id)
    .where(_d.c.status == "passed", _b.c.started_at < b("before", type_=UtcDateTime))
    .order_by(_b.c.started_at.desc(), _d.c.started_at.desc())
    .limit(1)
)
SAVE_DRILL = (
    _d.update()
    .where(_d.c.id == b("drill_id"), _d.c.status == "running")
    .values(
        status=b("how"),
        ended_at=NOW,
        lost_seconds=b("lost"),
        took_seconds=b("took"),
        problem=b("reason"),
        detail=b("found"),
    )
    .returning(_d.c.backup_id)
)
SAVE_TESTED = _b.update().where(_b.c.id == b("backup_id")).values(tested=b("how"), tested_at=NOW)
ABANDONED_DRILLS = (
    _d.update()
    .where(_d.c.status == "running", _d.c.job_id.not_in(_over))
    .values(status="failed", ended_at=NOW, problem=b("reason"))
    .returning(_d.c.id)
)
