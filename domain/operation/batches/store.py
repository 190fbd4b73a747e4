"""Every statement over batches and their rows."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.batches.tables import batch_rows, batches

_b, _r = batches, batch_rows
ADD_BATCH = _b.insert()
ADD_ROW = _r.insert()
GET_BATCH = sa.select(_b).where(_b.c.id == b("id"))
_of_nouns = sa.select(_b).where(among(_b.c.noun, "nouns"))
LIST = Keyset.of(_of_nouns, _b.c.created_at, _b.c.id)
LIST_WITHIN = Keyset.of(
    _of_nouns.where(sa.or_(among(_b.c.area_id, "areas"), _b.c.created_by == b("viewer"))),
    _b.c.created_at,
    _b.c.id,
)
ROWS_IN = (
    sa.select(_r)
    .where(_r.c.batch_id == b("batch_id"), _r.c.status == b("status"))
    .order_by(_r.c.position)
    .limit(b("most", type_=sa.Integer))
)
COUNTS = (
    sa.select(_r.c.status, sa.func.count().label("rows"))
    .where(_r.c.batch_id == b("batch_id"))
    .group_by(_r.c.status)
)
ROWS_AFTER = (
    sa.select(_r)
    .where(_r.c.batch_id == b("batch_id"), _r.c.position > b("after"))
    .order_by(_r.c.position)
    .limit(b("most"))
)
TOTALS = (
    sa.select(_r.c.old_value, _r.c.new_value, _r.c.status, sa.func.count().label("rows"))
    .where(_r.c.batch_id == b("batch_id"))
    .group_by(_r.c.old_value, _r.c.new_value, _r.c.status)
    .order_by(_r.c.new_value, _r.c.old_value, _r.c.status)
)
SET_STATUS = (
    _b.update()
    .where(_b.c.id == b("batch_id"), _b.c.status == b("from_status"))
    .values(
        status=b("to_status"),
        approval_id=sa.func.coalesce(b("the_approval"), _b.c.approval_id),
        job_id=sa.func.coalesce(b("the_job"), _b.c.job_id),
        reason=sa.func.coalesce(b("the_reason"), _b.c.reason),
        applied_at=sa.func.coalesce(b("applied", type_=UtcDateTime), _b.c.applied_at),
        undone_at=sa.func.coalesce(b("undone", type_=UtcDateTime), _b.c.undone_at),
    )
    .returning(_b.c.id)
)
SET_JOB = _b.update().where(_b.c.id == b("batch_id")).values(job_id=b("the_job"))
SET_ROW = (
    _r.update()
    .where(_r.c.batch_id == b("of_batch"), _r.c.position == b("at_position"))
    .values(
        status=b("to_status"),
        failure=b("why"),
        failure_values=b("why_values", type_=Json),
        applied_version=sa.func.coalesce(b("got_version"), _r.c.applied_version),
    )
)
