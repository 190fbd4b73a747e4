"""Which letters a printer with a GB18030 font has, and how wide they are.

Such a font holds the letters of one and two bytes. A letter of four bytes comes out as four odd
signs, so it is replaced before it is sent: by its twin where it has one, by 〓 otherwise, which is
what Chinese print sets for a letter that is missing. Control characters are left out: names are
typed by visitors, and no name may open a drawer.
"""

import unicodedata
from collections.abc import Iterator

TWINS = {"¥": "￥", "−": "-", "–": "-", "\u00a0": " "}  # the dash is not in GB 2312
MISSING = "〓"
WIDEST = 2


def printable(text: str) -> str:
    """The text as this font can show it, on one line."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))


def encoded(text: str) -> bytes:
    return printable(text).encode("gb18030")


def columns(text: str) -> int:
    """How many half-width columns it takes: as many as it has bytes."""
    return len(encoded(text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """Lines that fit; broken at a blank where the line has one past its half."""
    rest = printable(text)
    while columns(rest) > width:
        end = _fitting(rest, width)
        blank = rest.rfind(" ", end // 2, end + 1)
        end = blank if blank > 0 else end
        yield rest[:end]
        rest = rest[end:].lstrip(" ")
    yield rest


def _fitting(text: str, width: int) -> int:
    """How many letters from the start fit; at least one."""
    used = 0
    for place, letter in enumerate(text):
        used += columns(letter)
        if used > width:
            return max(place, 1)
    return len(text)


def _letter(letter: str) -> str:
    letter = TWINS.get(letter, letter)
    if unicodedata.category(letter).startswith("C") or letter in "\u2028\u2029":
        return ""
    return letter if len(letter.encode("gb18030")) <= WIDEST else MISSING
