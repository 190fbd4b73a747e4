"""What the one process that prints on a printer writes down before and after each page.

A page is `sending` from just before its first byte until the printer has said that it is on paper.
Whoever takes a printer over finds pages that a dead process was sending: nobody knows about them,
so they become `unknown` and wait for a person. They are never sent again by themselves.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation.audit import record
from domain.operation.printers import store
from domain.operation.printers.managing import get_printer
from domain.operation.printers.model import (
    PrintedDocument,
    PrinterTrouble,
    PrintStatus,
    backoff_after,
)
from domain.operation.printers.queueing import effect_of

WhenSeen = Callable[[Tx, Any, PrinterTrouble | None, datetime], Awaitable[None]]
_when_seen: list[WhenSeen] = []

TOO_LATE = say("The printer could not print for too long.")


def when_seen(listener: WhenSeen) -> None:
    """Have something done when a printer's state has changed."""
    if listener not in _when_seen:
        _when_seen.append(listener)


async def busy(tx: Tx, now: datetime) -> list[str]:
    """The printers for which something is due. A question."""
    return [row.printer_id for row in await tx.rows(store.BUSY, now=now)]


async def claim(tx: Tx, printer_id: str, me: str, now: datetime, until: datetime) -> bool:
    """Begin to print on it, unless another does. What was being sent when that ended without a
    word is unknown from now on."""
    if not await renew(tx, printer_id, me, now, until):
        return False
    for job in await tx.rows(store.LOST, printer=printer_id):
        await _unknown(tx, job, None, now)
    return True


async def renew(tx: Tx, printer_id: str, me: str, now: datetime, until: datetime) -> bool:
    """Go on printing on it until then."""
    values = {"printer": printer_id, "me": me, "now": now, "until": until}
    return await tx.one(store.CLAIM, **values) is not None


async def release(tx: Tx, printer_id: str, me: str, now: datetime) -> None:
    """Another may print on it at once."""
    await tx.run(store.RELEASE, printer=printer_id, me=me, now=now)


async def head(tx: Tx, printer_id: str, now: datetime) -> Any:
    """The next job when it is due, or None. What waited for too long is given up on the way."""
    while job := await tx.one(store.HEAD, printer=printer_id):
        if now < job.give_up_at:
            return job if job.due_at <= now else None
        if job.document == PrintedDocument.DRAWER:
            await _end(tx, job, PrintStatus.CANCELLED, job.trouble, "", now)
        else:
            await give_up(tx, job, TOO_LATE.in_english(), now)
    return None


async def begin(tx: Tx, job: Any, me: str, now: datetime) -> bool:
    """The first byte is about to leave. False when it was cancelled or redirected meanwhile."""
    values = {"printer": job.printer_id, "me": me, "now": now}
    return await tx.one(store.BEGIN, job=job.id, **values) is not None


async def postpone(tx: Tx, job: Any, trouble: PrinterTrouble | None, now: datetime) -> None:
    """Nothing was printed: the line waits, and tries again a little later. What was redirected
    meanwhile is the other printer's: it may be on paper there."""
    word = trouble.value if trouble else None
    again_at = now + backoff_after(job.attempts + 1)
    values = {"printer": job.printer_id, "what": word, "again_at": again_at}
    await tx.one(store.POSTPONE, job=job.id, **values)


async def done(tx: Tx, job: Any, now: datetime) -> None:
    """It is on paper."""
    if await _end(tx, job, PrintStatus.DONE, None, "", now, PrintStatus.SENDING):
        await came_out(tx, job, now)


async def lose(tx: Tx, job: Any, trouble: PrinterTrouble | None, now: datetime) -> None:
    """The line was cut, or no answer came. A drawer is not looked for: it stands open or not."""
    if job.document == PrintedDocument.DRAWER:
        await _end(tx, job, PrintStatus.DONE, None, "", now, PrintStatus.SENDING)
    else:
        await _unknown(tx, job, trouble, now)


async def give_up(tx: Tx, job: Any, why: str, now: datetime) -> None:
    """Nothing was printed, and trying again is of no use: a person has to say what now."""
    if await _end(tx, job, PrintStatus.FAILED, job.trouble, why, now):
        tell(tx, job, "failed", now, reason=why)


async def drop(tx: Tx, job: Any, why: str, now: datetime) -> None:
    """It is not wanted any more: a newer print has taken its place, or the ticket is void."""
    if await _end(tx, job, PrintStatus.CANCELLED, None, why, now):
        tell(tx, job, "cancelled", now, reason=why)


async def see(tx: Tx, printer_id: str, trouble: PrinterTrouble | None, now: datetime) -> None:
    """What the printer said about itself, or that it says nothing."""
    printer = await get_printer(tx, printer_id)
    word = trouble.value if trouble else None
    await tx.run(store.SEE, printer=printer_id, what=word, now=now)
    if printer.seen_at is None or printer.trouble != word:
        for listener in _when_seen:
            await listener(tx, printer, trouble, now)


async def came_out(tx: Tx, job: Any, now: datetime) -> None:
    effect = effect_of(job.document)
    if effect is not None:
        await effect.came_out(tx, job, now)


async def _unknown(tx: Tx, job: Any, trouble: PrinterTrouble | None, now: datetime) -> None:
    word = trouble.value if trouble else None
    if await _end(tx, job, PrintStatus.UNKNOWN, word, "", now, PrintStatus.SENDING):
        await came_out(tx, job, now)
        tell(tx, job, "lost", now)


async def _end(
    tx: Tx,
    job: Any,
    to: PrintStatus,
    trouble: str | None,
    why: str,
    now: datetime,
    seen: PrintStatus = PrintStatus.QUEUED,
) -> bool:
    values = {"new_status": to.value, "what": trouble, "why": why[:400], "now": now}
    return await tx.one(store.END, job=job.id, seen=seen.value, **values) is not None


def tell(tx: Tx, job: Any, verb: str, now: datetime, **detail: Any) -> None:
    """Into the trail: what became of a job without anybody doing it."""
    record(
        tx,
        SYSTEM,
        f"print_job.{verb}",
        job.id,
        now,
        area_id=job.area_id,
        number=job.number or None,
        **detail,
    )
