"""Every statement over devices, their pairing, commands and alarms."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.admission.devices.tables import (
    device_alarms,
    device_commands,
    devices,
    pairing_attempts,
    pairing_codes,
)
from domain.kernel.columns import Bytes, Json, UtcDateTime
from domain.kernel.db import among
from domain.operation.places.tables import areas, gates

_d, _c, _l, _p, _t = (
    devices.c,
    device_commands.c,
    device_alarms.c,
    pairing_codes.c,
    pairing_attempts.c,
)


def _moment(name: str) -> sa.BindParameter[Any]:
    return b(name, type_=UtcDateTime)


# -- the devices there are

ADD_DEVICE = devices.insert()
GET_DEVICE = sa.select(devices).where(_d.id == b("id"))
GATE_AREA = sa.select(gates.c.area_id).where(
    gates.c.id == b("gate_id"), gates.c.retired_at.is_(None)
)
NAMES = sa.select(_d.id, _d.name).where(among(_d.id, "ids"))
DEVICES_BY_ID = sa.select(devices).where(among(_d.id, "ids"), _d.retired_at.is_(None))
GATES_WITH_LOAD = (
    sa.select(gates.c.id, gates.c.name_zh, gates.c.name_en, sa.func.count(_d.id).label("load"))
    .select_from(
        gates.outerjoin(devices, sa.and_(_d.gate_id == gates.c.id, _d.retired_at.is_(None)))
    )
    .where(gates.c.area_id == b("area_id"), gates.c.retired_at.is_(None))
    .group_by(gates.c.id, gates.c.name_zh, gates.c.name_en, gates.c.number)
    .order_by(gates.c.number, gates.c.id)
)
AREA = sa.select(areas.c.id).where(areas.c.id == b("area_id"), areas.c.retired_at.is_(None))
EDIT_DEVICE = (
    devices.update()
    .where(_d.id == b("device_id"), _d.version == b("seen_version"), _d.retired_at.is_(None))
    .values(
        name=b("to_name"),
        kind=b("to_kind"),
        gate_id=b("to_gate_id"),
        area_id=b("to_area_id"),
        config=b("to_config", type_=Json),
        config_rev=b("to_config_rev"),
        version=_d.version + 1,
    )
    .returning(_d.id)
)
RETIRE_DEVICE = (
    devices.update()
    .where(_d.id == b("device_id"), _d.version == b("seen_version"), _d.retired_at.is_(None))
    .values(
        retired_at=_moment("at"),
        secret_hash=None,
        broker_hash=None,
        secret_sealed=None,
        next_secret_hash=None,
        next_broker_hash=None,
        next_secret_sealed=None,
        presence="offline",
        presence_at=_moment("at"),
        version=_d.version + 1,
    )
    .returning(_d.id)
)
DIRECTORY = (
    sa.select(
        _d.id,
        _d.kind,
        _d.gate_id,
        _d.area_id,
        _d.boot,
        _d.presence,
        _d.config,
        _d.config_rev,
        _d.config_reported_rev,
        _d.heartbeat,
        _d.broker_hash,
        _d.next_broker_hash,
        _d.clock_offset_ms,
        _d.version,
        gates.c.open_ms,
    )
    .select_from(devices.outerjoin(gates, gates.c.id == _d.gate_id))
    .where(_d.retired_at.is_(None))
    .order_by(_d.id)
)
_alarms = (
    sa.select(sa.func.count())
    .select_from(device_alarms)
    .where(_l.device_id == _d.id, _l.active.is_(True))
    .scalar_subquery()
)
HEALTH = (
    sa.select(
        _d.id,
        _d.name,
        _d.kind,
        _d.area_id,
        _d.gate_id,
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
        gates.c.status.label("gate_status"),
        _d.presence,
        _d.presence_at,
        _d.seen_at,
        _d.mode,
        _d.queued,
        _d.clock_offset_ms,
        _d.config_rev,
        _d.config_reported_rev,
        _d.bad_messages,
        _d.model,
        _d.serial,
        _d.info,
        _d.paired_at,
        _alarms.label("alarms"),
    )
    .select_from(devices.outerjoin(gates, gates.c.id == _d.gate_id))
    .where(_d.retired_at.is_(None))
    .order_by(_d.name, _d.id)
)

# -- secrets

BY_SECRET = sa.select(
    _d.id, _d.gate_id, _d.area_id, (_d.next_secret_hash == b("hashed")).label("is_next")
).where(
    sa.or_(_d.secret_hash == b("hashed"), _d.next_secret_hash == b("hashed")),
    _d.retired_at.is_(None),
)
SET_SECRET = (
    devices.update()
    .where(_d.id == b("device_id"), _d.retired_at.is_(None))
    .values(
        secret_hash=b("hashed"),
        broker_hash=b("for_broker"),
        secret_sealed=b("sealed", type_=Bytes),
        next_secret_hash=None,
        next_broker_hash=None,
        next_secret_sealed=None,
        serial=b("to_serial"),
        model=b("to_model"),
        boot="",
        paired_at=_moment("at"),
        version=_d.version + 1,
    )
    .returning(_d.id)
)
SET_CONFIG = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(config=b("to_config"), config_rev=_d.config_rev + 1)
    .returning(_d.id)
)
SET_NEXT_SECRET = (
    devices.update()
    .where(_d.id == b("device_id"), _d.retired_at.is_(None), _d.secret_hash.is_not(None))
    .values(
        next_secret_hash=b("hashed"),
        next_broker_hash=b("for_broker"),
        next_secret_sealed=b("sealed", type_=Bytes),
        version=_d.version + 1,
    )
    .returning(_d.id)
)
TAKE_NEXT_SECRET = (
    devices.update()
    .where(_d.id == b("device_id"), _d.next_secret_hash.is_not(None))
    .values(
        secret_hash=_d.next_secret_hash,
        broker_hash=_d.next_broker_hash,
        secret_sealed=_d.next_secret_sealed,
        next_secret_hash=None,
        next_broker_hash=None,
        next_secret_sealed=None,
        version=_d.version + 1,
    )
    .returning(_d.id)
)

# -- pairing

ADD_PAIRING_CODE = pairing_codes.insert()
END_PAIRING_CODES = (
    pairing_codes.update()
    .where(_p.device_id == b("of_device_id"), _p.used_at.is_(None))
    .values(expires_at=_moment("at"))
)
USE_PAIRING_CODE = (
    pairing_codes.update()
    .where(_p.code_hash == b("hashed"), _p.used_at.is_(None), _p.expires_at > _moment("at"))
    .values(used_at=_moment("at"))
    .returning(_p.device_id)
)
COUNT_ATTEMPTS = sa.select(sa.func.count().label("tries")).where(
    _t.address == b("address"), _t.at > _moment("since")
)
ADD_ATTEMPT = pairing_attempts.insert()
FORGET_ATTEMPTS = pairing_attempts.delete().where(_t.at < _moment("before"))

# -- presence

REPORT_STATE = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(
        presence=b("to_presence"),
        boot=b("to_boot"),
        queued=b("to_queued"),
        presence_at=_moment("since"),
        seen_at=_moment("seen"),
    )
)
REPORT_INFO = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(
        info=b("to_info", type_=Json),
        model=b("to_model"),
        serial=b("to_serial"),
        seen_at=_moment("seen"),
    )
)
REPORT_CONFIG = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(
        config_reported_rev=b("to_rev"),
        config_errors=b("to_errors", type_=Json),
        seen_at=_moment("seen"),
    )
)
REPORT_HEARTBEAT = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(
        presence=b("to_presence"),
        presence_at=_moment("since"),
        boot=b("to_boot"),
        mode=b("to_mode"),
        queued=b("to_queued"),
        clock_offset_ms=b("to_offset"),
        heartbeat=b("to_heartbeat", type_=Json),
        seen_at=_moment("seen"),
    )
)
_silent = sa.and_(_d.presence.in_(["online", "degraded"]), _d.seen_at < _moment("before"))
SILENT = sa.select(_d.id).where(_silent)
SWEEP_SILENT = (
    devices.update()
    .where(_silent)
    .values(presence="offline", presence_at=_moment("at"))
    .returning(_d.id)
)
COUNT_BAD = (
    devices.update()
    .where(_d.id == b("device_id"))
    .values(
        bad_messages=_d.bad_messages + b("more", type_=sa.Integer), bad_message_at=_moment("at")
    )
)

# -- commands

ADD_COMMAND = device_commands.insert()
GET_COMMAND = sa.select(device_commands).where(_c.id == b("id"))
WAITING_COMMANDS = (
    sa.select(device_commands)
    .where(_c.status == "waiting")
    .order_by(_c.requested_at, _c.id)
    .limit(b("most", type_=sa.Integer))
)
UNANSWERED_COMMANDS = (
    sa.select(device_commands)
    .where(_c.status == "sent", _c.sent_at < _moment("sent_before"), _c.expires_at > _moment("at"))
    .order_by(_c.requested_at, _c.id)
    .limit(b("most", type_=sa.Integer))
)
MOVE_COMMAND = (
    device_commands.update()
    .where(_c.id == b("command_id"), _c.status == b("from_status"))
    .values(
        status=b("to_status"),
        error=b("to_error"),
        sent_at=b("to_sent_at", type_=UtcDateTime),
        answered_at=b("to_answered_at", type_=UtcDateTime),
    )
    .returning(_c.id)
)
_expired = sa.and_(
    _c.status.in_(["waiting", "sent", "accepted"]),
    sa.or_(
        sa.and_(_c.status == "waiting", _c.expires_at < _moment("at")),
        _c.expires_at < _moment("before"),  # a device that answers late still has its grace
    ),
)
EXPIRED = sa.select(_c.id).where(_expired)
EXPIRE_COMMANDS = (
    device_commands.update()
    .where(_expired)
    .values(status="expired", answered_at=_moment("at"))
    .returning(_c.id)
)
COMMANDS_OF = (
    sa.select(device_commands)
    .where(_c.device_id == b("device_id"))
    .order_by(_c.requested_at.desc(), _c.id.desc())
    .limit(b("most", type_=sa.Integer))
)
DEVICES_OF_GATE = sa.select(_d.id).where(_d.gate_id == b("gate_id"), _d.retired_at.is_(None))
LIVE_DEVICES_OF_GATE = sa.select(_d.id).where(
    _d.gate_id == b("gate_id"), _d.retired_at.is_(None), _d.secret_hash.is_not(None)
)

# -- alarms

_alarm = insert(device_alarms).values(
    id=b("id"),
    device_id=b("device_id"),
    aid=b("aid"),
    code=b("code"),
    severity=b("severity"),
    active=b("active"),
    detail=b("detail"),
    raised_at=b("raised_at"),
    cleared_at=b("cleared_at"),
)
REPORT_ALARM = _alarm.on_conflict_do_update(
    index_elements=[_l.device_id, _l.aid],
    set_={
        "code": _alarm.excluded.code,
        "severity": _alarm.excluded.severity,
        "active": _alarm.excluded.active,
        "detail": _alarm.excluded.detail,
        "cleared_at": _alarm.excluded.cleared_at,
    },
)
SEE_ALARM = (
    device_alarms.update()
    .where(_l.id == b("alarm_id"), _l.seen_at.is_(None))
    .values(seen_by=b("by"), seen_at=_moment("at"))
    .returning(_l.id)
)
ACTIVE_ALARMS = (
    sa.select(
        device_alarms,
        _d.name.label("device_name"),
        _d.area_id,
        gates.c.name_zh.label("gate_zh"),
        gates.c.name_en.label("gate_en"),
    )
    .select_from(
        device_alarms.join(devices, _d.id == _l.device_id).outerjoin(
            gates, gates.c.id == _d.gate_id
        )
    )
    .where(_l.active.is_(True))
    .order_by(_l.raised_at.desc(), _l.id)
    .limit(b("most", type_=sa.Integer))
)
ALARMS_OF = (
    sa.select(device_alarms)
    .where(_l.device_id == b("device_id"))
    .order_by(_l.active.desc(), _l.raised_at.desc(), _l.id)
    .limit(b("most", type_=sa.Integer))
)
GET_ALARM = sa.select(device_alarms).where(_l.id == b("id"))
