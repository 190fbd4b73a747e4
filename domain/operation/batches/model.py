"""What a batch is, what was asked of it, what it came to."""

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from typing import NamedTuple

from domain.operation.batches.principles import Principle, Shares


class BatchStatus(StrEnum):
    PREVIEWED = "previewed"
    REQUESTED = "requested"
    APPLIED = "applied"
    REJECTED = "rejected"
    UNDONE = "undone"


BATCH_MOVES: Mapping[BatchStatus, Set[BatchStatus]] = {
    BatchStatus.PREVIEWED: {BatchStatus.REQUESTED, BatchStatus.APPLIED},
    BatchStatus.REQUESTED: {BatchStatus.APPLIED, BatchStatus.REJECTED},
    BatchStatus.APPLIED: {BatchStatus.UNDONE},
    BatchStatus.REJECTED: frozenset(),
    BatchStatus.UNDONE: frozenset(),
}


class RowStatus(StrEnum):
    PENDING = "pending"
    FAILED = "failed"
    APPLIED = "applied"
    UNDONE = "undone"
    KEPT = "kept"  # changed since by somebody, so the undo left it alone


class Subject(NamedTuple):
    """A row of a list as a batch sees it: its version, and the value that it has by now."""

    id: str
    label: str
    version: int
    value: str
    area_id: str
    attribute: str = ""


class Value(NamedTuple):
    """A value that rows may get, and how many rows have it (for LEAST_LOADED)."""

    id: str
    name_zh: str
    name_en: str
    load: int


class BatchInput(NamedTuple):
    """What the control item asked; `request_id` is made with the dialog and becomes the id."""

    request_id: str
    noun: str
    field: str
    area_id: str
    row_ids: Sequence[str]
    principle: Principle
    shares: Shares
    is_partial: bool = False
