"""What a label printer says of itself: TSPL answers `<ESC>!?` with a byte, ZPL `~HS` with three
lines. Both answer at once, whatever they are printing; neither says when a page is on paper, but
both say whether they are still at work.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from domain.operation.printers import PrinterLanguage
from domain.operation.printers import PrinterTrouble as Trouble

TSPL_QUESTION, ZPL_QUESTION = b"\x1b!?", b"~HS"
HEAD_OPEN, JAM, OUT_OF_PAPER, NO_RIBBON, PAUSED, PRINTING, OTHER = 1, 2, 4, 8, 16, 32, 128
ZPL_END = b"\x03"
ZPL_LINES = 3


class LabelState(NamedTuple):
    trouble: Trouble | None
    is_busy: bool = False


class UnreadableState(ValueError):
    """An answer that is none: the line is another device's, or broken."""


def read_tspl(state: int) -> LabelState:
    """The worst first."""
    if state & HEAD_OPEN:
        return LabelState(Trouble.COVER_OPEN)
    if state & OUT_OF_PAPER:
        return LabelState(Trouble.PAPER_OUT)
    if state & (JAM | NO_RIBBON | PAUSED | OTHER):
        return LabelState(Trouble.FAILED)
    return LabelState(None, bool(state & PRINTING))


def read_zpl(lines: list[str]) -> LabelState:
    """Of the first line the second field is "no paper", the third "paused", the fifth what waits
    in the buffer; of the second the third is "head up", the fourth "no ribbon", the ninth how many
    labels are left to print."""
    try:
        first, second = (line.split(",") for line in lines[:2])
        no_paper, paused, waiting = first[1], first[2], int(first[4])
        head_up, no_ribbon, left = second[2], second[3], int(second[8])
    except (ValueError, IndexError):
        raise UnreadableState from None
    if head_up == "1":
        return LabelState(Trouble.COVER_OPEN)
    if no_paper == "1":
        return LabelState(Trouble.PAPER_OUT)
    if "1" in (paused, no_ribbon):
        return LabelState(Trouble.FAILED)
    return LabelState(None, waiting + left > 0)


async def _ask_tspl(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> LabelState:
    writer.write(TSPL_QUESTION)
    await writer.drain()
    return read_tspl((await reader.readexactly(1))[0])


async def _ask_zpl(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> LabelState:
    writer.write(ZPL_QUESTION)
    await writer.drain()
    lines = [(await reader.readuntil(ZPL_END)).decode("latin-1") for _ in range(ZPL_LINES)]
    return read_zpl([re.sub(r"[\x02\x03\r\n ]", "", line) for line in lines])


Ask = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[LabelState]]
ASKING: Mapping[str, Ask] = {
    PrinterLanguage.TSPL: _ask_tspl,
    PrinterLanguage.ZPL: _ask_zpl,
}
PROBLEMS = (
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
    UnreadableState,
)


async def asked(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter], language: str, seconds: float
) -> LabelState:
    """A line that gives no answer is offline."""
    try:
        async with asyncio.timeout(seconds):
            return await ASKING[language](*line)
    except PROBLEMS:
        return LabelState(Trouble.OFFLINE)
