"""A day of an area at a glance: questions across the other packages, asked again and again."""

from domain.reports.dashboard.figures import (
    Day,
    GateFigures,
    Hours,
    Sales,
    Trouble,
    WindowFigures,
    gates,
    hours,
    sales,
    trouble,
    windows,
)

__all__ = [
    "Day",
    "GateFigures",
    "Hours",
    "Sales",
    "Trouble",
    "WindowFigures",
    "gates",
    "hours",
    "sales",
    "trouble",
    "windows",
]
