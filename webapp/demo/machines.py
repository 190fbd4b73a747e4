"""The demo's devices: at each gate a turnstile that the demo itself plays, and a handheld for
whoever wants to try the wire with a device of their own."""

from datetime import datetime
from typing import NamedTuple

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.demo.places import Area
from webapp.visitors import PLAYED


class Key(NamedTuple):
    """How a device proves who it is: its id is its name at the broker."""

    id: str
    secret: str
    gate: str  # the gate's id


async def build(tx: Tx, area: Area, vault: Vault, now: datetime) -> None:
    for gate_id in area.gates.values():
        gate = await places.get_place(tx, PlaceKind.GATE, gate_id)
        for kind, word in ((DeviceKind.TURNSTILE, "闸机"), (DeviceKind.HANDHELD, "手持机")):
            given = DeviceInput(
                name=f"{gate.name_zh}{word}",
                kind=kind,
                area_id=area.id,
                gate_id=gate_id,
                config=PLAYED if kind is DeviceKind.TURNSTILE else {},
            )
            device_id = await devices.add(tx, given, SYSTEM, now)
            await devices.issue_secret(tx, device_id, vault, SYSTEM, now)


async def keys(tx: Tx, kind: DeviceKind, vault: Vault) -> list[Key]:
    """The secrets of the demo's devices of a kind, by gate."""
    found = []
    for row in await devices.directory(tx):
        if row.kind == kind and row.gate_id is not None:
            secret = await devices.mac_secret(tx, row.id, vault)
            if secret is not None:
                found.append(Key(row.id, secret, row.gate_id))
    return found
