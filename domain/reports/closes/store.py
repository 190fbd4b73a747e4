"""Every statement over closes and their lines."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas
from domain.reports.closes.tables import daily_close_lines, daily_closes

_c, _l = daily_closes, daily_close_lines

AREA = sa.select(areas.c.id, areas.c.time_zone).where(areas.c.id == b("id"))
GET = sa.select(_c).where(_c.c.id == b("id"))
CLOSE_OF_DAY = sa.select(_c).where(
    _c.c.area_id == b("area_id"), _c.c.day == b("day", type_=sa.Date)
)
LATEST_CLOSED = (
    sa.select(_c.c.day)
    .where(
        _c.c.area_id == b("area_id"), _c.c.day < b("day", type_=sa.Date), _c.c.status == "closed"
    )
    .order_by(_c.c.day.desc())
    .limit(1)
)
LATER_CLOSED = (
    sa.select(_c.c.day)
    .where(
        _c.c.area_id == b("area_id"), _c.c.day > b("day", type_=sa.Date), _c.c.status == "closed"
    )
    .order_by(_c.c.day)
    .limit(1)
)
ADD_CLOSE = _c.insert()
REDRAW = (
    _c.update()
    .where(_c.c.id == b("close"), _c.c.version == b("seen"), _c.c.status == "draft")
    .values(
        figures=b("new_figures", type_=Json),
        stated=b("new_stated", type_=Json),
        made_by=b("by"),
        made_at=b("at", type_=UtcDateTime),
        version=_c.c.version + 1,
    )
    .returning(_c.c.version)
)
MOVE = (
    _c.update()
    .where(_c.c.id == b("close"), _c.c.version == b("seen"), _c.c.status == b("from_status"))
    .values(
        status=b("to_status"),
        approval_id=b("approval"),
        closed_by=b("by"),
        closed_at=b("at", type_=UtcDateTime),
        version=_c.c.version + 1,
    )
    .returning(_c.c.version)
)
LINES = sa.select(_l).where(_l.c.close_id == b("close_id")).order_by(_l.c.position)
LINE = (
    sa.select(_l, _c.c.area_id, _c.c.status, _c.c.version)
    .join(_c, _c.c.id == _l.c.close_id)
    .where(_l.c.id == b("id"))
)
ADD_LINE = _l.insert()
FORGET_LINES = _l.delete().where(_l.c.close_id == b("close"))
EXPLAIN = (
    _l.update()
    .where(_l.c.id == b("line"))
    .values(note=b("the_note"), noted_by=b("by"), noted_at=b("at", type_=UtcDateTime))
)
LISTED = (
    sa.select(_c)
    .where(
        among(_c.c.area_id, "areas"),
        sa.tuple_(_c.c.day, _c.c.id) < sa.tuple_(b("before", type_=sa.Date), b("before_id")),
    )
    .order_by(_c.c.day.desc(), _c.c.id.desc())
    .limit(b("most"))
)
CLOSED_LATEST = (
    sa.select(_c).where(_c.c.status == "closed").order_by(_c.c.day.desc()).limit(b("most"))
)
