"""Units, areas, spots, sales sites, windows, check sites, gates, warehouses: where everything
happens."""

from domain.operation.places.editing import (
    NOUNS,
    add_place,
    assign_cashiers,
    cashiers_of,
    change_place,
    get_place,
    guard_retirement,
    list_places,
    retire_place,
    search_places,
)
from domain.operation.places.model import GateDirection, GateStatus, PlaceKind

__all__ = [
    "NOUNS",
    "GateDirection",
    "GateStatus",
    "PlaceKind",
    "add_place",
    "assign_cashiers",
    "cashiers_of",
    "change_place",
    "get_place",
    "guard_retirement",
    "list_places",
    "retire_place",
    "search_places",
]
