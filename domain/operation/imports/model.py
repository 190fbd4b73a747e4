"""What may become of a file from an old system, and of each of its rows."""

from collections.abc import Mapping, Set
from enum import StrEnum

MOST_ROWS = 50_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 200  # of one cell
MOST_OF_AN_ID = 64


class ImportStatus(StrEnum):
    RECEIVED = "received"  # nobody has said yet which column is which
    CHECKING = "checking"
    CHECKED = "checked"
    REQUESTED = "requested"  # waits for another person
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


_S = ImportStatus
IMPORT_MOVES: Mapping[ImportStatus, Set[ImportStatus]] = {
    _S.RECEIVED: {_S.CHECKING, _S.DISCARDED},
    _S.CHECKING: {_S.CHECKED, _S.DISCARDED},
    _S.CHECKED: {_S.CHECKING, _S.REQUESTED, _S.DISCARDED},
    _S.REQUESTED: {_S.CHECKED, _S.RUNNING},
    _S.RUNNING: {_S.DONE, _S.UNDOING},
    _S.DONE: {_S.UNDOING},
    _S.UNDOING: {_S.UNDONE},
    _S.UNDONE: frozenset(),
    _S.DISCARDED: frozenset(),
}
AT_WORK = frozenset({_S.CHECKING, _S.RUNNING, _S.UNDOING})


class ImportRowStatus(StrEnum):
    GOOD = "good"
    BAD = "bad"
    KNOWN = "known"  # came in with an earlier file
    DONE = "done"
    FAILED = "failed"  # was good, and was refused when its turn came
    UNDONE = "undone"
    KEPT = "kept"  # was used since, so it stays
