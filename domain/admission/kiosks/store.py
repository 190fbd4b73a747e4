"""Every statement over kiosks, their visits and their handouts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.devices.tables import device_alarms, devices
from domain.admission.kiosks.tables import kiosk_handouts, kiosk_visits, kiosks
from domain.commerce.orders.tables import orders
from domain.kernel.columns import Bytes, Id, UtcDateTime

_k, _v, _h, _d, _o, _a = (
    kiosks.c,
    kiosk_visits.c,
    kiosk_handouts.c,
    devices.c,
    orders.c,
    device_alarms.c,
)


def _moment(name: str) -> Any:
    return b(name, type_=UtcDateTime)


KIOSK = (
    sa.select(
        _d.id.label("device_id"),
        _d.name,
        _d.area_id,
        _k.pin_hash,
        _k.locked_at,
        _k.called_at,
        _k.menu_until,
    )
    .select_from(devices.outerjoin(kiosks, _k.device_id == _d.id))
    .where(_d.id == b("device_id"), _d.kind == "kiosk", _d.retired_at.is_(None))
)
FAULTS = sa.select(_a.code).where(_a.device_id == b("device_id"), _a.active.is_(True))
KIND = sa.select(_d.kind).where(_d.id == b("device_id"))

# a kiosk has no row until something is said about it
ADD_KIOSK = (
    insert(kiosks)
    .values(device_id=b("device_id"))
    .on_conflict_do_nothing(index_elements=["device_id"])
)
SET_PIN = kiosks.update().where(_k.device_id == b("of_device")).values(pin_hash=b("to_hash"))
LOCK = (
    kiosks.update()
    .where(_k.device_id == b("of_device"), _k.locked_at.is_(None))
    .values(locked_at=_moment("at"))
    .returning(_k.device_id)
)
UNLOCK = (
    kiosks.update()
    .where(_k.device_id == b("of_device"), _k.locked_at.is_not(None))
    .values(locked_at=None)
    .returning(_k.device_id)
)
CALL = (
    kiosks.update()
    .where(_k.device_id == b("of_device"), _k.called_at.is_(None))
    .values(called_at=_moment("at"))
    .returning(_k.device_id)
)
ANSWER = (
    kiosks.update()
    .where(_k.device_id == b("of_device"), _k.called_at.is_not(None))
    .values(called_at=None)
    .returning(_k.device_id)
)
SET_MENU = kiosks.update().where(_k.device_id == b("of_device")).values(menu_until=_moment("until"))

# -- visits

VISIT = sa.select(kiosk_visits).where(_v.device_id == b("device_id"))
_keep = insert(kiosk_visits).values(
    device_id=b("device_id"),
    language=b("language"),
    is_low=b("is_low", type_=sa.Boolean),
    is_contrast=b("is_contrast", type_=sa.Boolean),
    kept=b("kept", type_=Bytes),
    order_id=b("order_id", type_=Id),
    touched_at=_moment("at"),
)
KEEP_VISIT = _keep.on_conflict_do_update(
    index_elements=["device_id"],
    set_={
        name: getattr(_keep.excluded, name)
        for name in ("language", "is_low", "is_contrast", "kept", "order_id", "touched_at")
    },
)
TOUCH_VISIT = (
    kiosk_visits.update().where(_v.device_id == b("of_device")).values(touched_at=_moment("at"))
)
END_VISIT = kiosk_visits.delete().where(_v.device_id == b("of_device")).returning(_v.order_id)
STALE_VISITS = sa.select(_v.device_id).where(_v.touched_at <= _moment("before"))

# -- handouts

ADD_HANDOUT = kiosk_handouts.insert()
_handout = sa.select(kiosk_handouts, _o.number.label("order_number"), _o.status).join(
    orders, _o.id == _h.order_id
)
GET_HANDOUT = _handout.where(_h.id == b("id"))
LAST_OF_ORDER = (
    _handout.where(_h.order_id == b("order_id"), _h.device_id == b("device_id"))
    .order_by(_h.made_at.desc(), _h.id.desc())
    .limit(1)
)
HANDOUTS_OF_ORDER = _handout.where(
    _h.order_id == b("order_id"), _h.kind == "sale", _h.ended_at.is_(None)
)
_is_owed = sa.and_(_h.ended_at.is_(None), _o.status.in_(["paid", "part_refunded"]))
OWED = (
    _handout.where(_h.device_id == b("device_id"), _is_owed, _h.made_at > _moment("since"))
    .order_by(_h.made_at.desc())
    .limit(b("most"))
)
END_HANDOUT = (
    kiosk_handouts.update()
    .where(_h.id == b("handout"), _h.ended_at.is_(None))
    .values(ended_at=_moment("at"), ended_how=b("how"))
    .returning(_h.id)
)
FAIL_HANDOUT = (
    kiosk_handouts.update()
    .where(_h.id == b("handout"), _h.ended_at.is_(None))
    .values(fault=b("what"))
    .returning(_h.id)
)

# -- what a kiosk did

_in_time = sa.and_(_h.made_at >= _moment("start"), _h.made_at < _moment("until"))
_sold = sa.and_(_h.kind == "sale", _o.paid_at.is_not(None))


def _sum(condition: Any, value: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, value), else_=0)), 0)


_figures = (
    _sum(_sold, 1).label("sales"),
    _sum(_sold, _o.tickets).label("tickets"),
    _sum(_sold, _o.total_minor).label("sales_minor"),
    _sum(_sold, _o.refunded_minor).label("refunded_minor"),
    _sum(_h.kind == "collection", 1).label("collections"),
    _sum(_h.kind == "reprint", 1).label("reprints"),
    _sum(_is_owed, 1).label("unprinted"),
)
DAY = (
    sa.select(*_figures)
    .select_from(kiosk_handouts.join(orders, _o.id == _h.order_id))
    .where(_h.device_id == b("device_id"), _in_time)
)
_last_sale = (
    sa.select(sa.func.max(_o.paid_at))
    .select_from(kiosk_handouts.join(orders, _o.id == _h.order_id))
    .where(_h.device_id == _d.id, _h.kind == "sale", _h.made_at > _moment("since"))
    .scalar_subquery()
)
_owed = (
    sa.select(sa.func.count())
    .select_from(kiosk_handouts.join(orders, _o.id == _h.order_id))
    .where(_h.device_id == _d.id, _is_owed, _h.made_at > _moment("since"))
    .scalar_subquery()
)
_alarm = sa.exists().where(_a.device_id == _d.id, _a.active.is_(True))
OVERVIEW = (
    sa.select(
        _d.id,
        _d.name,
        _d.area_id,
        _d.presence,
        _d.presence_at,
        _d.seen_at,
        _d.paired_at,
        _k.locked_at,
        _k.called_at,
        _k.pin_hash.is_not(None).label("has_pin"),
        _alarm.where(_a.code == "paper").label("is_out_of_paper"),
        _alarm.where(_a.code == "printer").label("is_printer_faulty"),
        _last_sale.label("last_sale_at"),
        _owed.label("unprinted"),
    )
    .select_from(devices.outerjoin(kiosks, _k.device_id == _d.id))
    .where(_d.kind == "kiosk", _d.retired_at.is_(None))
    .order_by(_d.name, _d.id)
)
