"""What devices complain about."""

from datetime import datetime
from typing import Any

from domain.admission.devices import store
from domain.admission.devices.model import Alarm
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.operation.audit import record


async def report_alarm(tx: Tx, device_id: str, alarm: Alarm, now: datetime) -> None:
    """An alarm, or its end; the same `aid` is the same alarm."""
    await tx.run(
        store.REPORT_ALARM,
        id=ids.new_id(),
        device_id=device_id,
        aid=alarm.aid,
        code=alarm.code.value,
        severity=alarm.severity.value,
        active=alarm.active,
        detail=alarm.detail[:400],
        raised_at=now,
        cleared_at=None if alarm.active else now,
    )


async def see_alarm(tx: Tx, alarm_id: str, actor: Actor, now: datetime) -> None:
    """Somebody of the staff looks after it."""
    if await tx.one(store.SEE_ALARM, alarm_id=alarm_id, by=actor.id, at=now) is None:
        raise Conflict()
    record(tx, actor, "device_alarm.seen", alarm_id, now)


async def active_alarms(tx: Tx, most: int = 100) -> list[Any]:
    """What is wrong now, newest first, with device and gate."""
    return list(await tx.rows(store.ACTIVE_ALARMS, most=most))


async def alarms_of(tx: Tx, device_id: str, most: int = 20) -> list[Any]:
    """What a device complained about, what is still wrong first."""
    return list(await tx.rows(store.ALARMS_OF, device_id=device_id, most=most))


async def get_alarm(tx: Tx, alarm_id: str) -> Any:
    row = await tx.one(store.GET_ALARM, id=alarm_id)
    if row is None:
        raise NotFound()
    return row
