"""What stands below the form of some kinds of places: the map of an area."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import MAPPED, PlaceKind

Context = dict[str, Any]
NOTHING: Context = {"extra": ""}


async def of(tx: Tx, kind: PlaceKind, place_id: str) -> Context:
    """The template of what stands below, as `extra`, and what it shows; nothing for most."""
    return await EXTRAS[kind](tx, place_id) if kind in EXTRAS else NOTHING


async def map_of_area(tx: Tx, area_id: str) -> Context:
    return {
        "extra": "office/places/_map.html",
        "map": await places.map_of(tx, area_id),
        "kinds": MAPPED,
    }


EXTRAS: Mapping[PlaceKind, Callable[[Tx, str], Awaitable[Context]]] = {
    PlaceKind.AREA: map_of_area,
}
