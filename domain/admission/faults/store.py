"""Every statement over exceptions of devices, and over what tells of them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.devices.tables import device_alarms, devices
from domain.admission.faults.tables import device_faults
from domain.admission.redemptions.tables import redemptions
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.kernel.refusals import Refusal
from domain.operation.places.tables import gates
from domain.operation.staff.tables import staff

_f, _d, _l, _r = device_faults.c, devices.c, device_alarms.c, redemptions.c


def _moment(name: str) -> sa.BindParameter[Any]:
    return b(name, type_=UtcDateTime)


# -- what devices say

_where = (_d.id, _d.area_id, _d.gate_id)
OFFLINE = sa.select(*_where, _d.presence_at).where(
    _d.presence == "offline", _d.retired_at.is_(None), _d.paired_at.is_not(None)
)
CLOCKS = sa.select(*_where, _d.clock_offset_ms).where(
    _d.presence.in_(["online", "degraded"]),
    _d.retired_at.is_(None),
    sa.func.abs(_d.clock_offset_ms) > b("most_off", type_=sa.Integer),
)
UNREADABLE = sa.select(*_where, _d.bad_messages, _d.bad_message_at).where(
    _d.retired_at.is_(None), _d.bad_message_at > _moment("unread_since")
)
_alarms = (
    sa.select(*_where, _l.code, _l.active, _l.detail, _l.raised_at)
    .select_from(device_alarms.join(devices, _d.id == _l.device_id))
    .where(_d.retired_at.is_(None))
)
ACTIVE_ALARMS = _alarms.where(_l.active.is_(True))
PAST_ALARMS = _alarms.where(_l.active.is_(False), _l.raised_at > _moment("raised_since"))
REFUSALS = (
    sa.select(*_where, sa.func.count().label("many"), sa.func.max(_r.scanned_at).label("last_at"))
    .select_from(redemptions.join(devices, _d.id == _r.device_id))
    .where(
        _r.refusal.in_([each.value for each in Refusal]),
        _r.scanned_at > _moment("lately"),
        _d.retired_at.is_(None),
    )
    .group_by(*_where)
    .having(sa.func.count() >= b("many_refusals", type_=sa.Integer))
)

# -- what is written down

OPEN_FAULTS = sa.select(device_faults).where(_f.ended_at.is_(None))
ENDED_FAULTS = sa.select(device_faults).where(
    among(_f.device_id, "device_ids"), _f.ended_at > _moment("ended_since")
)
OPEN_FAULT = (
    insert(device_faults)
    .values(
        id=b("id"),
        device_id=b("device_id"),
        area_id=b("area_id"),
        gate_id=b("gate_id"),
        cause=b("cause"),
        figure=b("figure"),
        detail=b("detail"),
        opened_at=b("opened_at"),
        last_at=b("last_at"),
    )
    .on_conflict_do_nothing()
    .returning(_f.id)
)
REOPEN_FAULT = (
    device_faults.update()
    .where(_f.id == b("fault_id"), _f.ended_at.is_not(None))
    .values(
        status="open",
        area_id=b("to_area_id"),
        gate_id=b("to_gate_id"),
        figure=b("to_figure"),
        detail=b("to_detail"),
        last_at=_moment("at"),
        times=_f.times + 1,
        ended_at=None,
        seen_by=None,
        seen_at=None,
        resolved_by=None,
    )
    .returning(_f.id)
)
UPDATE_FAULT = (
    device_faults.update()
    .where(_f.id == b("fault_id"), _f.ended_at.is_(None))
    .values(
        figure=b("to_figure"),
        detail=b("to_detail"),
        last_at=_moment("at"),
        times=_f.times + b("more", type_=sa.Integer),
    )
    .returning(_f.id)
)
END_FAULT = (
    device_faults.update()
    .where(_f.id == b("fault_id"), _f.ended_at.is_(None))
    .values(
        status=b("to_status"),
        ended_at=_moment("at"),
        resolved_by=b("by"),
        note=b("to_note"),
    )
    .returning(_f.id)
)
ACKNOWLEDGE_FAULT = (
    device_faults.update()
    .where(_f.id == b("fault_id"), _f.status == "open")
    .values(status="seen", seen_by=b("by"), seen_at=_moment("at"))
    .returning(_f.id)
)
ASSIGN_FAULT = (
    device_faults.update()
    .where(_f.id == b("fault_id"), _f.ended_at.is_(None))
    .values(assigned_to=b("to"))
    .returning(_f.id)
)
FAULT_LOAD = (
    sa.select(_f.assigned_to, sa.func.count().label("many"))
    .where(_f.ended_at.is_(None), _f.assigned_to.is_not(None))
    .group_by(_f.assigned_to)
)

# -- looking

_resolver, _seer = staff.alias("resolver"), staff.alias("seer")
_listed = sa.select(
    device_faults,
    _d.name.label("device_name"),
    gates.c.name_zh.label("gate_zh"),
    gates.c.name_en.label("gate_en"),
    staff.c.name.label("assignee"),
    _resolver.c.name.label("resolver"),
    _seer.c.name.label("seer"),
).select_from(
    device_faults.join(devices, _d.id == _f.device_id)
    .outerjoin(gates, gates.c.id == _f.gate_id)
    .outerjoin(staff, staff.c.id == _f.assigned_to)
    .outerjoin(_resolver, _resolver.c.id == _f.resolved_by)
    .outerjoin(_seer, _seer.c.id == _f.seen_by)
)
GET_FAULT = _listed.where(_f.id == b("id"))
FAULTS_BY_ID = _listed.where(among(_f.id, "ids"), _f.ended_at.is_(None))
FAULT_LOAD = (
    sa.select(_f.assigned_to, sa.func.count().label("many"))
    .where(_f.ended_at.is_(None), _f.assigned_to.is_not(None))
    .group_by(_f.assigned_to)
)
_of_cause = sa.or_(b("of_cause", type_=sa.String) == "", _f.cause == b("of_cause"))
_parts = {"open": _f.ended_at.is_(None), "over": _f.ended_at.is_not(None)}
_at = sa.or_(among(_f.area_id, "places"), among(_f.gate_id, "places"))
LIST_FAULTS = {
    part: Keyset.of(_listed.where(condition, _of_cause), _f.opened_at, _f.id)
    for part, condition in _parts.items()
}
LIST_FAULTS_AT = {
    part: Keyset.of(_listed.where(condition, _of_cause, _at), _f.opened_at, _f.id)
    for part, condition in _parts.items()
}
_by_cause = sa.select(_f.cause, sa.func.count().label("many")).where(_f.ended_at.is_(None))
COUNT_FAULTS = _by_cause.group_by(_f.cause)
COUNT_FAULTS_AT = _by_cause.where(_at).group_by(_f.cause)
OPEN_IN_AREA = sa.select(
    sa.func.count().label("many"), sa.func.min(_f.opened_at).label("oldest")
).where(_f.ended_at.is_(None), _f.area_id == b("area_id"))
