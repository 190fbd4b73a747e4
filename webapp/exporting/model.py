"""What an exported list is made of."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Message
from domain.operation.staff import Permission, SignedIn
from webapp.forms import Typed

AT_ONCE = 2_000  # rows read by one question: some milliseconds


class Kind(StrEnum):
    """What stands in a column: decides its format and its width."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # fen; written as yuan
    MOMENT = "moment"  # UTC; written on the operator's clock
    DAY = "day"


Cell = str | int | date | datetime | None
Key = tuple[Any, ...]


class Column(NamedTuple):
    title: Message
    kind: Kind = Kind.TEXT
    width: int = 14  # characters


class Piece(NamedTuple):
    """Some rows, and the key behind which the next ones stand; None: there are no more."""

    rows: Sequence[Sequence[Cell]]
    behind: Key | None


Length = Callable[[Tx], Coroutine[Any, Any, int | None]]


class Reading(NamedTuple):
    """A list as one person may see it, opened with their filters."""

    read: Callable[[Tx, Key | None], Coroutine[Any, Any, Piece]]
    length: Length  # None: nobody knows beforehand
    columns: tuple[Column, ...] = ()  # where the question decides what they are


class ExportList(NamedTuple):
    """`open` raises InvalidInput for filters that make no sense."""

    title: Message
    permission: Permission
    columns: tuple[Column, ...]
    open: Callable[[Tx, SignedIn, Typed], Coroutine[Any, Any, Reading]]


class Task(NamedTuple):
    """What to write where. `path` is written whole or not at all."""

    database_url: str
    noun: str
    format: str
    question: dict[str, list[str]]
    staff_id: str
    language: str
    path: str


async def unknown(_tx: Tx) -> int | None:
    """For lists that nobody counts."""
    return None


def by_keyset(
    page: Callable[[Tx, Cut], Coroutine[Any, Any, Sequence[Any]]],
    key: Callable[[Any], Key],
    cells: Callable[[Any], Sequence[Cell]],
    length: Length = unknown,
) -> Reading:
    """The reading of a list that is a `Keyset`: `page` as its screen calls it."""

    async def read(tx: Tx, behind: Key | None) -> Piece:
        rows = await page(tx, Cut(behind, most=AT_ONCE))
        more = key(rows[-1]) if len(rows) == AT_ONCE else None
        return Piece([cells(row) for row in rows], more)

    return Reading(read, length)
