"""People for pretend turnstiles: which gates there are, and who may show a code at them.

It only asks the domain. The turnstiles themselves are `devicehub.crowd`, put beside it by the
composition root.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.admission import devices, tickets
from domain.admission.devices import DeviceKind, Presence
from domain.admission.redemptions import Direction
from domain.admission.tickets.signing_keys import KeyRing
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import GateDirection, PlaceKind

AT_ONCE = 200  # codes that are signed for one question
PAUSE_SECONDS = 6.0  # between two people, over all gates
WAITING = 40  # people who stand in a queue
HERE = frozenset({Presence.ONLINE, Presence.DEGRADED})
PLAYED = {devices.SIMULATED: True}  # a device's settings: the demo itself speaks for it
LEAVES, TRIES_AGAIN = 0.4, 0.05  # of those at a gate for both ways; with a code that was used


class Gate(Protocol):
    """A turnstile that somebody plays."""

    async def scan(self, code: str, *, direction: Literal["in", "out"]) -> object: ...


class Entrance(NamedTuple):
    """A gate with a turnstile that we may play."""

    device_id: str
    secret: str
    gate_id: str
    area_id: str
    gate_bit: int
    direction: GateDirection
    is_played: bool  # by the demo itself
    zone: ZoneInfo  # the area's clock


async def turnstiles(tx: Tx, vault: Vault) -> list[Entrance]:
    """The turnstiles that the demo plays, in the order of the gates' codes. One that somebody
    added stands for a real thing: two that speak for one device would throw each other out."""
    return [one for one, _, _ in await _paired(tx, vault) if one.is_played]


async def absent(tx: Tx, vault: Vault) -> list[Entrance]:
    """Paired devices at gates that let people in, which nobody plays just now; turnstiles first."""
    found = [
        (kind != DeviceKind.TURNSTILE, one)
        for one, kind, presence in await _paired(tx, vault)
        if presence not in HERE and one.direction is not GateDirection.OUT
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


async def _paired(tx: Tx, vault: Vault) -> list[tuple[Entrance, str, str]]:
    """With each device's kind and presence."""
    bits = {row.id: 1 << row.scope_bit for row in await places.list_places(tx, PlaceKind.SPOT)}
    areas = await places.list_places(tx, PlaceKind.AREA)
    zones = {row.id: ZoneInfo(row.time_zone) for row in areas}
    gates = {row.id: row for row in await places.list_places(tx, PlaceKind.GATE)}
    found = []
    for device in await devices.directory(tx):
        gate = gates.get(device.gate_id)
        secret = gate and await devices.mac_secret(tx, device.id, vault)
        if gate is None or secret is None:
            continue
        bit = bits[gate.spot_id] if gate.spot_id else 1
        direction = GateDirection(gate.direction)
        is_played = device.config == PLAYED
        one = Entrance(
            device.id, secret, gate.id, gate.area_id, bit, direction, is_played, zones[gate.area_id]
        )
        found.append((gate.code, one, device.kind, device.presence))
    return [(one, kind, presence) for _, one, kind, presence in sorted(found)]


class Visitors:
    """Who may come and go."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._ring = db, KeyRing(db, vault)

    async def coming(self, entrance: Entrance, now: datetime, most: int) -> list[str]:
        """Codes of today's tickets that nobody has used yet."""
        today = local_day(now, entrance.zone)
        place = (entrance.area_id, entrance.gate_bit)
        return await self._codes(await self._db.ask(tickets.unused, *place, today, now, most))

    async def leaving(self, entrance: Entrance, now: datetime, most: int) -> list[str]:
        """Codes of those who are inside, first come first."""
        today = local_day(now, entrance.zone)
        found = await self._db.ask(tickets.inside, entrance.area_id, today, now, most)
        return await self._codes(found)

    async def _codes(self, ticket_ids: Sequence[str]) -> list[str]:
        codes = []
        for start in range(0, len(ticket_ids), AT_ONCE):
            chunk = ticket_ids[start : start + AT_ONCE]
            prints = await self._db.ask(tickets.printed, chunk)
            codes += [await self._ring.sign(one.body) for one in prints]
        return codes


class Stroll:
    """An ordinary day, seen from the gates: somebody comes, somebody leaves, somebody tries twice.

    Each step is one person. Without tickets for today nobody comes.
    """

    def __init__(
        self, visitors: Visitors, gates: Sequence[tuple[Entrance, Gate]], chance: random.Random
    ) -> None:
        self._visitors, self._gates, self._chance = visitors, gates, chance
        self._queues: dict[tuple[str, int, Direction], list[str]] = {}
        self._last: dict[int, str] = {}  # the code that was shown last, by what it is good for

    async def go_on(self, clock: Callable[[], datetime], seconds: float) -> None:
        """For so long, or until the person who came last is through."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.expovariate(1 / PAUSE_SECONDS))
            await self.step(clock())

    async def step(self, now: datetime) -> None:
        entrance, gate = self._chance.choice(self._gates)
        way = self._way(entrance)
        code = await self._code(entrance, way, now)
        if code is not None:
            await gate.scan(code, direction=way.value)

    def _way(self, entrance: Entrance) -> Direction:
        if entrance.direction is GateDirection.BOTH:
            return Direction.OUT if self._chance.random() < LEAVES else Direction.IN
        return Direction(entrance.direction)

    async def _code(self, entrance: Entrance, way: Direction, now: datetime) -> str | None:
        if way is Direction.IN and self._chance.random() < TRIES_AGAIN:
            return self._last.get(entrance.gate_bit)
        key = (entrance.area_id, entrance.gate_bit, way)
        if not self._queues.get(key):
            fetch = self._visitors.coming if way is Direction.IN else self._visitors.leaving
            self._queues[key] = await fetch(entrance, now, WAITING)
        if not self._queues[key]:
            return None
        code = self._queues[key].pop(0)
        if way is Direction.IN:
            self._last[entrance.gate_bit] = code
        return code
