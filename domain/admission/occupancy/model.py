"""How full an area is (LB/T 034-2014)."""

from enum import StrEnum


class CapacityLevel(StrEnum):
    NORMAL = "normal"
    YELLOW = "yellow"  # 80 %
    ORANGE = "orange"  # 90 %
    RED = "red"  # 100 %: stop sale, one out one in
