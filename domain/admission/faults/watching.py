"""What devices say of themselves becomes exceptions, and their end."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from domain.admission.faults import store
from domain.admission.faults.model import (
    AGAIN,
    CAUSE_OF_ALARM,
    MOMENT,
    UNREAD,
    FaultCause,
    FaultStatus,
    Sign,
    Step,
    Verb,
    is_newer,
    steps,
    together,
)
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import settings
from domain.operation.audit import record

AT_ONCE = 200  # exceptions in one act; the next look does the next ones


async def signs(tx: Tx, now: datetime) -> dict[tuple[str, str], Sign]:
    """What is wrong by device and cause. A question."""
    return together([sign async for sign in _signs(tx, now)])


async def _signs(tx: Tx, now: datetime) -> AsyncIterator[Sign]:
    chosen = await settings.current(tx)
    for row in await tx.rows(store.OFFLINE):
        yield _sign(row, FaultCause.OFFLINE, row.presence_at, True)
    for row in await tx.rows(store.CLOCKS, most_off=chosen.fault_clock_off_ms):
        yield _sign(row, FaultCause.CLOCK, None, True, abs(row.clock_offset_ms))
    for row in await tx.rows(store.UNREADABLE, unread_since=now - UNREAD):
        yield _sign(row, FaultCause.MESSAGES, row.bad_message_at, False, row.bad_messages)
    alarms = await tx.rows(store.ACTIVE_ALARMS)
    alarms += await tx.rows(store.PAST_ALARMS, raised_since=now - MOMENT)
    for row in alarms:
        cause = CAUSE_OF_ALARM.get(row.code, FaultCause.ALARM)
        words = f"{row.code}: {row.detail}" if row.detail else row.code
        yield _sign(row, cause, row.raised_at, row.active)._replace(detail=words[:400])
    lately = now - timedelta(minutes=chosen.fault_refusals_minutes)
    wanted = {"lately": lately, "many_refusals": chosen.fault_refusals}
    for row in await tx.rows(store.REFUSALS, **wanted):
        yield _sign(row, FaultCause.REFUSALS, row.last_at, False, row.many)


def _sign(row: Any, cause: FaultCause, at: datetime | None, stands: bool, figure: int = 0) -> Sign:
    return Sign(row.id, row.area_id, row.gate_id, cause, at, stands, figure)


async def must_look(tx: Tx, now: datetime) -> bool:
    """Is anything not as it is written down? A question; mostly the answer is no."""
    return bool(await _steps(tx, now))


async def look(tx: Tx, now: datetime) -> int:
    """Open, open again and end what has changed; how many were written. Looking twice does
    nothing."""
    found = await _steps(tx, now)
    for step in found:
        await WRITE[step.verb](tx, step, now)
    return len(found)


async def _steps(tx: Tx, now: datetime) -> list[Step]:
    told = await signs(tx, now)
    open_rows = await tx.rows(store.OPEN_FAULTS)
    known = {(row.device_id, row.cause) for row in open_rows}
    new = sorted({device_id for device_id, cause in told if (device_id, cause) not in known})
    over = []
    if new:
        over = await tx.rows(store.ENDED_FAULTS, device_ids=new, ended_since=now - AGAIN)
    return list(islice(steps(told, open_rows, over), AT_ONCE))


async def _open(tx: Tx, step: Step, now: datetime) -> None:
    sign = _told(step)
    opened = await tx.one(
        store.OPEN_FAULT,
        id=ids.new_id(),
        device_id=sign.device_id,
        area_id=sign.area_id,
        gate_id=sign.gate_id,
        cause=sign.cause.value,
        figure=sign.figure,
        detail=sign.detail,
        opened_at=now,
        last_at=sign.at or now,
    )
    if opened is not None:
        after = {"cause": sign.cause.value, "device": sign.device_id}
        record(tx, SYSTEM, "fault.opened", opened.id, now, after=after, area_id=sign.area_id)


async def _reopen(tx: Tx, step: Step, now: datetime) -> None:
    sign, row = _told(step), step.row
    reopened = await tx.one(
        store.REOPEN_FAULT,
        fault_id=row.id,
        to_area_id=sign.area_id,
        to_gate_id=sign.gate_id,
        to_figure=sign.figure,
        to_detail=sign.detail,
        at=max(sign.at or now, row.last_at),
    )
    if reopened is not None:
        before, after = {"status": row.status}, {"status": FaultStatus.OPEN.value}
        area_id = sign.area_id
        record(
            tx, SYSTEM, "fault.reopened", row.id, now, before=before, after=after, area_id=area_id
        )


async def _update(tx: Tx, step: Step, _now: datetime) -> None:
    """No audit: nothing has changed but how often it came. Refusals come one by one."""
    sign, row = _told(step), step.row
    newly = is_newer(sign, row)
    await tx.one(
        store.UPDATE_FAULT,
        fault_id=row.id,
        to_figure=max(sign.figure, row.figure),
        to_detail=sign.detail or row.detail,
        at=sign.at if newly else row.last_at,
        more=int(newly and sign.stands),
    )


async def _end(tx: Tx, step: Step, now: datetime) -> None:
    row = step.row
    status = FaultStatus.ENDED.value
    ended = await tx.one(
        store.END_FAULT, fault_id=row.id, to_status=status, at=now, by=None, to_note=""
    )
    if ended is not None:
        before, after = {"status": row.status}, {"status": status}
        area_id = row.area_id
        record(tx, SYSTEM, "fault.ended", row.id, now, before=before, after=after, area_id=area_id)


def _told(step: Step) -> Sign:
    if step.sign is None:
        raise ValueError("a step without its sign")
    return step.sign


WRITE = {Verb.OPEN: _open, Verb.REOPEN: _reopen, Verb.UPDATE: _update, Verb.END: _end}
