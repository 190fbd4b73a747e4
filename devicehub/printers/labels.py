"""TSPL and ZPL read back: the lines and the code that a label would show."""

import re

from devicehub.printers.reading import Slip, read_back
from domain.operation.printers import PrinterLanguage

TSPL_TEXT = re.compile(r'^TEXT .*,"(.*)"$')
TSPL_CODE = re.compile(r'^QRCODE .*,"(.*)"$')
ZPL_FIELD = re.compile(r"(\^BQN,2,\d+)?\^FH_\^FD(.*?)\^FS", re.S)
ESCAPED = re.compile(r"(?:_[0-9a-fA-F]{2})+")
CODE_MARK = "MA,"  # level and kind of input, before the text of a code


def read_paper(language: str, page: bytes) -> list[Slip]:
    """The pieces of paper that a page makes on a printer of this language."""
    match PrinterLanguage(language):
        case PrinterLanguage.ESCPOS:
            return read_back(page)
        case PrinterLanguage.TSPL:
            return [_tspl(part) for part in page.decode("gb18030").split("CLS\r\n")[1:]]
        case PrinterLanguage.ZPL:
            return [_zpl(part) for part in page.decode().split("^XA")[1:]]


def _tspl(part: str) -> Slip:
    slip = Slip()
    for row in part.split("\r\n"):
        if found := TSPL_TEXT.match(row):
            slip.lines.append(found[1])
        elif found := TSPL_CODE.match(row):
            slip.codes.append(found[1])
    return slip


def _zpl(part: str) -> Slip:
    slip = Slip()
    for is_code, raw in ZPL_FIELD.findall(part):
        text = ESCAPED.sub(_unescaped, raw)
        if is_code:
            slip.codes.append(text.removeprefix(CODE_MARK))
        else:
            slip.lines.append(text)
    return slip


def _unescaped(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("_", "")).decode()
