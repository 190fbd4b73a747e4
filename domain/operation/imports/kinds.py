"""What kinds of thing can be taken from an old system, and what each must be able to do."""

from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.kernel.vault import Vault


class Field(NamedTuple):
    """A column that we understand. `aliases`: what old systems call it."""

    word: str
    title: Message
    help: Message
    example: str
    is_required: bool = False
    aliases: tuple[str, ...] = ()


class Figure(NamedTuple):
    """Something that is added up over rows, in fen when it is money."""

    word: str
    title: Message
    is_money: bool = False


class Checked(NamedTuple):
    """A row that makes sense. `marks`: what no other may have, `number:YL0001`: its field, how it
    is shown, and after a bar what finds it."""

    external_id: str
    value: Any
    figures: Mapping[str, int]
    marks: tuple[str, ...]


class Kind(NamedTuple):
    """How rows of a kind are checked, brought in, taken back and added up.

    `check` has no effect: it raises InvalidInput by field. `bring` gives the id of what was made.
    `take_back` is False when it was used since. `totals` of an area; `brought`: what the books say
    came in by one import."""

    word: str
    title: Message
    fields: Sequence[Field]
    figures: Sequence[Figure]
    surroundings: Callable[[Tx, str, datetime], Coroutine[Any, Any, Any]]
    check: Callable[[Any, Vault, Mapping[str, str], str], Checked]
    taken: Callable[[Tx, Sequence[str]], Coroutine[Any, Any, Set[str]]]
    bring: Callable[[Tx, Any, Checked, Actor, datetime], Coroutine[Any, Any, str]]
    take_back: Callable[[Tx, Any, str, datetime], Coroutine[Any, Any, bool]]
    totals: Callable[[Tx, str], Coroutine[Any, Any, Mapping[str, int]]]
    brought: Callable[[Tx, str], Coroutine[Any, Any, Mapping[str, int]]]


def shown_of(mark: str) -> tuple[str, str]:
    """A mark's field, and how it is shown."""
    word, _, text = mark.partition(":")
    return word, text.partition("|")[0]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Say, when a package is imported, what it can take from an old system."""
    _kinds[kind.word] = kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_of(word: str) -> Kind:
    return _kinds[word]
