"""What devices say of themselves. Cheap: no audit, and a row is written only when it says more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.admission.devices import store
from domain.admission.devices.model import HEARTBEAT, SILENCE, Presence, Report
from domain.kernel.db import Tx

JITTER = timedelta(seconds=1)  # a heartbeat that comes a little early still counts


async def report_state(
    tx: Tx, device_id: str, presence: Presence, boot: str, queued: int, now: datetime
) -> bool:
    """Its state, or the will that the broker speaks for it. False when it says nothing that
    counts: an `offline` of a start that is not the present one, or of an unknown device."""
    device = await tx.one(store.GET_DEVICE, id=device_id)
    if device is None or device.retired_at is not None:
        return False
    if presence is Presence.OFFLINE and device.boot not in ("", boot):
        return False
    same = device.presence == presence
    await tx.run(
        store.REPORT_STATE,
        device_id=device_id,
        to_presence=presence.value,
        to_boot=boot,
        to_queued=queued,
        since=device.presence_at if same else now,
        seen=device.seen_at if presence is Presence.OFFLINE else now,
    )
    return True


async def report_info(tx: Tx, device_id: str, info: Mapping[str, Any], now: datetime) -> None:
    """Model, firmware, what it can do."""
    await tx.run(
        store.REPORT_INFO,
        device_id=device_id,
        to_info=dict(info),
        to_model=str(info.get("model", ""))[:80],
        to_serial=str(info.get("serial", ""))[:80],
        seen=now,
    )


async def report_config(
    tx: Tx, device_id: str, rev: int, errors: Mapping[str, str] | None, now: datetime
) -> None:
    """Which configuration it runs, and what of it made no sense."""
    await tx.run(
        store.REPORT_CONFIG,
        device_id=device_id,
        to_rev=rev,
        to_errors=None if errors is None else dict(errors),
        seen=now,
    )


async def report_heartbeat(
    tx: Tx, device_id: str, report: Report, heartbeat: Mapping[str, Any], now: datetime
) -> bool:
    """It lives. False when nothing was written: it said the same a moment ago, or it speaks for a
    start that is not the present one. Of a device that counts as gone, whatever start now speaks
    is the present one: heartbeats are not kept anywhere on their way."""
    device = await tx.one(store.GET_DEVICE, id=device_id)
    if device is None or device.retired_at is not None:
        return False
    was_here = device.presence in (Presence.ONLINE, Presence.DEGRADED)
    if was_here and device.boot not in ("", report.boot):
        return False
    fresh = device.seen_at is not None and now - device.seen_at < HEARTBEAT - JITTER
    same = (device.mode, device.queued) == (report.mode, report.queued)
    if was_here and fresh and same:
        return False
    await tx.run(
        store.REPORT_HEARTBEAT,
        device_id=device_id,
        to_presence=device.presence if was_here else Presence.ONLINE.value,
        since=device.presence_at if was_here else now,
        to_boot=report.boot,
        to_mode=report.mode,
        to_queued=report.queued,
        to_offset=report.clock_offset_ms,
        to_heartbeat=dict(heartbeat),
        seen=now,
    )
    return True


async def silent(tx: Tx, now: datetime) -> list[str]:
    """Devices that count as present and have missed three heartbeats. A question."""
    return [row.id for row in await tx.rows(store.SILENT, before=now - SILENCE)]


async def sweep_silent(tx: Tx, now: datetime) -> list[str]:
    """Devices that missed three heartbeats count as offline; their ids. Run every few seconds."""
    rows = await tx.rows(store.SWEEP_SILENT, before=now - SILENCE, at=now)
    return [row.id for row in rows]


async def count_bad_messages(tx: Tx, device_id: str, more: int, now: datetime) -> None:
    """Messages of a device that could not be read; shown beside it."""
    await tx.run(store.COUNT_BAD, device_id=device_id, more=more, at=now)
