"""Values that are typed or put together: how they are written down, one way only."""

import re
from collections.abc import Iterable
from datetime import date

from domain.kernel import money
from domain.kernel.errors import InvalidInput, Message, say
from domain.operation.batches.model import ValueKind

BETWEEN = ","
MOST_COUNT = 10_000_000
MOST_MINOR = 100_000_000
MOST_LINE = 120
NUMBER = re.compile(r"[0-9]{1,8}")
NOT_IN_USE = say("Choose one that is in use.")


def joined(parts: Iterable[str]) -> str:
    """A set as one value."""
    return BETWEEN.join(sorted(set(parts)))


def parted(value: str) -> list[str]:
    return value.split(BETWEEN) if value else []


def written(kind: ValueKind, text: str, known: Iterable[str]) -> str:
    """A value as it is kept. Raises InvalidInput: value."""
    if kind is ValueKind.CHOICE:
        return text if text in known else _wrong(NOT_IN_USE)
    if kind is ValueKind.SET:
        parts = set(parted(text))
        return joined(parts) if parts and parts <= set(known) else _wrong(NOT_IN_USE)
    return _WRITTEN[kind](text.strip())


def _count(text: str) -> str:
    if not NUMBER.fullmatch(text) or int(text) > MOST_COUNT:
        _wrong(say("A whole number from 0 to {most}.", most=MOST_COUNT))
    return str(int(text))


def _money(text: str) -> str:
    """Yuan as it is typed, fen as it is kept."""
    try:
        minor = money.from_text(text)
    except ValueError:
        minor = -1
    if not 0 <= minor <= MOST_MINOR:
        _wrong(say("Please type an amount in yuan, like 98 or 98.50."))
    return str(minor)


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year <= 2200:
        _wrong(say("Please choose a day."))
    return day.isoformat()


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > MOST_LINE:
        _wrong(say("A text of 1 to {most} characters.", most=MOST_LINE))
    return line


def _wrong(why: Message) -> str:
    raise InvalidInput({"value": why}, why)


_WRITTEN = {
    ValueKind.COUNT: _count,
    ValueKind.MONEY: _money,
    ValueKind.DAY: _day,
    ValueKind.LINE: _line,
}
