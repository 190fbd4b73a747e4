"""One cashier's time at one drawer (交班)."""

from collections.abc import Mapping, Set
from enum import StrEnum


class ShiftStatus(StrEnum):
    OPEN = "open"
    CLOSING = "closing"  # counted with a difference that waits for a supervisor
    CLOSED = "closed"


SHIFT_MOVES: Mapping[ShiftStatus, Set[ShiftStatus]] = {
    ShiftStatus.OPEN: {ShiftStatus.CLOSING, ShiftStatus.CLOSED},
    ShiftStatus.CLOSING: {ShiftStatus.CLOSED, ShiftStatus.OPEN},
    ShiftStatus.CLOSED: frozenset(),
}


class CashMove(StrEnum):
    FLOAT = "float"  # 备用金, from the safe
    DROP = "drop"  # 缴款, to the safe
    DIFFERENCE = "difference"  # what was counted less what was expected
    HANDOVER = "handover"  # what was counted at the end, to the safe
