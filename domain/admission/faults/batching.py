"""Exceptions of devices shared out: who is to look after them."""

from collections.abc import Sequence
from datetime import datetime

from domain.admission.faults import store
from domain.admission.faults.handling import assign
from domain.admission.faults.model import FaultCause
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation import batches
from domain.operation.batches import Change, FieldGroup, Subject, Value
from domain.operation.staff import Permission, people


async def read(tx: Tx, fault_ids: Sequence[str]) -> list[Subject]:
    """Open ones; what BY_ATTRIBUTE looks at is the cause."""
    return [
        Subject(
            row.id,
            f"{row.device_name} {row.opened_at:%m-%d %H:%M}Z",
            0,
            row.assigned_to or "",
            row.area_id,
            row.cause,
            row.gate_id or "",
        )
        for row in await tx.rows(store.FAULTS_BY_ID, ids=list(fault_ids))
    ]


async def values(tx: Tx, area_id: str) -> list[Value]:
    """Whoever may look after devices of the area, and how many open ones they have."""
    load = {row.assigned_to: row.many for row in await tx.rows(store.FAULT_LOAD)}
    return [
        Value(row.id, f"{row.name} ({row.login})", "", load.get(row.id, 0))
        for row in await people.who_may(tx, Permission.DEVICES_HANDLE, {area_id})
    ]


async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await assign(tx, change.row_id, change.value or None, actor, now)


batches.register(
    FieldGroup(
        noun="fault",
        field="assignee",
        label=say("Looked after by"),
        title=say("Batch change: who looks after device exceptions"),
        permission=Permission.DEVICES_HANDLE,
        checked_by=None,
        read=read,
        values=values,
        write=write,
        attribute=say("Cause"),
        attribute_words=FaultCause,
    )
)
