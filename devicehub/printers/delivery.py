"""One page to one printer, and the truth about what became of it.

Before a page the printer is asked whether it can print: a no means that nothing was sent, and the
page may be tried again. After the page comes a question that the printer answers in its turn, when
all before it is on paper. No answer means that nobody knows: the page is then a person's to look
for, and is never sent again by itself. Label printers have no such question: they are asked until
they have nothing left to print (`label_status.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

from devicehub.printers.label_status import ASKING, LabelState, asked
from domain.operation.printers import Delivery, PrinterLanguage
from domain.operation.printers import PrinterTrouble as Trouble
from domain.operation.printers import PrintOutcome as Outcome

OFFLINE_CAUSE, PAPER = b"\x10\x04\x02", b"\x10\x04\x04"  # answered at once
PRINTED_SO_FAR = b"\x1dr\x01"  # answered in its turn
FIXED_BITS, AT_ONCE, IN_TURN = 0x90, 0x10, 0x00  # tell the two kinds of answer apart
COVER_OPEN, FAILED = 0x04, 0x40
PAPER_LOW, PAPER_OUT = 0x0C, 0x60
ANSWER_SECONDS = 3.0
PAGE_SECONDS = 30.0
LABEL_PAUSE_SECONDS, SEEN_IDLE = 0.1, 2


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Begin = Callable[[], Awaitable[bool]]


async def always() -> bool:
    return True


async def deliver(
    host: str,
    port: int,
    page: bytes,
    *,
    begin: Begin = always,
    confirms: bool = True,
    answer_seconds: float = ANSWER_SECONDS,
    page_seconds: float = PAGE_SECONDS,
    language: str = PrinterLanguage.ESCPOS,
) -> Delivery:
    """Print a page. Never raises for what a printer or a network does.

    `begin` is asked just before the first byte leaves; with its no nothing is sent. A printer that
    confirms nothing has printed what it took: nobody will ever know better.
    """
    line = await _connect(host, port, answer_seconds)
    if line is None:
        return Delivery(Outcome.NOT_SENT, Trouble.OFFLINE)
    try:
        if confirms:
            trouble = await _trouble(line, language, answer_seconds)
            if trouble not in (None, Trouble.PAPER_LOW):
                return Delivery(Outcome.NOT_SENT, trouble)
        if not await begin():
            return Delivery(Outcome.NOT_SENT)
        if confirms and language in ASKING:
            return await _labelled(line, page, language, answer_seconds, page_seconds)
        if confirms:
            return await _printed(line, page, answer_seconds, page_seconds)
        return await _taken(line, page, page_seconds)
    finally:
        await _close(line)


async def trouble_of(
    host: str,
    port: int,
    *,
    confirms: bool = True,
    answer_seconds: float = ANSWER_SECONDS,
    language: str = PrinterLanguage.ESCPOS,
) -> Trouble | None:
    """What keeps this printer from printing now, or soon will."""
    line = await _connect(host, port, answer_seconds)
    if line is None:
        return Trouble.OFFLINE
    try:
        return await _trouble(line, language, answer_seconds) if confirms else None
    finally:
        await _close(line)


def read_trouble(cause: int, paper: int) -> Trouble | None:
    """The two answers of a printer in our words, the worst first."""
    return next(_troubles(cause, paper), None)


def _troubles(cause: int, paper: int) -> Iterator[Trouble]:
    if cause & COVER_OPEN:
        yield Trouble.COVER_OPEN
    if paper & PAPER_OUT:
        yield Trouble.PAPER_OUT
    if cause & FAILED:
        yield Trouble.FAILED
    if paper & PAPER_LOW:
        yield Trouble.PAPER_LOW


async def _printed(line: Line, page: bytes, answer_seconds: float, page_seconds: float) -> Delivery:
    reader, writer = line
    try:
        async with asyncio.timeout(page_seconds):
            writer.write(page + PRINTED_SO_FAR)
            await writer.drain()
            await _answer(reader, IN_TURN)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Delivery(Outcome.UNKNOWN, await _asked(line, answer_seconds))
    return Delivery(Outcome.DONE, await _asked(line, answer_seconds))


async def _labelled(
    line: Line, page: bytes, language: str, answer_seconds: float, page_seconds: float
) -> Delivery:
    """Sent, and the printer was seen with nothing left to do, twice: it may not have begun when it
    is asked first. What stops it midway keeps the rest in its memory: a person looks."""
    state, idle = LabelState(None), 0
    try:
        async with asyncio.timeout(page_seconds):
            line[1].write(page)
            await line[1].drain()
            while idle < SEEN_IDLE:
                await asyncio.sleep(LABEL_PAUSE_SECONDS)
                state = await asked(line, language, answer_seconds)
                if state.trouble is not None:
                    return Delivery(Outcome.UNKNOWN, state.trouble)
                idle = 0 if state.is_busy else idle + 1
    except (OSError, TimeoutError):
        return Delivery(Outcome.UNKNOWN, state.trouble)
    return Delivery(Outcome.DONE)


async def _taken(line: Line, page: bytes, page_seconds: float) -> Delivery:
    """All of it left, as far as this side can tell."""
    _, writer = line
    try:
        async with asyncio.timeout(page_seconds):
            writer.write(page)
            await writer.drain()
            writer.write_eof()
    except (OSError, TimeoutError):
        return Delivery(Outcome.UNKNOWN, Trouble.OFFLINE)
    return Delivery(Outcome.DONE)


async def _connect(host: str, port: int, seconds: float) -> Line | None:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(seconds):
            return await asyncio.open_connection(host, port)
    return None


async def _trouble(line: Line, language: str, seconds: float) -> Trouble | None:
    if language in ASKING:
        return (await asked(line, language, seconds)).trouble
    return await _asked(line, seconds)


async def _asked(line: Line, seconds: float) -> Trouble | None:
    """A line that gives no answer is offline."""
    reader, writer = line
    answers = []
    try:
        async with asyncio.timeout(seconds):
            for question in (OFFLINE_CAUSE, PAPER):
                writer.write(question)
                await writer.drain()
                answers.append(await _answer(reader, AT_ONCE))
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Trouble.OFFLINE
    return read_trouble(*answers)


async def _answer(reader: asyncio.StreamReader, kind: int) -> int:
    """The next answer of this kind. One of the other kind is an old one that came late."""
    while True:
        (answer,) = await reader.readexactly(1)
        if answer & FIXED_BITS == kind:
            return answer


async def _close(line: Line) -> None:
    line[1].close()
    with suppress(OSError):
        await line[1].wait_closed()
