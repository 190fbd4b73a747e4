"""Units, areas, spots, sales sites, windows, check sites, gates, warehouses: where everything
happens."""

from domain.operation.places.cashiers import assign_cashiers, cashiers_of, takes
from domain.operation.places.editing import (
    NOUNS,
    add_place,
    change_place,
    get_place,
    guard_retirement,
    list_places,
    retire_place,
    search_places,
)
from domain.operation.places.mapping import (
    MAPPED,
    AreaMap,
    Pin,
    Position,
    map_of,
    place_pins,
    set_map,
)
from domain.operation.places.model import GateDirection, GateStatus, PlaceKind

__all__ = [
    "MAPPED",
    "NOUNS",
    "AreaMap",
    "GateDirection",
    "GateStatus",
    "Pin",
    "PlaceKind",
    "Position",
    "add_place",
    "assign_cashiers",
    "cashiers_of",
    "change_place",
    "get_place",
    "guard_retirement",
    "list_places",
    "map_of",
    "place_pins",
    "retire_place",
    "search_places",
    "set_map",
    "takes",
]
