"""What a batch is, what was asked of it, what it came to."""

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from typing import NamedTuple

from domain.operation.batches.principles import Principle, Shares


class BatchStatus(StrEnum):
    """Up to AT_ONCE rows are written, or put back, in one act; more of them by a job, which is
    where a batch is `applying`, `undoing`, or `failing` (putting back what all-or-nothing did)."""

    PREVIEWED = "previewed"
    REQUESTED = "requested"
    APPLYING = "applying"
    APPLIED = "applied"
    REJECTED = "rejected"
    FAILING = "failing"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


_S = BatchStatus
BATCH_MOVES: Mapping[BatchStatus, Set[BatchStatus]] = {
    _S.PREVIEWED: {_S.REQUESTED, _S.APPLYING, _S.APPLIED},
    _S.REQUESTED: {_S.APPLYING, _S.APPLIED, _S.REJECTED},
    _S.APPLYING: {_S.APPLIED, _S.FAILING},
    _S.APPLIED: {_S.UNDOING, _S.UNDONE},
    _S.REJECTED: frozenset(),
    _S.FAILING: {_S.FAILED},
    _S.FAILED: frozenset(),
    _S.UNDOING: {_S.UNDONE},
    _S.UNDONE: frozenset(),
}
UNDER_WAY = frozenset({_S.APPLYING, _S.FAILING, _S.UNDOING})


class ValueKind(StrEnum):
    CHOICE = "choice"
    SET = "set"  # several choices are one value
    COUNT = "count"
    MONEY = "money"
    DAY = "day"
    LINE = "line"


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
    place_id: str = ""  # where it stands, if that says more than the area

    @property
    def at(self) -> str:
        return self.place_id or self.area_id


class Change(NamedTuple):
    """One row that is written: what it is to be, and who asked for it."""

    row_id: str
    version: int
    value: str
    made_by: str


class Value(NamedTuple):
    """A value that rows may get, and how many rows have it (for LEAST_LOADED). Without names it is
    a word of the product (`FieldGroup.words`)."""

    id: str
    name_zh: str = ""
    name_en: str = ""
    load: int = 0


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
