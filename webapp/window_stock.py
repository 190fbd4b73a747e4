"""The blanks of a window on its pages: the fields of a count, the words for its differences."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.commerce import stock
from domain.commerce.shifts import Shift
from domain.commerce.stock import DifferenceCause, Serials, counting
from domain.commerce.stock.counting import Difference, Explained, Found, KindReport
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, say
from webapp.forms import Typed

MOST_ROWS = 200
MOST_NOTE = 200


class Row(NamedTuple):
    """One range in the form of a count. `book` is what should lie there; None: a row for more."""

    kind_id: str
    first: str
    last: str
    book: Serials | None = None


class Paper(NamedTuple):
    """What the closing page shows of the blanks."""

    reports: Sequence[KindReport]
    rows: Sequence[Row]
    lines: Sequence[Difference]

    def rows_of(self, kind_id: str) -> list[tuple[int, Row]]:
        """With their places in the form."""
        return [(n, row) for n, row in enumerate(self.rows) if row.kind_id == kind_id]

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)


async def is_counted(tx: Tx, shift: Shift) -> bool:
    """Has this window anything to count besides its cash?"""
    return any(one.left or one.shortfall for one in await counting.report(tx, shift))


async def paper_of(tx: Tx, shift: Shift, typed: Typed, lines: Sequence[Difference]) -> Paper:
    """Empty fields beside what the book says, or what was typed into them."""
    reports = [one for one in await counting.report(tx, shift) if one.left or one.shortfall]
    rows = typed_rows(typed)
    if not rows:
        rows = [
            Row(one.kind_id, "", held.last_text, held) for one in reports for held in one.ranges
        ] + [Row(one.kind_id, "", "") for one in reports]
    return Paper(reports, rows, lines)


def typed_rows(typed: Typed) -> list[Row]:
    columns = [typed.texts(name) for name in ("stock_kind", "stock_first", "stock_last")]
    return [Row(*cells) for cells in zip(*columns, strict=False)][:MOST_ROWS]


def found_of(typed: Typed) -> list[Found]:
    """The ranges that were counted. A row without a first number is one that is not there.
    InvalidInput marks the field."""
    found: list[Found] = []
    wrong: dict[str, Message] = {}
    for number, row in enumerate(typed_rows(typed)):
        if not row.first.strip():
            continue
        try:
            span = stock.between(row.first, row.last, f"stock_first_{number}")
        except InvalidInput as error:
            wrong |= error.fields
            continue
        found.append(Found(row.kind_id, span))
    if wrong:
        raise InvalidInput(wrong)
    return found


def words_of(typed: Typed) -> dict[str, Explained]:
    """What the cashier says of each difference, by its key."""
    words: dict[str, Explained] = {}
    for name in typed.values:
        key = name.removeprefix("why.")
        if key == name:
            continue
        cause = typed.text(f"cause.{key}")
        known = DifferenceCause(cause) if cause in set(DifferenceCause) else DifferenceCause.VOIDED
        words[key] = Explained(known, typed.text(name).strip()[:MOST_NOTE])
    return words


def unexplained(typed: Typed, lines: Sequence[Difference]) -> dict[str, Message]:
    """The fields of differences that were shown before and have no word still."""
    return {
        f"why.{line.key}": say("Please explain the difference.")
        for line in lines
        if not line.note and f"why.{line.key}" in typed.values
    }


def sums_of(reports: Sequence[KindReport]) -> list[dict[str, Any]]:
    """For tables: what went out by name, without the columns where nothing happened."""
    return [one._asdict() | {"used": one.printed + one.reprinted + one.opened} for one in reports]
