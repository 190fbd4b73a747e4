"""Devices changed together: the gate at which they stand, and what they are called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.admission.devices import inventory, store
from domain.admission.devices.model import DeviceInput, DeviceKind
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.operation import batches
from domain.operation.batches import Change, FieldGroup, Subject, Value, ValueKind
from domain.operation.staff import Permission, SignedIn


async def read(tx: Tx, device_ids: Sequence[str]) -> list[Subject]:
    """Devices in use; what BY_ATTRIBUTE looks at is the kind."""
    return [
        Subject(
            row.id,
            row.name,
            row.version,
            row.gate_id or "",
            row.area_id,
            row.kind,
            row.gate_id or "",
        )
        for row in await tx.rows(store.DEVICES_BY_ID, ids=list(device_ids))
    ]


async def values(tx: Tx, area_id: str) -> list[Value]:
    """The area's gates, each with how many devices stand there."""
    return [Value(*row) for row in await tx.rows(store.GATES_WITH_LOAD, area_id=area_id)]


async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    row = await inventory.get(tx, change.row_id)
    given = _input(row, gate_id=change.value or None)
    await inventory.edit(tx, row.id, given, change.version, actor, now)


async def read_names(tx: Tx, device_ids: Sequence[str]) -> list[Subject]:
    return [row._replace(value=row.label) for row in await read(tx, device_ids)]


async def rename(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    row = await inventory.get(tx, change.row_id)
    given = _input(row, name=change.value)
    await inventory.edit(tx, row.id, given, change.version, actor, now)


def _input(row: Any, **changed: Any) -> DeviceInput:
    """A device as it is, but for what is changed."""
    as_it_is = {
        "name": row.name,
        "kind": DeviceKind(row.kind),
        "area_id": row.area_id,
        "gate_id": row.gate_id,
        "config": dict(row.config),
    }
    return DeviceInput(**{**as_it_is, **changed})


async def judge(tx: Tx, who: SignedIn, subject: Subject, gate_id: str) -> Message | None:
    """Who looks after some gates only moves devices among them."""
    edit = Permission.DEVICES_EDIT
    if who.may(edit, subject.area_id) or who.may(edit, gate_id):
        return None
    return say("You do not look after this gate.")


batches.register(
    FieldGroup(
        noun="device",
        field="gate",
        label=say("Gate"),
        title=say("Batch change: gates of devices"),
        permission=Permission.DEVICES_EDIT,
        checked_by=Permission.DEVICES_EDIT,
        read=read,
        values=values,
        write=write,
        judge=judge,
        attribute=say("Kind"),
        attribute_words=DeviceKind,
    )
)
batches.register(
    FieldGroup(
        noun="device",
        field="name",
        label=say("Name"),
        title=say("Batch change: names of devices"),
        permission=Permission.DEVICES_EDIT,
        checked_by=None,
        read=read_names,
        values=batches.no_values,
        write=rename,
        kind=ValueKind.LINE,
    )
)
