"""The printer: PDFs made in a process of their own, one job after the other.

WeasyPrint needs 200 MB and blocks while it works. So it lives in another process, started with
the first job, let go when nothing was printed for a while, replaced when it has grown, killed
when it hangs. It gets no secrets. `docs/decisions/0020-printing-process.md` says why it is not a
process pool of the standard library.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import structlog
from starlette.applications import Starlette

from domain.kernel.errors import Unavailable, say
from webapp.health import Report
from webapp.printing.fonts import font_problem
from webapp.printing.model import (
    MOST_TICKETS,
    Document,
    Paper,
    PrintedCard,
    PrintedReceipt,
    PrintedReport,
    PrintedShift,
    PrintedStock,
    PrintedTicket,
)
from webapp.printing.wire import LENGTH, Printed

__all__ = ["Printer", "font_problem", "opened"]

log = structlog.get_logger()
ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "webapp.printing.press")
KEPT_VARIABLES = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "VIRTUAL_ENV"}
TRIES = 2  # what ended the process once may have been its surroundings


@asynccontextmanager
async def opened(app: Starlette) -> AsyncIterator[None]:
    """The printer's life beside the app: `app.state.printer`.

    A machine without a font for Chinese is warned of, not refused: its gates can still be passed.
    """
    problem = await asyncio.to_thread(font_problem)
    if problem:
        log.warning("print.no_font", problem=problem.in_english())

    async def check() -> Report:
        return Report(True, problem.in_english() if problem else "")

    app.state.checks["printing"] = check
    app.state.printer = Printer()
    try:
        yield
    finally:
        await app.state.printer.close()


class PressLost(Exception):
    """The process ended before it answered."""


class Printer:
    """Give it documents, get a PDF. Close it when the house closes."""

    def __init__(
        self,
        *,
        timeout_seconds: float = 60,
        idle_seconds: float = 60,
        most_waiting: int = 20,
        largest_mb: int = 400,
    ) -> None:
        self.timeout_seconds = timeout_seconds
        self.idle_seconds = idle_seconds
        self.most_waiting = most_waiting
        self.largest_mb = largest_mb
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._press: Process | None = None
        self._idle: asyncio.Task[None] | None = None

    async def tickets(self, tickets: Sequence[PrintedTicket], *, paper: Paper | str) -> bytes:
        """At most 100 tickets; a page for each, on the roll as long as it needs."""
        if not 1 <= len(tickets) <= MOST_TICKETS:
            raise ValueError(f"1 to {MOST_TICKETS} tickets in a document, not {len(tickets)}")
        return await self._print(tickets, Paper(paper))

    async def receipt(self, receipt: PrintedReceipt, *, paper: Paper | str) -> bytes:
        return await self._print([receipt], Paper(paper))

    async def shift_report(self, shift: PrintedShift, *, paper: Paper | str) -> bytes:
        return await self._print([shift], Paper(paper))

    async def stock_document(self, document: PrintedStock, *, paper: Paper | str) -> bytes:
        """On A4 only: a list of serials has no place on a roll."""
        return await self._print([document], Paper(paper))

    async def card_slip(self, card: PrintedCard) -> bytes:
        """On the roll only: it goes into a purse."""
        return await self._print([card], Paper.ROLL)

    async def report(self, report: PrintedReport, *, paper: Paper | str = Paper.A4) -> bytes:
        return await self._print([report], Paper(paper))

    async def warm(self) -> None:
        """Start the process ahead of the first job, when a window opens its shift."""
        async with self._turn:
            self._stir()
            await self._opened()
            self._rest()

    async def close(self) -> None:
        """Let the process go, once the job at hand is done."""
        async with self._turn:
            self._stir()
            await self._let_go()

    @property
    def pid(self) -> int | None:
        """The process that prints, while there is one."""
        return self._press.pid if self._press else None

    async def _print(self, documents: Sequence[Document], paper: Paper) -> bytes:
        if self._waiting >= self.most_waiting:
            raise Unavailable(say("Too much is waiting to be printed. Please try again."))
        job = msgspec.msgpack.encode((type(documents[0]).__name__, paper, documents))
        self._waiting += 1
        try:
            async with self._turn:
                self._stir()
                return await self._tried(job)
        finally:
            self._waiting -= 1

    async def _tried(self, job: bytes) -> bytes:
        for attempt in range(TRIES):
            try:
                async with asyncio.timeout(self.timeout_seconds):
                    return await self._done(job)
            except TimeoutError:
                log.warning("print.timed_out", seconds=self.timeout_seconds)
                break
            except PressLost as error:
                log.warning("print.process_lost", attempt=attempt + 1, reason=str(error))
        raise Unavailable(say("This could not be printed. Please try again."))

    async def _done(self, job: bytes) -> bytes:
        """Send a job and read its answer. Whatever interrupts this, the process does not stay: its
        next answer would belong to another job."""
        try:
            press = await self._opened()
            printed = msgspec.msgpack.decode(await exchange(press, job), type=Printed)
        except BaseException:
            await self._kill()
            raise
        if printed.missing_letters:
            log.warning("print.letters_missing", letters=printed.missing_letters)
        if printed.resident_kb > self.largest_mb * 1024:
            await self._let_go()
        else:
            self._rest()
        return printed.pdf

    async def _opened(self) -> Process:
        if self._press is None:
            environment = {k: v for k, v in os.environ.items() if is_kept(k)}
            self._press = await asyncio.create_subprocess_exec(
                *COMMAND, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, start_new_session=True
            )
        return self._press

    def _rest(self) -> None:
        self._idle = asyncio.create_task(self._go_when_idle())

    def _stir(self) -> None:
        """Stop counting idle seconds. Only in one's turn: then it is not letting go just now."""
        if self._idle:
            self._idle.cancel()

    async def _go_when_idle(self) -> None:
        await asyncio.sleep(self.idle_seconds)
        async with self._turn:
            await self._let_go()

    async def _let_go(self) -> None:
        """End of input ends the process; it has nothing to do just now."""
        press, self._press = self._press, None
        if press and press.stdin:
            press.stdin.close()
            await press.wait()

    async def _kill(self) -> None:
        press, self._press = self._press, None
        if press and press.returncode is None:
            press.kill()
            await press.wait()
        if press and press.stdin:
            press.stdin.close()
            with suppress(ConnectionError):  # Python 3.11.2 logs what nobody waited for
                await press.stdin.wait_closed()


async def exchange(press: Process, job: bytes) -> bytes:
    """One job in, one answer out, each with its length before it."""
    assert press.stdin and press.stdout
    try:
        press.stdin.write(LENGTH.pack(len(job)) + job)
        await press.stdin.drain()
        (length,) = LENGTH.unpack(await press.stdout.readexactly(LENGTH.size))
        return await press.stdout.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise PressLost(type(error).__name__) from error


def is_kept(variable: str) -> bool:
    """Whether the printing process gets this variable: none of ours, for those hold secrets."""
    return variable in KEPT_VARIABLES or variable.startswith("FONTCONFIG_")
