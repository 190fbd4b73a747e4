"""Handing tickets over: owed until the page, the visitor or the staff say that they came out.

A kiosk that dies between the money and the paper shows at its next start what it still owes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.admission import devices, tickets
from domain.admission.devices import Alarm, AlarmCode, AlarmSeverity
from domain.admission.kiosks import store
from domain.admission.kiosks.model import (
    PRINTING_FAULTS,
    RECENT,
    Handout,
    HandoutEnd,
    HandoutKind,
)
from domain.admission.tickets import LIVING
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

OWED_FOR = timedelta(days=7)
MOST = 50


async def get(tx: Tx, handout_id: str, device_id: str) -> Handout:
    """A handout of this kiosk whose order is paid. NotFound otherwise. A question."""
    row = await tx.one(store.GET_HANDOUT, id=handout_id)
    if row is None or row.device_id != device_id or row.status not in ("paid", "part_refunded"):
        raise NotFound()
    return from_row(row)


async def of_order(tx: Tx, order_id: str, device_id: str) -> Handout | None:
    """The newest handout of an order at this kiosk. A question."""
    row = await tx.one(store.LAST_OF_ORDER, order_id=order_id, device_id=device_id)
    return None if row is None else from_row(row)


async def owed(
    tx: Tx, device_id: str, now: datetime, within: timedelta = OWED_FOR
) -> list[Handout]:
    """Paid and not handed over, newest first. A question."""
    rows = await tx.rows(store.OWED, device_id=device_id, since=now - within, most=MOST)
    return [from_row(row) for row in rows]


async def just_owed(tx: Tx, device_id: str, now: datetime) -> Handout | None:
    """What whoever stands here may still be waiting for. A question."""
    found = await owed(tx, device_id, now, RECENT)
    return found[0] if found else None


async def tickets_of(tx: Tx, handout: Handout) -> list[Any]:
    """The rows of a handout's tickets that a gate still takes. A question."""
    rows = await tickets.shown_of(tx, handout.order_id)
    wanted = set(handout.ticket_ids) or {row.id for row in rows}
    return [row for row in rows if row.id in wanted and row.status in LIVING]


async def end(
    tx: Tx, handout_id: str, device_id: str, how: HandoutEnd, actor: Actor, now: datetime
) -> None:
    """The visitor has the tickets. Saying it twice changes nothing."""
    handout = await get(tx, handout_id, device_id)
    if not await tx.one(store.END_HANDOUT, handout=handout_id, at=now, how=how.value):
        return
    if how is HandoutEnd.PRINTED:
        rows = await tickets_of(tx, handout)
        await tickets.mark_printed(tx, [row.id for row in rows], now)
    record(
        tx,
        actor,
        "kiosk.handed_over",
        device_id,
        now,
        order=handout.order_id,
        number=handout.order_number,
        how=how.value,
    )


async def fail(
    tx: Tx, handout_id: str, device_id: str, code: AlarmCode, actor: Actor, now: datetime
) -> None:
    """Nothing came out: it stays owed, and the kiosk stops selling until staff have looked."""
    await get(tx, handout_id, device_id)
    if await tx.one(store.FAIL_HANDOUT, handout=handout_id, what=code.value) is None:
        raise Conflict()
    await report_fault(tx, device_id, code, actor, now)


async def report_fault(
    tx: Tx, device_id: str, code: AlarmCode, actor: Actor, now: datetime
) -> None:
    """Out of paper, or a printer that does not print: said by the page, a visitor or staff."""
    await say_fault(tx, device_id, code, True, now)
    record(tx, actor, "kiosk.fault_reported", device_id, now, fault=code.value)


async def clear_fault(tx: Tx, device_id: str, code: AlarmCode, actor: Actor, now: datetime) -> None:
    """Staff have put paper in, or the printer right."""
    await say_fault(tx, device_id, code, False, now)
    record(tx, actor, "kiosk.fault_cleared", device_id, now, fault=code.value)


async def say_fault(
    tx: Tx, device_id: str, code: AlarmCode, is_active: bool, now: datetime
) -> None:
    if code not in PRINTING_FAULTS:
        raise InvalidInput({"fault": say("Choose one of the list.")})
    alarm = Alarm(f"kiosk:{code.value}", code, AlarmSeverity.CRIT, is_active)
    await devices.report_alarm(tx, device_id, alarm, now)


def from_row(row: Any) -> Handout:
    ticket_ids: Sequence[str] = list(row.ticket_ids)
    return Handout(
        row.id,
        row.device_id,
        row.order_id,
        row.order_number,
        HandoutKind(row.kind),
        ticket_ids,
        row.made_at,
        row.ended_at,
        row.fault,
    )
