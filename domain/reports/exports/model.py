"""What a list can be taken away as, and how long the file is kept."""

from datetime import timedelta
from enum import StrEnum

KEPT = timedelta(days=7)
MOST_UNDER_WAY = 3  # of one person: the others wait in their turn


class ExportFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
