"""People look after exceptions of devices."""

from datetime import datetime
from typing import Any

from domain.admission.faults import store
from domain.admission.faults.looking import get
from domain.admission.faults.model import FaultCause, FaultStatus
from domain.admission.faults.watching import signs
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record
from domain.operation.staff import Permission, people


async def acknowledge(tx: Tx, fault_id: str, actor: Actor, now: datetime) -> None:
    """Somebody has seen it. Conflict when somebody had, or when it is over."""
    row = await get(tx, fault_id)
    if await tx.one(store.ACKNOWLEDGE_FAULT, fault_id=fault_id, by=actor.id, at=now) is None:
        raise Conflict()
    before, after = {"status": row.status}, {"status": FaultStatus.SEEN.value}
    record(tx, actor, "fault.seen", fault_id, now, before=before, after=after, area_id=row.area_id)


async def assign(tx: Tx, fault_id: str, staff_id: str | None, actor: Actor, now: datetime) -> None:
    """Say who looks after it. Conflict when it is over."""
    row = await get(tx, fault_id)
    if staff_id is not None:
        able = {one.id for one in await who_handles(tx, row)}
        if staff_id not in able:
            raise InvalidInput({"staff_id": say("Choose one of the list.")})
    if await tx.one(store.ASSIGN_FAULT, fault_id=fault_id, to=staff_id) is None:
        raise Conflict()
    record(
        tx,
        actor,
        "fault.assigned",
        fault_id,
        now,
        before={"staff_ids": [row.assigned_to] if row.assigned_to else []},
        after={"staff_ids": [staff_id] if staff_id else []},
        area_id=row.area_id,
    )


async def resolve(tx: Tx, fault_id: str, note: str, actor: Actor, now: datetime) -> None:
    """Somebody has dealt with it. What still stands ends only with its cause."""
    note = note.strip()
    if not note or len(note) > 400:
        raise InvalidInput({"note": say("Say what was done.")})
    row = await get(tx, fault_id)
    sign = (await signs(tx, now)).get((row.device_id, FaultCause(row.cause).value))
    if row.ended_at is None and sign is not None and sign.stands:
        raise Conflict(say("The cause is not over yet: it ends by itself with its cause."))
    status = FaultStatus.RESOLVED.value
    resolved = await tx.one(
        store.END_FAULT, fault_id=fault_id, to_status=status, at=now, by=actor.id, to_note=note
    )
    if resolved is None:
        raise Conflict()
    record(
        tx,
        actor,
        "fault.resolved",
        fault_id,
        now,
        before={"status": row.status},
        after={"status": status, "note": note},
        area_id=row.area_id,
    )


async def who_handles(tx: Tx, fault: Any) -> list[Any]:
    """Whoever may look after it, where it is: rows of the staff."""
    return await people.who_may(tx, Permission.DEVICES_HANDLE, {fault.area_id, fault.gate_id})
