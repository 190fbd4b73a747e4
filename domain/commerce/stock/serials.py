"""Serial numbers of blank tickets and cards: ranges with a prefix and a width, and their sums."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from domain.kernel.errors import InvalidInput, say

MOST_DIGITS = 15
MOST_PIECES = 1_000_000  # in one range: a pallet of rolls
SERIAL = re.compile(r"([A-Z0-9._/-]{0,16}?)([0-9]+)")


class Serial(NamedTuple):
    """One number as it is printed: A0010001 is prefix A, width 7, number 10001."""

    prefix: str
    width: int
    number: int

    @property
    def text(self) -> str:
        return f"{self.prefix}{self.number:0{self.width}d}"


class Serials(NamedTuple):
    """A range of numbers, both ends included. Others of the same prefix and width are its series;
    A001 and A0001 are two."""

    prefix: str
    width: int
    first: int
    last: int

    @property
    def series(self) -> tuple[str, int]:
        return self.prefix, self.width

    @property
    def pieces(self) -> int:
        return self.last - self.first + 1

    @property
    def first_text(self) -> str:
        return Serial(self.prefix, self.width, self.first).text

    @property
    def last_text(self) -> str:
        return Serial(self.prefix, self.width, self.last).text

    @property
    def text(self) -> str:
        """10001–10500; one number alone as it is."""
        if self.first == self.last:
            return self.first_text
        return f"{self.first_text}–{self.last_text}"

    def has(self, serial: Serial) -> bool:
        in_series = self.series == (serial.prefix, serial.width)
        return in_series and self.first <= serial.number <= self.last


def of_row(row: Any) -> Serials:
    return Serials(row.prefix, row.width, row.from_no, row.to_no)


def columns_of(one: Serials) -> dict[str, Any]:
    return {
        "prefix": one.prefix,
        "width": one.width,
        "from_no": one.first,
        "to_no": one.last,
    }


def parse(typed: str, field: str = "serial") -> Serial:
    """What was typed or scanned; case and blanks do not matter. Raises InvalidInput."""
    cleaned = "".join(typed.split()).upper()
    match = SERIAL.fullmatch(cleaned)
    if not match or len(match[2]) > MOST_DIGITS:
        raise InvalidInput({field: say("A serial number ends in up to 15 digits, like A0010001.")})
    return Serial(match[1], len(match[2]), int(match[2]))


def between(first: str, last: str, field: str = "serial") -> Serials:
    """The range between two numbers; the last may stay empty for one. Raises InvalidInput."""
    low = parse(first, field)
    high = parse(last, field) if last.strip() else low
    if (low.prefix, low.width) != (high.prefix, high.width):
        raise InvalidInput({field: say("First and last need the same letters and as many digits.")})
    if high.number < low.number:
        raise InvalidInput({field: say("The last number stands before the first.")})
    if high.number - low.number >= MOST_PIECES:
        raise InvalidInput({field: say("These are more than a million pieces.")})
    return Serials(low.prefix, low.width, low.number, high.number)


def merged(ranges: Iterable[Serials]) -> list[Serials]:
    """In order, with neighbours and overlaps made one."""
    joined: list[Serials] = []
    for one in sorted(ranges):
        before = joined[-1] if joined else None
        if before and before.series == one.series and one.first <= before.last + 1:
            joined[-1] = before._replace(last=max(before.last, one.last))
        else:
            joined.append(one)
    return joined


def minus(these: Iterable[Serials], those: Iterable[Serials]) -> list[Serials]:
    """What is in `these` and not in `those`."""
    left = merged(these)
    for gone in merged(those):
        kept: list[Serials] = []
        for one in left:
            if one.series != gone.series or one.last < gone.first or gone.last < one.first:
                kept.append(one)
                continue
            if one.first < gone.first:
                kept.append(one._replace(last=gone.first - 1))
            if gone.last < one.last:
                kept.append(one._replace(first=gone.last + 1))
        left = kept
    return left


def common(these: Sequence[Serials], those: Sequence[Serials]) -> list[Serials]:
    """What is in both."""
    return minus(these, minus(these, those))


def pieces(ranges: Iterable[Serials]) -> int:
    return sum(one.pieces for one in ranges)


def text_of(ranges: Iterable[Serials]) -> str:
    return ", ".join(one.text for one in merged(ranges))


def must_be_apart(ranges: Sequence[Serials], field: str) -> None:
    """Raises InvalidInput when one number stands in a list twice."""
    for _, group in groupby(sorted(ranges), key=lambda one: one.series):
        listed = list(group)
        for before, one in pairwise(listed):
            if one.first <= before.last:
                raise InvalidInput(
                    {field: say("{serials} stands here twice.", serials=one.first_text)}
                )
