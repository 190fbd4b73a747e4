"""Batch modification: one field group of many rows, shared out by a principle.

A list registers a `FieldGroup`. `preview` computes and keeps, `confirm` asks for the decision or
applies, `undo` puts back what nobody touched since; `get_batch`, `rows_of`, `totals_of` show it.
"""

from domain.operation.batches import of_gates, of_staff, of_windows
from domain.operation.batches.applying import (
    AT_ONCE,
    Undone,
    confirm,
    go_on,
    piece,
    register,
    undo,
)
from domain.operation.batches.groups import FieldGroup, group_of, groups_of, no_values
from domain.operation.batches.looking import (
    counts_of,
    get_batch,
    may_see,
    page,
    rows_of,
    totals_of,
)
from domain.operation.batches.model import (
    UNDER_WAY,
    BatchInput,
    BatchStatus,
    Change,
    RowStatus,
    Subject,
    Value,
    ValueKind,
)
from domain.operation.batches.previewing import prepare, preview, principles_of, subjects_of
from domain.operation.batches.principles import MOST_ROWS, Principle, Shares, share_out
from domain.operation.batches.values import joined, parted
from domain.operation.batches.work import register_work

__all__ = [
    "AT_ONCE",
    "MOST_ROWS",
    "UNDER_WAY",
    "BatchInput",
    "BatchStatus",
    "Change",
    "FieldGroup",
    "Principle",
    "RowStatus",
    "Shares",
    "Subject",
    "Undone",
    "Value",
    "ValueKind",
    "confirm",
    "counts_of",
    "get_batch",
    "go_on",
    "group_of",
    "groups_of",
    "joined",
    "may_see",
    "no_values",
    "of_gates",
    "of_staff",
    "of_windows",
    "page",
    "parted",
    "piece",
    "prepare",
    "preview",
    "principles_of",
    "register",
    "register_work",
    "rows_of",
    "share_out",
    "subjects_of",
    "totals_of",
    "undo",
]
