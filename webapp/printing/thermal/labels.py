"""Tickets and member cards as labels, wrist bands and plastic cards: TSPL and ZPL."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.kernel.ids import shown_code
from webapp.printing.model import Document, PrintedCard, PrintedTicket
from webapp.printing.pages import day_range, hours
from webapp.printing.thermal.letters import printable

DOTS_PER_MM = 8  # 203 dpi
EDGE = 2 * DOTS_PER_MM
ROW = 4 * DOTS_PER_MM
LETTER = 24  # dots, of the fonts below
TICKET_MODULES, CARD_MODULES = 41, 25  # a ticket's code is of version 6, a card's of 2 at most
TSPL_FONT = "TSS24.BF2"  # GB letters, in every printer sold with a Chinese font
ZPL_FONT = "E:SIMSUN.FNT"


@dataclass(frozen=True, slots=True)
class LabelSize:
    width_mm: int = 80
    height_mm: int = 50
    gap_mm: int = 2
    dots: int = 5  # for a module of the QR


@dataclass(frozen=True, slots=True)
class Face:
    """What a label shows: a code and some lines beside it."""

    code: str
    modules: int
    lines: tuple[str, ...]


def face_of(document: Document) -> Face:
    """ValueError for a document that is not for a label."""
    match document:
        case PrintedTicket():
            lines = (
                document.head.area.zh,
                document.type_name.zh,
                str(document.visit_on) if document.last_day is None else str(day_range(document)),
                hours(document),
                f"座位 {document.seats} 号" if document.seats else "",
                f"重打 {document.reprint}" if document.reprint else "",
                document.ticket_number,
                shown_code(document.short_code),
            )
            return Face(document.code, TICKET_MODULES, tuple(filter(None, lines)))
        case PrintedCard(code=code) if code:
            words = (document.head.area.zh, document.product.zh, document.number, shown_code(code))
            return Face(code, CARD_MODULES, words)
    raise ValueError(f"{type(document).__name__} is not for a label")


def tspl(documents: Sequence[Document], size: LabelSize) -> bytes:
    head = [f"SIZE {size.width_mm} mm,{size.height_mm} mm", f"GAP {size.gap_mm} mm,0 mm"]
    rows = [row for one in documents for row in _tspl_rows(face_of(one), size)]
    return "".join(f"{row}\r\n" for row in head + rows).encode("gb18030")


def _tspl_rows(face: Face, size: LabelSize) -> list[str]:
    left = text_left(face, size)
    texts = [
        f'TEXT {left},{EDGE + ROW * place},"{TSPL_FONT}",0,1,1,"{_quoted(line)}"'
        for place, line in enumerate(face.lines)
    ]
    code = f'QRCODE {EDGE},{EDGE},M,{size.dots},A,0,M2,"{_quoted(face.code)}"'
    return ["CLS", code, *texts, "PRINT 1,1"]


def zpl(documents: Sequence[Document], size: LabelSize, font: str = ZPL_FONT) -> bytes:
    return "".join(_zpl_label(face_of(one), size, font) for one in documents).encode()


def _zpl_label(face: Face, size: LabelSize, font: str) -> str:
    left = text_left(face, size)
    texts = "".join(
        f"^FO{left},{EDGE + ROW * place}^A@N,{LETTER},{LETTER},{font}^FH_^FD{_escaped(line)}^FS"
        for place, line in enumerate(face.lines)
    )
    area = f"^PW{size.width_mm * DOTS_PER_MM}^LL{size.height_mm * DOTS_PER_MM}"
    code = f"^FO{EDGE},{EDGE}^BQN,2,{size.dots}^FH_^FDMA,{_escaped(face.code)}^FS"
    return f"^XA^CI28{area}{code}{texts}^XZ\n"


def text_left(face: Face, size: LabelSize) -> int:
    """Where the lines begin: right of the code and its quiet zone."""
    return EDGE + (face.modules + 4) * size.dots


def _quoted(text: str) -> str:
    """A quotation mark would end the text and begin a command."""
    return printable(text).replace('"', "＂").replace("\\", "＼")


def _escaped(text: str) -> str:
    """The marks that begin commands, and the mark of this very escape, as hexadecimal."""
    return "".join(f"_{ord(one):02x}" if one in "^~_" else one for one in printable(text))
