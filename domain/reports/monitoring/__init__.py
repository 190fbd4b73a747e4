"""A sales site's windows and a check site's gates as they are now: questions, asked every second or
two."""

from domain.reports.monitoring.figures import (
    FIVE_MINUTES,
    STRETCHES,
    GateNow,
    Post,
    WindowNow,
    gates_of,
    stretches,
    windows_of,
)

__all__ = [
    "FIVE_MINUTES",
    "STRETCHES",
    "GateNow",
    "Post",
    "WindowNow",
    "gates_of",
    "stretches",
    "windows_of",
]
