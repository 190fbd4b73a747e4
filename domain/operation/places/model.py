"""Where things are: units own areas, areas hold spots, windows sell, gates let in, warehouses keep
blank tickets and cards."""

from enum import StrEnum


class GateDirection(StrEnum):
    IN = "in"
    OUT = "out"
    BOTH = "both"


class GateStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PlaceKind(StrEnum):
    """Every kind of place. A role can be limited to any but a spot."""

    EVERYWHERE = "everywhere"
    UNIT = "unit"
    AREA = "area"
    SPOT = "spot"
    SALES_SITE = "sales_site"
    WINDOW = "window"
    CHECK_SITE = "check_site"
    GATE = "gate"
    WAREHOUSE = "warehouse"
