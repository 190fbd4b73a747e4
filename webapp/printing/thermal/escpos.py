"""Documents as ESC/POS: text in GB18030, QR made by the printer, cut after each document.

Written by hand after the public command tables of such printers. The library for it guesses code
pages for each letter, which a printer with one Chinese font does not survive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.printing.model import Document
from webapp.printing.thermal.blocks import Block, Code, Line, Pair, Rule, Side, blocks_of
from webapp.printing.thermal.letters import columns, encoded, wrapped

START = b"\x1b@\x1c&"  # forget what was set; double-byte letters on
FEED = b"\n"
CUT = b"\x1dVB\x03"  # feed to the knife, leave one point uncut
QR_MODEL_2 = b"\x1d(k\x04\x001A2\x00"
QR_LEVEL_M = b"\x1d(k\x03\x001E1"
QR_PRINT = b"\x1d(k\x03\x001Q0"
PULSE = b"\x19\xfa"  # 50 ms on, 500 ms off


@dataclass(frozen=True, slots=True)
class Roll:
    """What a printer can do with its roll."""

    columns: int = 48  # half-width letters in a line: 48 on 80 mm, 32 on 58 mm
    qr_dots: int = 8  # for a module; 6 on 58 mm
    has_cutter: bool = True
    drawer_pin: int | None = None  # 0 or 1: pin 2 or 5 of the socket

    def __post_init__(self) -> None:
        if self.drawer_pin not in (None, 0, 1):
            raise ValueError("a drawer hangs on pin 0 or 1")


def page(documents: Sequence[Document], roll: Roll, *, opens_drawer: bool = False) -> bytes:
    """All of them one after the other; the drawer opens first, the cashier need not wait."""
    kick = drawer_kick(roll) if opens_drawer else b""
    return START + kick + b"".join(_document(document, roll) for document in documents)


def drawer_kick(roll: Roll) -> bytes:
    """Nothing for a printer without a drawer."""
    return b"" if roll.drawer_pin is None else b"\x1bp" + bytes([roll.drawer_pin]) + PULSE


def _document(document: Document, roll: Roll) -> bytes:
    body = b"".join(b"".join(_block(block, roll)) for block in blocks_of(document))
    return body + (CUT if roll.has_cutter else FEED * 4)


def _block(block: Block, roll: Roll) -> Iterator[bytes]:
    match block:
        case Line():
            yield _style(block.side, block.size, bold=block.bold)
            for text in wrapped(block.text, roll.columns // block.size):
                yield encoded(text) + FEED
        case Pair():
            yield _style(Side.LEFT, 1, bold=block.bold)
            for text in paired(block, roll.columns):
                yield encoded(text) + FEED
        case Rule():
            yield _style(Side.LEFT, 1, bold=False) + b"-" * roll.columns + FEED
        case Code():
            yield _style(Side.MIDDLE, 1, bold=False) + _qr(block.text, roll.qr_dots)


def paired(pair: Pair, width: int) -> Iterator[str]:
    """The lines of a pair: the value always ends at the right edge."""
    free = width - columns(pair.name) - columns(pair.value)
    if free > 0:
        yield pair.name + " " * free + pair.value
        return
    yield from wrapped(pair.name, width)
    for text in wrapped(pair.value, width):
        yield " " * (width - columns(text)) + text


def _style(side: Side, size: int, *, bold: bool) -> bytes:
    magnified = (size - 1) << 4 | (size - 1)
    return b"\x1ba" + bytes([side]) + b"\x1bE" + bytes([bold]) + b"\x1d!" + bytes([magnified])


def _qr(text: str, dots: int) -> bytes:
    data = text.encode("ascii")
    store = b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data
    size = b"\x1d(k\x03\x001C" + bytes([dots])
    return QR_MODEL_2 + size + QR_LEVEL_M + store + QR_PRINT + FEED
