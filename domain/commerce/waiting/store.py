"""Every statement over the waiting list."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.commerce.capacity.tables import slots
from domain.commerce.catalog.tables import products
from domain.commerce.customers.tables import customers
from domain.commerce.waiting.tables import waits
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset

_w, _s, _p, _c = waits.c, slots.c, products.c, customers.c
_LIVING = _w.status.in_(["waiting", "offered"])
NOW: Any = b("now", type_=UtcDateTime)

ADD = waits.insert()
_shown = (
    sa.select(
        waits,
        _s.product_id,
        _s.visit_on,
        _s.starts_at,
        _s.ends_at,
        _p.name_zh,
        _p.name_en,
        _c.phone_mask,
        _c.phone_sealed,
    )
    .select_from(waits)
    .join(slots, _s.id == _w.slot_id)
    .join(products, _p.id == _s.product_id)
    .outerjoin(customers, _c.id == _w.customer_id)
)
GET = _shown.where(_w.id == b("id"))
OF_CUSTOMER = (
    _shown.where(_w.customer_id == b("customer"), _LIVING)
    .order_by(_s.starts_at, _w.id)
    .limit(b("most", type_=sa.Integer))
)
FIND = sa.select(_w.id).where(_w.slot_id == b("slot"), _w.customer_id == b("customer"), _LIVING)
SLOT = (
    sa.select(slots, _p.counts_capacity)
    .select_from(slots)
    .join(products, _p.id == _s.product_id)
    .where(_s.id == b("slot"))
)
LINE = (
    sa.select(_w.id, _w.heads)
    .where(_w.slot_id == b("slot"), _w.status == "waiting")
    .order_by(_w.joined_at, _w.id)
)
AHEAD = sa.select(sa.func.count().label("many")).where(
    _w.slot_id == b("slot"),
    _w.status == "waiting",
    sa.tuple_(_w.joined_at, _w.id) < sa.tuple_(b("at", type_=UtcDateTime), b("id")),
)
OFFER = (
    waits.update()
    .where(_w.id == b("wait"), _w.status == "waiting")
    .values(
        status="offered",
        offered_until=b("until", type_=UtcDateTime),
        hold_id=b("hold"),
    )
    .returning(_w.id)
)
TAKE_UP = (
    waits.update()
    .where(_w.id == b("wait"), _w.customer_id == b("customer"))
    .where(_w.status == "offered", _w.offered_until > NOW)
    .values(status="taken", hold_id=None, ended_at=NOW)
    .returning(_w.slot_id)
)
HELD = sa.select(_w.hold_id).where(_w.id == b("wait")).with_for_update()
SET_ORDER = waits.update().where(_w.id == b("wait")).values(order_id=b("order_id"))
END = (
    waits.update()
    .where(_w.id == b("wait"), _LIVING)
    .values(status=b("to_status"), hold_id=None, ended_at=NOW)
    .returning(_w.slot_id, _w.area_id)
)
_lapsed = sa.and_(_w.status == "offered", _w.offered_until <= NOW)
_over = sa.and_(_LIVING, _s.ends_at <= NOW)
_room = sa.and_(
    _w.status == "waiting", _s.status == "open", _s.taken + _s.kept_left + _w.heads <= _s.quota
)
_due = sa.select(_w.area_id).join(slots, _s.id == _w.slot_id)
DUE_AREAS = sa.union(_due.where(_lapsed), _due.where(_over), _due.where(_room))
LAPSED = (
    sa.select(_w.id, _w.slot_id, _s.ends_at)
    .join(slots, _s.id == _w.slot_id)
    .where(_w.area_id == b("area"), sa.or_(_lapsed, _over))
    .order_by(_w.joined_at, _w.id)
    .limit(b("most", type_=sa.Integer))
)
WITH_ROOM = (
    sa.select(_w.slot_id)
    .join(slots, _s.id == _w.slot_id)
    .where(_w.area_id == b("area"), _room)
    .distinct()
)
FORGET = waits.delete().where(_w.ended_at < b("before", type_=UtcDateTime))
LIST = Keyset.of(
    _shown.where(
        among(_w.area_id, "areas"),
        sa.or_(b("state", type_=sa.String) == "", _w.status == b("state", type_=sa.String)),
    ),
    _w.joined_at,
    _w.id,
)
