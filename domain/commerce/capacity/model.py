"""How many may come: the area's day, the product's day, and the slots."""

from enum import StrEnum


class SlotStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # by the operator: fault, weather, event
