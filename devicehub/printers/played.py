"""A printer that is played: it listens as one does, and what it printed can be read.

It runs out of paper, stands open, is slow and cuts the line in the middle of a page, as asked.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from devicehub.printers.reading import Reader, Slip

AT_ONCE = re.compile(rb"\x10\x04([\x01-\x04])", re.S)
ALWAYS = 0x12  # two bits that every answer has
COVER_OPEN, PAPER_STOP = 0x04, 0x20
PAPER_LOW, PAPER_OUT = 0x0C, 0x60
CHUNK = 512


@dataclass
class PlayedPrinter:
    """Start it, print, look at `read`; change its state at any time."""

    read: Reader = field(default_factory=Reader)
    has_paper: bool = True
    is_low: bool = False
    is_open: bool = False
    cuts_line_after: int | None = None  # bytes of pages
    runs_out_after: int | None = None  # the same
    seconds_per_chunk: float = 0.0
    port: int = 0
    taken: int = 0  # bytes of pages
    most_slips: int | None = None  # it remembers the last ones only
    when_cut: Callable[[Slip], None] | None = None
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """It is switched off; what it printed stays."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting = b""
        try:
            while arrived := await reader.read(CHUNK):
                for question in AT_ONCE.findall(arrived):
                    writer.write(bytes([self._state(question[0])]))
                waiting += AT_ONCE.sub(b"", arrived)
                if self.can_print and waiting:
                    if await self._print(waiting, writer):
                        return
                    waiting = b""
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self.read.forget_half()
            writer.close()

    async def _print(self, page: bytes, writer: asyncio.StreamWriter) -> bool:
        """True when the line is cut."""
        await asyncio.sleep(self.seconds_per_chunk)
        end = self.cuts_line_after
        is_cut = end is not None and self.taken + len(page) > end
        page = page[: max(end - self.taken, 0)] if is_cut and end is not None else page
        self.taken += len(page)
        if is_cut:
            self.cuts_line_after = None  # it happens once
        if self.runs_out_after is not None and self.taken >= self.runs_out_after:
            self.has_paper = False
        before = len(self.read.slips)
        for _ in range(self.read.feed(page)):
            writer.write(b"\x00")
        for slip in self.read.slips[before:]:
            if self.when_cut is not None:
                self.when_cut(slip)
        if self.most_slips is not None:
            del self.read.slips[: -self.most_slips]
        return is_cut

    @property
    def can_print(self) -> bool:
        return self.has_paper and not self.is_open

    def _state(self, question: int) -> int:
        if question == 2:
            stop = 0 if self.has_paper else PAPER_STOP
            return ALWAYS | stop | (COVER_OPEN if self.is_open else 0)
        if question == 4:
            low = PAPER_LOW if self.is_low or not self.has_paper else 0
            return ALWAYS | low | (0 if self.has_paper else PAPER_OUT)
        return ALWAYS | (0 if self.can_print else 0x08)
