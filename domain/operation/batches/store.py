"""Every statement over batches and their rows."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import UtcDateTime
from domain.operation.batches.tables import batch_rows, batches

_b, _r = batches, batch_rows
ADD_BATCH = _b.insert()
ADD_ROW = _r.insert()
GET_BATCH = sa.select(_b).where(_b.c.id == b("id"))
ROWS = sa.select(_r).where(_r.c.batch_id == b("batch_id")).order_by(_r.c.position)
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
        applied_at=sa.func.coalesce(b("applied", type_=UtcDateTime), _b.c.applied_at),
        undone_at=sa.func.coalesce(b("undone", type_=UtcDateTime), _b.c.undone_at),
    )
    .returning(_b.c.id)
)
SET_ROW = (
    _r.update()
    .where(_r.c.batch_id == b("of_batch"), _r.c.position == b("at_position"))
    .values(
        status=b("to_status"),
        failure=b("why"),
        applied_version=sa.func.coalesce(b("got_version"), _r.c.applied_version),
    )
)
