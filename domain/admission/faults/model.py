"""Exceptions of devices: their causes, what tells of them, and what follows. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

AGAIN = timedelta(hours=24)  # what comes again within it is the same exception
MOMENT = timedelta(seconds=30)  # an alarm that was over sooner than we looked is seen all the same
UNREAD = timedelta(minutes=10)  # so long after the last unreadable message it counts as over


class FaultCause(StrEnum):
    OFFLINE = "offline"
    ALARM = "alarm"  # forced, jam, fire, power ...
    TAMPER = "tamper"
    CLOCK = "clock"
    PAPER = "paper"  # out of it, or the printer does not print
    MESSAGES = "messages"  # that nobody can read
    REFUSALS = "refusals"


_C = FaultCause
STANDING = frozenset({_C.OFFLINE, _C.ALARM, _C.TAMPER, _C.CLOCK, _C.PAPER})
CAUSE_OF_ALARM: Mapping[str, FaultCause] = {
    "tamper": _C.TAMPER,
    "clock": _C.CLOCK,
    "paper": _C.PAPER,
    "printer": _C.PAPER,
}


class FaultStatus(StrEnum):
    OPEN = "open"
    SEEN = "seen"  # somebody looks after it
    RESOLVED = "resolved"  # by a person, with a note
    ENDED = "ended"  # by itself: the cause is over


class Part(StrEnum):
    """Which of them a list shows."""

    OPEN = "open"
    OVER = "over"


class Sign(NamedTuple):
    """A device tells of a cause. `at` is when it last came newly, none where nobody knows; what
    stands cannot be resolved by a person, it ends when the cause does."""

    device_id: str
    area_id: str
    gate_id: str | None
    cause: FaultCause
    at: datetime | None
    stands: bool
    figure: int = 0  # milliseconds, messages, refusals, alarms
    detail: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.device_id, self.cause.value


class Verb(StrEnum):
    OPEN = "open"
    REOPEN = "reopen"
    UPDATE = "update"
    END = "end"


class Step(NamedTuple):
    """What is to be done with one exception; `row` is what is written down of it."""

    verb: Verb
    sign: Sign | None
    row: Any = None


def together(signs: Iterable[Sign]) -> dict[tuple[str, str], Sign]:
    """One sign for each device and cause: the newest and the largest of what is said."""
    found: dict[tuple[str, str], Sign] = {}
    for sign in signs:
        known = found.get(sign.key)
        if known is None:
            found[sign.key] = sign
            continue
        found[sign.key] = known._replace(
            at=max((at for at in (known.at, sign.at) if at), default=None),
            stands=known.stands or sign.stands,
            figure=max(known.figure, sign.figure),
            detail=known.detail or sign.detail,
        )
    return found


def steps(
    signs: Mapping[tuple[str, str], Sign], open_rows: Iterable[Any], over: Iterable[Any]
) -> Iterator[Step]:
    """What brings the exceptions in line with what devices say. `over` are those that ended lately;
    of several of one device and cause the newest counts."""
    known = {(row.device_id, row.cause): row for row in open_rows}
    before: dict[tuple[str, str], Any] = {}
    for row in over:
        key = (row.device_id, row.cause)
        if key not in before or row.ended_at > before[key].ended_at:
            before[key] = row
    for key, row in known.items():
        if key not in signs:
            yield Step(Verb.END, None, row)
    for key, sign in signs.items():
        if (row := known.get(key)) is not None:
            if says_more(sign, row):
                yield Step(Verb.UPDATE, sign, row)
        elif (row := before.get(key)) is None:
            yield Step(Verb.OPEN, sign)
        elif sign.stands or is_newer(sign, row):
            yield Step(Verb.REOPEN, sign, row)


def is_newer(sign: Sign, row: Any) -> bool:
    return sign.at is not None and sign.at > row.last_at


def says_more(sign: Sign, row: Any) -> bool:
    """A clock that drifts by a little is no news."""
    if is_newer(sign, row):
        return True
    return sign.cause is not FaultCause.CLOCK and sign.figure > row.figure
