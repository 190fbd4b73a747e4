"""Batch modification: one field group of many rows, shared out by a principle.

A list registers a `FieldGroup`. `preview` computes and keeps, `confirm` asks for the decision or
applies, `undo` puts back what nobody touched since; `get_batch`, `rows_of`, `totals_of` show it.
"""

from domain.operation.batches.changing import (
    confirm,
    get_batch,
    group_of,
    preview,
    register,
    rows_of,
    totals_of,
    undo,
)
from domain.operation.batches.groups import FieldGroup
from domain.operation.batches.model import (
    BatchInput,
    BatchStatus,
    RowStatus,
    Subject,
    Value,
)
from domain.operation.batches.principles import MOST_ROWS, Principle, Shares, share_out

__all__ = [
    "MOST_ROWS",
    "BatchInput",
    "BatchStatus",
    "FieldGroup",
    "Principle",
    "RowStatus",
    "Shares",
    "Subject",
    "Value",
    "confirm",
    "get_batch",
    "group_of",
    "preview",
    "register",
    "rows_of",
    "share_out",
    "totals_of",
    "undo",
]
