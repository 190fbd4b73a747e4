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
    LogFilter,
    acknowledge,
    alerts,
    changed_areas,
    inside,
    log_of,
    occupancy_of,
    refresh,
    when_level_changes,
)

__all__ = [
    "CapacityLevel",
    "Heads",
    "LogFilter",
    "Occupancy",
    "acknowledge",
    "alerts",
    "announcement",
    "changed_areas",
    "inside",
    "level_of",
    "log_of",
    "occupancy_of",
    "percent_of",
    "refresh",
    "when_level_changes",
]
