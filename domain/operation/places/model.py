"""Where things are: units own areas, areas hold spots, windows sell, gates let in."""

from enum import StrEnum


class GateDirection(StrEnum):
    IN = "in"
    OUT = "out"
    BOTH = "both"


class GateStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PlaceKind(StrEnum):
    """What a role can be limited to, from the widest to the narrowest."""

    EVERYWHERE = "everywhere"
    UNIT = "unit"
    AREA = "area"
    SALES_SITE = "sales_site"
    WINDOW = "window"
    CHECK_SITE = "check_site"
    GATE = "gate"
