"""What devices are told: a row first, sent by the hub, answered by the device."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.admission.devices import store
from domain.admission.devices.inventory import get
from domain.admission.devices.model import COMMAND_MOVES, CommandOp, CommandStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

LIFE = timedelta(seconds=30)  # a gate that opens half an hour later opens for somebody else
GRACE = timedelta(seconds=30)  # for the answer to a command that was carried out in time
NEEDS_REASON = frozenset({CommandOp.OPEN, CommandOp.FREE, CommandOp.LOCK})


async def command(
    tx: Tx,
    device_id: str,
    op: CommandOp,
    args: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    life: timedelta = LIFE,
) -> str:
    """Tell a device something, before `life` is over or not at all. Opening, freeing and locking
    a gate need a reason. The hub sends what waits."""
    device = await get(tx, device_id)
    if device.retired_at is not None or device.secret_hash is None:
        raise Conflict(say("This device is not paired."))
    reason = reason.strip()
    if op in NEEDS_REASON and not reason:
        raise InvalidInput({"reason": say("Please give a reason.")})
    if len(reason) > 200:
        raise InvalidInput({"reason": say("At most {count} characters.", count=200)})
    command_id = ids.new_id()
    tx.add(
        store.ADD_COMMAND,
        id=command_id,
        device_id=device_id,
        op=op.value,
        args=dict(args),
        reason=reason,
        status=CommandStatus.WAITING.value,
        requested_by=actor.id,
        requested_at=now,
        expires_at=now + life,
    )
    record(tx, actor, "device.commanded", device_id, now, op=op.value, reason=reason or None)
    return command_id


async def command_gate(
    tx: Tx,
    gate_id: str,
    op: CommandOp,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[str]:
    """The same for every paired device of a gate. Conflict when it has none."""
    rows = await tx.rows(store.LIVE_DEVICES_OF_GATE, gate_id=gate_id)
    if not rows:
        raise Conflict(say("No device is paired with this gate."))
    return [await command(tx, row.id, op, {}, reason, actor, now) for row in rows]


async def has_device(tx: Tx, gate_id: str) -> bool:
    """Does a device of its own stand at this gate? A question."""
    return bool(await tx.rows(store.LIVE_DEVICES_OF_GATE, gate_id=gate_id))


async def waiting_commands(tx: Tx, most: int = 100) -> list[Any]:
    """What the hub has to send, oldest first; also what has expired meanwhile. A question."""
    return list(await tx.rows(store.WAITING_COMMANDS, most=most))


async def unanswered_commands(
    tx: Tx, sent_before: datetime, now: datetime, most: int = 100
) -> list[Any]:
    """Sent, in time still, and nothing heard: the device may not have got it. A question."""
    rows = await tx.rows(store.UNANSWERED_COMMANDS, sent_before=sent_before, at=now, most=most)
    return list(rows)


async def mark_sent(tx: Tx, command_id: str, now: datetime) -> bool:
    """The hub takes a command to send it. False when it expired or somebody else took it."""
    found = await tx.one(store.GET_COMMAND, id=command_id)
    if found is None or found.status != CommandStatus.WAITING or found.expires_at <= now:
        return False
    return await move(tx, found, CommandStatus.SENT, now, sent_at=now)


async def acknowledge(
    tx: Tx, device_id: str, command_id: str, status: CommandStatus, error: str, now: datetime
) -> bool:
    """What a device answers. A repeat changes nothing; so does an answer that cannot follow.
    False for a command that is not this device's."""
    found = await tx.one(store.GET_COMMAND, id=command_id)
    if found is None or found.device_id != device_id:
        return False
    if status in COMMAND_MOVES[CommandStatus(found.status)]:
        await move(tx, found, status, now, error=error[:200], sent_at=found.sent_at)
    return True


async def move(
    tx: Tx,
    found: Any,
    to: CommandStatus,
    now: datetime,
    *,
    error: str = "",
    sent_at: datetime | None = None,
) -> bool:
    moved = await tx.one(
        store.MOVE_COMMAND,
        command_id=found.id,
        from_status=found.status,
        to_status=to.value,
        to_error=error,
        to_sent_at=sent_at,
        to_answered_at=None if to is CommandStatus.SENT else now,
    )
    return moved is not None


async def expired_commands(tx: Tx, now: datetime) -> list[str]:
    """Commands whose time is over and that do not say so yet. A question."""
    return [row.id for row in await tx.rows(store.EXPIRED, at=now, before=now - GRACE)]


async def expire_commands(tx: Tx, now: datetime) -> list[str]:
    """Commands whose time is over; their ids. Run it every few seconds."""
    rows = await tx.rows(store.EXPIRE_COMMANDS, at=now, before=now - GRACE)
    return [row.id for row in rows]


async def commands_of(tx: Tx, device_id: str, most: int = 50) -> list[Any]:
    """What a device was told, newest first."""
    return list(await tx.rows(store.COMMANDS_OF, device_id=device_id, most=most))


async def get_command(tx: Tx, command_id: str) -> Any:
    row = await tx.one(store.GET_COMMAND, id=command_id)
    if row is None:
        raise NotFound()
    return row
