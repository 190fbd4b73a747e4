"""Printing on printers of the network: whatever waits goes out, one page after the other on each
printer, by one process at a time. How bytes travel is a `Wire`, given by `webapp/main.py`."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from domain.kernel import ids
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.kernel.errors import DomainError
from domain.operation import printers
from domain.operation.printers import Delivery, PrinterTrouble, PrintOutcome, working
from domain.operation.printers.model import PrintedDocument
from domain.operation.reasons import reason_of
from webapp.print_papers import Composer, NotWanted

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 3.0
POLL_SECONDS = 0.3
WATCH_SECONDS = 15.0


class Wire(Protocol):
    """How pages reach printers; nothing here raises for what a printer or a network does."""

    async def deliver(
        self, printer: Any, page: bytes, begin: Callable[[], Any], confirms: bool
    ) -> Delivery:
        """Print a page; `begin` is awaited just before its first byte leaves, and may say no."""

    async def trouble_of(self, printer: Any) -> PrinterTrouble | None:
        """What keeps it from printing now, or soon will."""


class PrintDesk:
    """One in each process; they share the printers."""

    def __init__(
        self,
        db: Database,
        composer: Composer,
        wire: Wire,
        *,
        clock: Callable[[], datetime] = utc_now,
        poll_seconds: float = POLL_SECONDS,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._db, self._composer, self._wire, self._clock = db, composer, wire, clock
        self._poll_seconds, self._watch_seconds = poll_seconds, watch_seconds
        self._me = ids.new_id()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._watched = 0.0

    async def run(self) -> None:
        """Until cancelled; pages that are being sent then become unknown at the next start."""
        try:
            while True:
                try:
                    await self.look()
                except Exception:  # the edge of this loop: it must go on
                    log.exception("printing.turn_failed")
                await asyncio.sleep(self._poll_seconds)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def look(self) -> None:
        """Begin with every printer for which something is due; now and then ask the others."""
        due = set(await self._db.ask(working.busy, self._clock()))
        loop_time = asyncio.get_running_loop().time()
        if loop_time >= self._watched:
            self._watched = loop_time + self._watch_seconds
            due |= {row.id for row in await self._db.ask(printers.living)}
        for printer_id in sorted(due - self._busy.keys()):
            task = asyncio.create_task(self._serve(printer_id), name=f"printer {printer_id}")
            self._busy[printer_id] = task
            task.add_done_callback(lambda _, one=printer_id: self._busy.pop(one, None))  # type: ignore[misc]

    async def settled(self) -> None:
        """All that was due when asked is printed, or waits."""
        await self.look()
        while self._busy:
            await asyncio.gather(*self._busy.values())

    async def _serve(self, printer_id: str) -> None:
        try:
            now = self._clock()
            if not await self._db.act(working.claim, printer_id, self._me, now, now + LEASE):
                return
            renewing = asyncio.create_task(self._renew(printer_id))
            try:
                await self._empty(printer_id)
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)
            await self._db.act(working.release, printer_id, self._me, self._clock())
        except Exception:  # the edge of this task: the next look begins anew
            log.exception("printing.printer_failed", printer_id=printer_id)

    async def _empty(self, printer_id: str) -> None:
        """Print what waits until nothing is due; ask a printer without work how it is."""
        printed = False
        while job := await self._db.act(working.head, printer_id, self._clock()):
            printer = await self._db.ask(printers.get_printer, printer_id)
            printed = True
            if not await self._print(printer, job):
                return
        if not printed:
            printer = await self._db.ask(printers.get_printer, printer_id)
            await self._see(printer, await self._wire.trouble_of(printer))

    async def _print(self, printer: Any, job: Any) -> bool:
        """False: the printer cannot print just now."""
        try:
            page = await self._composer.bytes_of(printer, job, self._clock())
        except NotWanted:
            await self._db.act(working.drop, job, "not wanted any more", self._clock())
            return True
        except Exception as problem:  # whatever is wrong with one page is that page's failure
            known = isinstance(problem, DomainError | ValueError)
            log.warning("printing.page_failed", job_id=job.id, exc_info=not known)
            await self._db.act(working.give_up, job, reason_of(problem), self._clock())
            return True
        told = await self._wire.deliver(
            printer, page, lambda: self._begin(job), self._confirms(printer, job)
        )
        await self._see(printer, told.trouble)
        return await self._note(job, told)

    async def _note(self, job: Any, told: Delivery) -> bool:
        now = self._clock()
        match told.outcome:
            case PrintOutcome.DONE:
                await self._db.act(working.done, job, now)
            case PrintOutcome.UNKNOWN:
                await self._db.act(working.lose, job, told.trouble, now)
            case PrintOutcome.NOT_SENT if told.trouble is not None:
                await self._db.act(working.postpone, job, told.trouble, now)
                return False
        return True

    def _confirms(self, printer: Any, job: Any) -> bool:
        """A drawer's pulse has no end that anybody would wait for."""
        return bool(printer.confirms) and job.document != PrintedDocument.DRAWER

    async def _begin(self, job: Any) -> bool:
        begun: bool = await self._db.act(working.begin, job, self._me, self._clock())
        return begun

    async def _see(self, printer: Any, trouble: PrinterTrouble | None) -> None:
        await self._db.act(working.see, printer.id, trouble, self._clock())

    async def _renew(self, printer_id: str) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            now = self._clock()
            await self._db.act(working.renew, printer_id, self._me, now, now + LEASE)
