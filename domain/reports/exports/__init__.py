"""Lists taken away as files: who asked for which list, how far it is, and where the file is."""

from domain.reports.exports.asking import (
    Asked,
    Made,
    ask_for,
    deliver,
    due_for_removal,
    fetched,
    get,
    list_of,
    note_removed,
)
from domain.reports.exports.model import KEPT, ExportFormat

__all__ = [
    "KEPT",
    "Asked",
    "ExportFormat",
    "Made",
    "ask_for",
    "deliver",
    "due_for_removal",
    "fetched",
    "get",
    "list_of",
    "note_removed",
]
