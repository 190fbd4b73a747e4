"""What the domain's words (statuses, kinds, roles) are called on a screen, and in which tone.

Each layer of the domain has a module here with a WORDS table; a test finds the members that were
forgotten. Templates: `{{ status(order.status) }}` of shared/says.html, or `{{ label_of(x) }}`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from domain.kernel.errors import Message
from webapp.words import (
    admission,
    cards,
    commerce,
    groups,
    messages,
    operation,
    promotions,
    reports,
    retention,
)


class Word(NamedTuple):
    """`tone` is one of ok, info, warn, high, bad, or nothing."""

    label: Message
    tone: str = ""


# By kind first: members of two kinds that share a value are equal to Python, and one would win.
Table = Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]]
TABLES: tuple[Table, ...] = (
    operation.WORDS,
    commerce.WORDS,
    admission.WORDS,
    cards.WORDS,
    reports.WORDS,
    groups.WORDS,
    retention.WORDS,
    messages.WORDS,
    promotions.WORDS,
)


def _collected() -> dict[type[StrEnum], dict[str, Word]]:
    return {
        kind: {
            member.value: Word(*entry) if isinstance(entry, tuple) else Word(entry)
            for member, entry in entries.items()
        }
        for table in TABLES
        for kind, entries in table.items()
    }


WORDS = _collected()


def word_of(member: StrEnum) -> Word:
    """The member's word. KeyError when nobody gave it one: a mistake of ours."""
    return WORDS[type(member)][member.value]


def label_of(member: StrEnum) -> Message:
    return word_of(member).label


def choices(members: type[StrEnum]) -> list[tuple[str, Message]]:
    """All members of a kind as options of a select field."""
    return [(member.value, label_of(member)) for member in members]
