"""How full an area is (LB/T 034-2014). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.kernel.errors import Message, say


class CapacityLevel(StrEnum):
    NORMAL = "normal"
    YELLOW = "yellow"  # 80 %
    ORANGE = "orange"  # 90 %
    RED = "red"  # 100 %: stop sale, one out one in


class Limits(Protocol):
    """The columns of an area that say how many are too many."""

    @property
    def instant_capacity(self) -> int: ...
    @property
    def daily_capacity(self) -> int: ...
    @property
    def yellow_bps(self) -> int: ...
    @property
    def orange_bps(self) -> int: ...
    @property
    def red_bps(self) -> int: ...


class Heads(NamedTuple):
    """Who came in today, and who of them is still inside."""

    entered: int
    inside: int


class Occupancy(NamedTuple):
    """How full an area is at a moment."""

    area_id: str
    heads: Heads
    spots: Mapping[str, Heads]
    percent_bps: int  # the larger of the day's and this moment's share of what is allowed
    level: CapacityLevel


def percent_of(limits: Limits, heads: Heads) -> int:
    """In basis points, rounded down: 99.99 % is not yet full."""
    day = heads.entered * 10_000 // limits.daily_capacity
    instant = heads.inside * 10_000 // limits.instant_capacity
    return max(day, instant)


def level_of(limits: Limits, percent_bps: int) -> CapacityLevel:
    if percent_bps >= limits.red_bps:
        return CapacityLevel.RED
    if percent_bps >= limits.orange_bps:
        return CapacityLevel.ORANGE
    if percent_bps >= limits.yellow_bps:
        return CapacityLevel.YELLOW
    return CapacityLevel.NORMAL


def announcement(level: CapacityLevel, percent_bps: int) -> Message:
    """What the loudspeaker says, and the screens at the entrances."""
    percent = percent_bps // 100
    if level is CapacityLevel.RED:
        return say(
            "The area has reached its approved maximum ({percent} %). Sales are stopped;"
            " entry goes on as visitors leave. Please keep order and follow the staff.",
            percent=percent,
        )
    if level is CapacityLevel.ORANGE:
        return say(
            "The area is at {percent} % of its approved maximum. Visitors who have not entered"
            " are advised to come at another time.",
            percent=percent,
        )
    if level is CapacityLevel.YELLOW:
        return say(
            "The area is at {percent} % of its approved maximum. Please spread out over the"
            " spots and mind your safety.",
            percent=percent,
        )
    return say("The area is open; there is room for everybody.")
