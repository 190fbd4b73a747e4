"""The devices there are: added, edited, retired, listed."""

from datetime import datetime
from typing import Any

from domain.admission.devices import store
from domain.admission.devices.model import DeviceInput, Presence
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import places
from domain.operation.audit import record
from domain.operation.places import PlaceKind


async def get(tx: Tx, device_id: str) -> Any:
    """A device's row, also when it is retired. Its secrets are hashes and sealed bytes."""
    row = await tx.one(store.GET_DEVICE, id=device_id)
    if row is None:
        raise NotFound()
    return row


async def names(tx: Tx, device_ids: list[str]) -> dict[str, str]:
    """What devices are called, also those that are retired."""
    return {row.id: row.name for row in await tx.rows(store.NAMES, ids=device_ids)}


async def add(tx: Tx, given: DeviceInput, actor: Actor, now: datetime) -> str:
    """A device that is not paired yet; its id is also its name at the broker."""
    await check_place(tx, given)
    device_id = ids.new_id()
    tx.add(
        store.ADD_DEVICE,
        id=device_id,
        name=given.name,
        kind=given.kind.value,
        gate_id=given.gate_id,
        area_id=given.area_id,
        presence=Presence.NEVER.value,
        config=given.config,
        created_at=now,
    )
    record(
        tx,
        actor,
        "device.added",
        device_id,
        now,
        after=given.model_dump(mode="json"),
        area_id=given.area_id,
    )
    return device_id


async def edit(
    tx: Tx, device_id: str, given: DeviceInput, version: int, actor: Actor, now: datetime
) -> None:
    """Write all fields; another configuration gets the next revision and goes to the device."""
    old = await get(tx, device_id)
    await check_place(tx, given)
    changed = await tx.one(
        store.EDIT_DEVICE,
        device_id=device_id,
        seen_version=version,
        to_name=given.name,
        to_kind=given.kind.value,
        to_gate_id=given.gate_id,
        to_area_id=given.area_id,
        to_config=given.config,
        to_config_rev=old.config_rev + (given.config != old.config),
    )
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    fields = given.model_dump(mode="json")
    different = {name for name in fields if getattr(old, name) != fields[name]}
    record(
        tx,
        actor,
        "device.changed",
        device_id,
        now,
        before={name: getattr(old, name) for name in different},
        after={name: fields[name] for name in different},
    )


async def retire(tx: Tx, device_id: str, version: int, actor: Actor, now: datetime) -> None:
    """Its secrets are forgotten at once: no broker and no gate lets it in again."""
    await get(tx, device_id)
    retired = await tx.one(store.RETIRE_DEVICE, device_id=device_id, seen_version=version, at=now)
    if retired is None:
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "device.retired", device_id, now)


async def check_place(tx: Tx, given: DeviceInput) -> None:
    """A device stands in its gate's area."""
    if await tx.one(store.AREA, area_id=given.area_id) is None:
        raise InvalidInput({"area_id": say("Choose one that is in use.")})
    if given.gate_id is None:
        return
    gate = await tx.one(store.GATE_AREA, gate_id=given.gate_id)
    if gate is None:
        raise InvalidInput({"gate_id": say("Choose one that is in use.")})
    if gate.area_id != given.area_id:
        raise InvalidInput({"gate_id": say("This gate belongs to another area.")})


async def keep_gate_of_devices(tx: Tx, gate_id: str, _now: datetime) -> None:
    """A gate is not retired while a device stands at it."""
    if await tx.rows(store.DEVICES_OF_GATE, gate_id=gate_id):
        raise Conflict(say("Retire the devices of this gate first."))


places.guard_retirement(PlaceKind.GATE, keep_gate_of_devices)


async def directory(tx: Tx) -> list[Any]:
    """Every live device with what the hub needs: gate, configuration, what the broker compares."""
    return list(await tx.rows(store.DIRECTORY))


async def health(tx: Tx) -> list[Any]:
    """Every live device as the dashboard shows it, with its gate and its open alarms."""
    return list(await tx.rows(store.HEALTH))
