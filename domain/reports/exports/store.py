"""Every statement over exports."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.kernel.db.keyset import Keyset
from domain.operation.jobs.tables import jobs
from domain.reports.exports.tables import exports

_e, _j = exports, jobs
ADD = _e.insert()
_with_job = sa.select(
    _e, _j.c.status, _j.c.done_steps, _j.c.all_steps, _j.c.error.label("problem")
).join(_j, _j.c.id == _e.c.job_id, isouter=True)
GET = _with_job.where(_e.c.id == b("export_id"))
LIST = Keyset.of(_with_job.where(_e.c.requested_by == b("staff_id")), _e.c.created_at, _e.c.id)
UNDER_WAY = (
    sa.select(sa.func.count().label("many"))
    .select_from(_e.join(_j, _j.c.id == _e.c.job_id))
    .where(_e.c.requested_by == b("staff_id"), _e.c.ready_at.is_(None))
    .where(_j.c.status.in_(["waiting", "running"]))
)
DELIVER = (
    _e.update()
    .where(_e.c.id == b("export_id"), _e.c.ready_at.is_(None))
    .values(
        rows=b("many_rows"),
        size_bytes=b("size"),
        sha256=b("digest"),
        ready_at=b("now", type_=UtcDateTime),
        expires_at=b("until", type_=UtcDateTime),
    )
    .returning(_e.c.id)
)
DUE = (
    sa.select(_e.c.id, _e.c.format)
    .where(_e.c.removed_at.is_(None), _e.c.expires_at <= b("now", type_=UtcDateTime))
    .order_by(_e.c.expires_at)
    .limit(b("most"))
)
NOTE_REMOVED = (
    _e.update()
    .where(_e.c.id == b("export_id"), _e.c.removed_at.is_(None))
    .values(removed_at=b("now", type_=UtcDateTime))
)
