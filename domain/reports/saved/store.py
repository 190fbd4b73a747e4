"""Every statement over reports that are kept and sent."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import Json, UtcDateTime
from domain.operation.jobs.tables import jobs
from domain.reports.exports.tables import exports
from domain.reports.saved.tables import report_deliveries, saved_reports

_s, _d = saved_reports, report_deliveries

ADD = _s.insert()
GET = sa.select(_s).where(_s.c.id == b("id"), _s.c.removed_at.is_(None))
SEEN_BY = (
    sa.select(_s)
    .where(_s.c.removed_at.is_(None))
    .where(sa.or_(_s.c.owner_id == b("staff_id"), _s.c.is_shared == sa.true()))
    .order_by(_s.c.name, _s.c.id)
    .limit(b("most"))
)
COUNT_OF = sa.select(sa.func.count().label("many")).where(
    _s.c.owner_id == b("staff_id"), _s.c.removed_at.is_(None)
)
CHANGE = (
    _s.update()
    .where(_s.c.id == b("saved"), _s.c.version == b("seen"), _s.c.removed_at.is_(None))
    .values(
        name=b("new_name"),
        period=b("new_period"),
        is_shared=b("new_shared", type_=sa.Boolean),
        rhythm=b("new_rhythm"),
        format=b("new_format"),
        recipients=b("new_recipients", type_=Json),
        next_at=b("new_next", type_=UtcDateTime),
        version=_s.c.version + 1,
    )
    .returning(_s.c.version)
)
REMOVE = (
    _s.update()
    .where(_s.c.id == b("saved"), _s.c.removed_at.is_(None))
    .values(removed_at=b("at", type_=UtcDateTime), next_at=None)
    .returning(_s.c.id)
)
DUE = (
    sa.select(_s)
    .where(_s.c.next_at <= b("now", type_=UtcDateTime), _s.c.removed_at.is_(None))
    .order_by(_s.c.next_at)
    .limit(b("most"))
)
TAKE = (
    _s.update()
    .where(_s.c.id == b("saved"), _s.c.next_at == b("seen_next", type_=UtcDateTime))
    .values(next_at=b("then", type_=UtcDateTime))
    .returning(_s.c.id)
)
ADD_DELIVERY = _d.insert()
MAKING = (
    sa.select(
        _d.c.id,
        _d.c.due_at,
        _d.c.export_id,
        _s.c.id.label("saved_id"),
        _s.c.name,
        _s.c.recipients,
        _s.c.language,
        _s.c.owner_id,
        exports.c.format,
        exports.c.ready_at,
        jobs.c.status.label("job_status"),
    )
    .select_from(
        _d.join(_s, _s.c.id == _d.c.saved_report_id)
        .join(exports, exports.c.id == _d.c.export_id)
        .outerjoin(jobs, jobs.c.id == exports.c.job_id)
    )
    .where(_d.c.status == "making")
    .order_by(_d.c.due_at)
    .limit(b("most"))
)
NOTE = (
    _d.update()
    .where(_d.c.id == b("delivery"), _d.c.status == "making")
    .values(status=b("to_status"), message_id=b("message"))
    .returning(_d.c.id)
)
DELIVERIES = (
    sa.select(_d)
    .where(_d.c.saved_report_id == b("saved_id"))
    .order_by(_d.c.due_at.desc())
    .limit(b("most"))
)
