"""What stands below the form of some kinds of places: the map of an area, the rules of a window."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from domain.commerce import catalog
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import MAPPED, PlaceKind
from domain.operation.staff import people
from webapp.office_orders import name_of

Context = dict[str, Any]
MOST = 500
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


async def rules_of_window(tx: Tx, window_id: str) -> Context:
    """What a window sells and who may stand there, by name."""
    window = await places.get_place(tx, PlaceKind.WINDOW, window_id)
    chosen = await catalog.window_types(tx, window_id)
    types = await catalog.list_ticket_types(tx, window.area_id, retired=True, most=MOST)
    cashiers = await people.names(tx, sorted(await places.cashiers_of(tx, window_id)))
    return {
        "extra": "office/places/_window_rules.html",
        "type_names": [name_of(row) for row in types if row.id in chosen],
        "cashier_names": sorted(cashiers.values()),
    }


EXTRAS: Mapping[PlaceKind, Callable[[Tx, str], Awaitable[Context]]] = {
    PlaceKind.AREA: map_of_area,
    PlaceKind.WINDOW: rules_of_window,
}
