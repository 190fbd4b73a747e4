"""The map of an area: a picture, and where its spots, sites and gates stand on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.places import store
from domain.operation.places.model import PlaceKind

MAPPED = (PlaceKind.SPOT, PlaceKind.SALES_SITE, PlaceKind.CHECK_SITE, PlaceKind.GATE)
PERMILLE = 1_000


class Position(NamedTuple):
    """From the picture's left and from its top, each in thousandths of its side."""

    x: int
    y: int


class Pin(NamedTuple):
    """A place of the area; `at` is None while it is not on the map."""

    kind: PlaceKind
    id: str
    code: str
    name_zh: str
    name_en: str
    at: Position | None


class AreaMap(NamedTuple):
    """What a face draws: the picture (None while there is none) and its places."""

    area_id: str
    version: int  # the area's: raised by every change of its map
    file_id: str | None
    width: int
    height: int
    pins: tuple[Pin, ...]

    @property
    def shown(self) -> tuple[Pin, ...]:
        return tuple(pin for pin in self.pins if pin.at is not None)


async def map_of(tx: Tx, area_id: str) -> AreaMap:
    """An area's map with all that lives in the area, whoever asks. Raises NotFound."""
    area = await tx.one(store.MAP_OF_AREA, area_id=area_id)
    if area is None:
        raise NotFound()
    pins = [
        Pin(kind, row.id, row.code, row.name_zh, row.name_en, position_of(row))
        for kind in MAPPED
        for row in await tx.rows(store.PINS[kind].of_area, area_id=area_id)
    ]
    size = (area.width or 0, area.height or 0)
    return AreaMap(area_id, area.version, area.map_file_id, *size, tuple(pins))


def position_of(row: Any) -> Position | None:
    if row.map_x_permille is None or row.map_y_permille is None:
        return None
    return Position(row.map_x_permille, row.map_y_permille)


async def set_map(
    tx: Tx, area_id: str, file_id: str | None, actor: Actor, now: datetime, *, version: int
) -> None:
    """Another picture, or none. Places keep where they stand."""
    before = await map_of(tx, area_id)
    await _touch(tx, area_id, file_id, version)
    record(
        tx,
        actor,
        "area.map_changed",
        area_id,
        now,
        before={"map_file_id": before.file_id},
        after={"map_file_id": file_id},
    )


async def place_pins(
    tx: Tx,
    area_id: str,
    wanted: Mapping[str, Position | None],
    actor: Actor,
    now: datetime,
    *,
    version: int,
) -> None:
    """Say where these places stand, by id; None takes one off the map. Others stay."""
    found = await map_of(tx, area_id)
    pins = {pin.id: pin for pin in found.pins}
    if not wanted.keys() <= pins.keys():
        raise NotFound()
    moved = {pins[place_id]: at for place_id, at in wanted.items() if pins[place_id].at != at}
    for pin, at in moved.items():
        if at is not None and not (0 <= at.x <= PERMILLE and 0 <= at.y <= PERMILLE):
            raise InvalidInput({pin.id: say("From 0 to 1,000, please.")})
    if not moved:
        return
    await _touch(tx, area_id, found.file_id, version)
    for pin, at in moved.items():
        x, y = at or (None, None)
        await tx.run(store.PINS[pin.kind].move, place_id=pin.id, new_x=x, new_y=y)
    record(
        tx,
        actor,
        "area.pins_placed",
        area_id,
        now,
        before={pin.code: _told(pin.at) for pin in moved},
        after={pin.code: _told(at) for pin, at in moved.items()},
    )


def _told(at: Position | None) -> str:
    return f"{at.x}‰, {at.y}‰" if at else ""


async def _touch(tx: Tx, area_id: str, file_id: str | None, version: int) -> None:
    if not await tx.one(store.SET_MAP, area_id=area_id, file_id=file_id, seen_version=version):
        raise Conflict(code="VERSION_CONFLICT")
