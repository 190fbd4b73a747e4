"""One way to change a status: a table of moves, and `move` at each change."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from domain.kernel.errors import Conflict, say

Status = TypeVar("Status", bound=StrEnum)


def move(moves: Mapping[Status, Set[Status]], now: Status, to: Status) -> Status:
    """`to`, when it may follow `now`; else Conflict STATE_CONFLICT."""
    if to not in moves[now]:
        raise Conflict(say("This cannot go from {now} to {to}.", now=now.value, to=to.value))
    return to
