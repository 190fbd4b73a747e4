"""Bringing in the data of an old system: a file is taken in, checked row by row, approved by
another person, brought in a few rows an act, and can be taken back while nothing of it was used.

A package registers the `Kind` of thing that it can take; the work is a job of kind "import".
"""

from domain.operation.imports import verification
from domain.operation.imports.kinds import Checked, Field, Figure, Kind, kind_of, kinds, register
from domain.operation.imports.model import (
    AT_WORK,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_OF_AN_ID,
    MOST_ROWS,
    ImportRowStatus,
    ImportStatus,
)
from domain.operation.imports.receiving import (
    Part,
    Received,
    Sheet,
    ask,
    check,
    counts,
    discard,
    forget_stale,
    get,
    guessed,
    opened,
    page,
    part,
    receive,
    resume,
    rows_with,
    sealed,
    undo,
)
from domain.operation.imports.working import Worker, accounted, brought, values_of

__all__ = [
    "AT_WORK",
    "MOST_CHARACTERS",
    "MOST_COLUMNS",
    "MOST_OF_AN_ID",
    "MOST_ROWS",
    "Checked",
    "Field",
    "Figure",
    "ImportRowStatus",
    "ImportStatus",
    "Kind",
    "Part",
    "Received",
    "Sheet",
    "Worker",
    "accounted",
    "ask",
    "brought",
    "check",
    "counts",
    "discard",
    "forget_stale",
    "get",
    "guessed",
    "kind_of",
    "kinds",
    "opened",
    "page",
    "part",
    "receive",
    "register",
    "resume",
    "rows_with",
    "sealed",
    "undo",
    "values_of",
    "verification",
]
