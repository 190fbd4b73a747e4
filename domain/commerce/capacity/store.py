"""Every statement over places. A counter changes by compare-and-swap: no row back, no place."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.commerce.capacity.tables import (
    area_days,
    slot_channels,
    slot_holds,
    slot_plans,
    slots,
)
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas

# the catalogue stands above: of its products only these columns are read
products = sa.table(
    "products",
    sa.column("id", sa.String),
    sa.column("area_id", sa.String),
    sa.column("name_zh", sa.String),
    sa.column("slotted", sa.Boolean),
    sa.column("book_days_ahead", sa.Integer),
    sa.column("retired_at", UtcDateTime),
)
_d, _s, _c, _p = area_days, slots, slot_channels, slot_plans


def number(name: str) -> sa.BindParameter[int]:
    return b(name, type_=sa.Integer)


TAKE_DAY = (
    _d.update()
    .where(
        _d.c.area_id == b("area"),
        _d.c.visit_on == b("day"),
        _d.c.closed.is_(False),
        _d.c.sales_stopped.is_(False),
        _d.c.taken + number("heads") <= _d.c.quota,
    )
    .values(taken=_d.c.taken + number("heads"))
    .returning(_d.c.id)
)
GIVE_DAY = (
    _d.update()
    .where(_d.c.area_id == b("area"), _d.c.visit_on == b("day"))
    .values(taken=_d.c.taken - number("heads"))
)
FIND_DAY = sa.select(_d).where(_d.c.area_id == b("area"), _d.c.visit_on == b("day"))
ADD_DAY = insert(_d).on_conflict_do_nothing(index_elements=["area_id", "visit_on"])
AREA = sa.select(
    areas.c.id, areas.c.daily_capacity, areas.c.opens_at, areas.c.closes_at, areas.c.time_zone
).where(areas.c.id == b("area"))
SET_DAY = (
    _d.update()
    .where(_d.c.id == b("day_id"), _d.c.version == b("seen"), _d.c.taken <= number("to_quota"))
    .values(
        quota=number("to_quota"),
        closed=b("is_closed", type_=sa.Boolean),
        note=b("the_note"),
        version=_d.c.version + 1,
    )
    .returning(_d.c.version)
)
STOP_DAY = (
    _d.update()
    .where(_d.c.id == b("day_id"), _d.c.sales_stopped != b("stopped", type_=sa.Boolean))
    .values(sales_stopped=b("stopped", type_=sa.Boolean))
    .returning(_d.c.id)
)
LIST_DAYS = (
    sa.select(_d)
    .where(_d.c.area_id == b("area"), _d.c.visit_on >= b("first"), _d.c.visit_on <= b("last"))
    .order_by(_d.c.visit_on)
)

TAKE_CHANNEL = (
    _c.update()
    .where(_c.c.slot_id == b("slot"), _c.c.channel == b("by"))
    .where(_c.c.taken + number("heads") <= _c.c.quota)
    .values(taken=_c.c.taken + number("heads"))
    .returning(_c.c.quota, _c.c.kept, _c.c.taken)
)
GIVE_CHANNEL = (
    _c.update()
    .where(_c.c.slot_id == b("slot"), _c.c.channel == b("by"))
    .values(taken=_c.c.taken - number("heads"))
    .returning(_c.c.quota, _c.c.kept, _c.c.taken)
)
FIND_CHANNEL = sa.select(_c).where(_c.c.slot_id == b("slot"), _c.c.channel == b("by"))
LIST_CHANNELS = sa.select(_c).where(_c.c.slot_id == b("slot")).order_by(_c.c.channel)
ADD_CHANNEL = insert(_c).on_conflict_do_nothing(index_elements=["slot_id", "channel"])
SET_CHANNEL = (
    _c.update()
    .where(_c.c.slot_id == b("slot"), _c.c.channel == b("by"))
    .values(quota=number("to_quota"), kept=number("to_kept"))
)

TAKE_SLOT = (
    _s.update()
    .where(_s.c.id == b("slot"), _s.c.status == "open", _s.c.ends_at > b("now", type_=UtcDateTime))
    .where(_s.c.taken + number("heads") + _s.c.kept_left - number("own_left") <= _s.c.quota)
    .values(taken=_s.c.taken + number("heads"), kept_left=_s.c.kept_left - number("used"))
    .returning(_s.c.id)
)
GIVE_SLOT = (
    _s.update()
    .where(_s.c.id == b("slot"))
    .values(taken=_s.c.taken - number("heads"), kept_left=_s.c.kept_left + number("kept_again"))
)
ADD_SLOT = insert(_s).on_conflict_do_nothing(index_elements=["product_id", "visit_on", "starts_at"])
GET_SLOT = sa.select(_s).where(_s.c.id == b("id"))
SLOTS_NAMED = (
    sa.select(_s, products.c.name_zh.label("product_zh"), areas.c.time_zone)
    .select_from(
        _s.join(products, products.c.id == _s.c.product_id).join(areas, areas.c.id == _s.c.area_id)
    )
    .where(among(_s.c.id, "ids"))
)
CHANNELS_OF_MANY = sa.select(slot_channels).where(among(slot_channels.c.slot_id, "ids"))
SLOTS = sa.select(_s).where(among(_s.c.id, "ids"))
WHOLE_DAY = sa.select(_s).where(
    _s.c.product_id == b("product"), _s.c.visit_on == b("day"), _s.c.whole_day.is_(True)
)
SET_SLOT = (
    _s.update()
    .where(_s.c.id == b("slot"), _s.c.version == b("seen"))
    .where(_s.c.taken + number("to_kept") <= number("to_quota"))
    .values(
        quota=number("to_quota"),
        kept_left=number("to_kept"),
        status=b("to_status"),
        note=b("the_note"),
        version=_s.c.version + 1,
    )
    .returning(_s.c.version)
)
# a fixed dashboard of one day: every slot with what the asking channel has of it
_with_channel = sa.select(
    _s, _c.c.quota.label("own_quota"), _c.c.kept.label("own_kept"), _c.c.taken.label("own_taken")
).outerjoin(_c, sa.and_(_c.c.slot_id == _s.c.id, _c.c.channel == b("by")))
SLOTS_OF_PRODUCT = _with_channel.where(
    _s.c.product_id == b("product"), _s.c.visit_on == b("day")
).order_by(_s.c.starts_at)
SLOTS_OF_AREA = _with_channel.where(_s.c.area_id == b("area"), _s.c.visit_on == b("day")).order_by(
    _s.c.product_id, _s.c.starts_at
)
SLOTS_BETWEEN = _with_channel.where(
    _s.c.product_id == b("product"), _s.c.visit_on >= b("first"), _s.c.visit_on <= b("last")
).order_by(_s.c.starts_at)
WHOLE_DAYS_FROM = (
    sa.select(_s)
    .where(_s.c.product_id == b("product"), _s.c.visit_on >= b("day"), _s.c.whole_day.is_(True))
    .order_by(_s.c.visit_on)
)

ADD_HOLD = slot_holds.insert()
END_HOLD = slot_holds.delete().where(slot_holds.c.id == b("hold")).returning(*slot_holds.c)

GET_PLAN = sa.select(_p).where(_p.c.id == b("id"))
ADD_PLAN = _p.insert()
LIST_PLANS = (
    sa.select(_p)
    .where(_p.c.product_id == b("product"), _p.c.retired_at.is_(None))
    .order_by(_p.c.from_on, _p.c.starts, _p.c.id)
)
RETIRE_PLAN = (
    _p.update()
    .where(_p.c.id == b("plan"), _p.c.version == b("seen"), _p.c.retired_at.is_(None))
    .values(retired_at=b("now", type_=UtcDateTime), version=_p.c.version + 1)
    .returning(_p.c.product_id)
)
PLANNED = (
    sa.select(_p, products.c.area_id, areas.c.time_zone, products.c.book_days_ahead)
    .join(products, products.c.id == _p.c.product_id)
    .join(areas, areas.c.id == products.c.area_id)
    .where(_p.c.retired_at.is_(None), products.c.retired_at.is_(None))
    .where(products.c.slotted.is_(True))
)
PLANNED_OF = PLANNED.where(_p.c.product_id == b("product"))

# -- verification: what is kept back is what the channels have not taken

_channel_left: Any = sa.case((_c.c.kept > _c.c.taken, _c.c.kept - _c.c.taken), else_=0)
WRONG_KEPT = (
    sa.select(
        _s.c.id,
        _s.c.kept_left,
        sa.func.coalesce(sa.func.sum(_channel_left), 0).label("kept"),
    )
    .outerjoin(_c, _c.c.slot_id == _s.c.id)
    .group_by(_s.c.id, _s.c.kept_left)
    .having(_s.c.kept_left != sa.func.coalesce(sa.func.sum(_channel_left), 0))
    .limit(b("most"))
)
