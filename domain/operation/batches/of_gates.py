"""Gates changed together: open or closed, and how long they wait for whoever was let in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.operation import places
from domain.operation.batches.applying import register
from domain.operation.batches.groups import FieldGroup, no_values
from domain.operation.batches.model import Change, Subject, Value, ValueKind
from domain.operation.places import PlaceKind
from domain.operation.places.inputs import GateInput
from domain.operation.places.model import GateStatus
from domain.operation.staff import Permission, SignedIn

SECONDS = range(1, 601)  # as GateInput has it


async def read_states(tx: Tx, gate_ids: Sequence[str]) -> list[Subject]:
    return await _read(tx, gate_ids, "status")


async def read_seconds(tx: Tx, gate_ids: Sequence[str]) -> list[Subject]:
    return await _read(tx, gate_ids, "hold_seconds")


async def _read(tx: Tx, gate_ids: Sequence[str], field: str) -> list[Subject]:
    """Gates in use; what BY_ATTRIBUTE looks at is the check site."""
    wanted = set(gate_ids)
    sites = {row.id: row.name_zh for row in await places.list_places(tx, PlaceKind.CHECK_SITE)}
    return [
        Subject(
            row.id,
            f"{row.code} {row.name_zh}",
            row.version,
            str(getattr(row, field)),
            row.area_id,
            sites.get(row.check_site_id, ""),
            row.id,
        )
        for row in await places.list_places(tx, PlaceKind.GATE)
        if row.id in wanted
    ]


async def states(tx: Tx, area_id: str) -> list[Value]:
    return [Value(state.value) for state in GateStatus]


async def write_state(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await _write(tx, change, actor, now, status=GateStatus(change.value))


async def write_seconds(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    await _write(tx, change, actor, now, hold_seconds=int(change.value or 0))


async def judge_seconds(tx: Tx, who: SignedIn, subject: Subject, value: str) -> Message | None:
    if int(value or 0) in SECONDS:
        return None
    return say("From {least} to {most} seconds.", least=SECONDS[0], most=SECONDS[-1])


async def _write(tx: Tx, change: Change, actor: Actor, now: datetime, **changed: Any) -> None:
    row = await places.get_place(tx, PlaceKind.GATE, change.row_id)
    given = GateInput.model_validate({**row._asdict(), **changed})
    version = change.version
    await places.change_place(tx, PlaceKind.GATE, row.id, given, actor, now, version=version)


register(
    FieldGroup(
        "gate",
        "status",
        say("State"),
        say("Batch change: gates open or closed"),
        Permission.PLACES_EDIT,
        None,
        read_states,
        states,
        write_state,
        words=GateStatus,
        attribute=say("Check site"),
    )
)
register(
    FieldGroup(
        "gate",
        "hold_seconds",
        say("Free again without a passage after"),
        say("Batch change: when gates are free again"),
        Permission.PLACES_EDIT,
        None,
        read_seconds,
        no_values,
        write_seconds,
        kind=ValueKind.COUNT,
        attribute=say("Check site"),
        judge=judge_seconds,
    )
)
