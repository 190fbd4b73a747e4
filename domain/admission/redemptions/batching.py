"""Incidents shared out: who is to look at them."""

from collections.abc import Sequence
from datetime import datetime

from domain.admission.redemptions import by_hand, store
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation import batches
from domain.operation.batches import Change, FieldGroup, Subject, Value
from domain.operation.staff import Permission, people


async def read(tx: Tx, incident_ids: Sequence[str]) -> list[Subject]:
    """Open ones; what BY_ATTRIBUTE looks at is the gate."""
    return [
        Subject(
            row.id,
            f"{row.raised_at:%m-%d %H:%M}Z {row.gate_zh or ''} {row.reason}".strip(),
            0,
            row.assigned_to or "",
            row.area_id,
            row.gate_zh or "",
            row.gate_id or "",
        )
        for row in await tx.rows(store.INCIDENTS_BY_ID, ids=list(incident_ids))
    ]


async def who_settles(tx: Tx, area_id: str) -> list[Value]:
    """Whoever may settle incidents of the area, and how many open ones they have."""
    load = {row.assigned_to: row.many for row in await tx.rows(store.INCIDENT_LOAD)}
    return [
        Value(row.id, f"{row.name} ({row.login})", "", load.get(row.id, 0))
        for row in await people.who_may(tx, Permission.GATES_COMMAND, {area_id})
    ]


async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await by_hand.assign_incident(tx, change.row_id, change.value or None, actor, now)


batches.register(
    FieldGroup(
        noun="incident",
        field="assignee",
        label=say("Looked after by"),
        title=say("Batch change: who looks after incidents"),
        permission=Permission.GATES_COMMAND,
        checked_by=None,
        read=read,
        values=who_settles,
        write=write,
        attribute=say("Gate"),
    )
)
