"""How full an area is, and what follows from it (LB/T 034-2014)."""

from domain.admission.occupancy.model import (
    CapacityLevel,
    Heads,
    Occupancy,
    announcement,
    level_of,
    percent_of,
)
from domain.admission.occupancy.watching import (
    acknowledge,
    alerts,
    changed_areas,
    inside,
    occupancy_of,
    refresh,
)

__all__ = [
    "CapacityLevel",
    "Heads",
    "Occupancy",
    "acknowledge",
    "alerts",
    "announcement",
    "changed_areas",
    "inside",
    "level_of",
    "occupancy_of",
    "percent_of",
    "refresh",
]
