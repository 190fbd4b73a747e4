"""What staff see of the line before the printers, and what they may do with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.printers import store
from domain.operation.printers.managing import get_printer
from domain.operation.printers.model import (
    GIVE_UP_AFTER,
    NEEDS_PERSON,
    Post,
    PostKind,
    PrintedDocument,
    PrintStatus,
    Sheet,
    documents_of,
)
from domain.operation.printers.model import PrinterLanguage as Language
from domain.operation.printers.queueing import Again, add_job, effect_of

FIRST = Cut()
KEPT = timedelta(days=90)
FORGET_AT_ONCE = 1_000
COUNT_UP_TO = 1_001  # shown as "more than 1,000"


class Line(NamedTuple):
    """What waits before one printer."""

    queued: int = 0
    sending: int = 0

    @property
    def waiting(self) -> int:
        return self.queued + self.sending


async def get(tx: Tx, job_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_JOB, id=job_id)
    if row is None:
        raise NotFound()
    return row


async def page(
    tx: Tx, statuses: Sequence[PrintStatus], printers: Sequence[str], cut: Cut = FIRST
) -> list[Any]:
    """Newest first; a cut's key is (queued_at, id)."""
    values = {"statuses": [one.value for one in statuses], "printers": list(printers)}
    return await store.LIST_JOBS.page(tx, cut, **values)


async def count(tx: Tx, statuses: Sequence[PrintStatus], printers: Sequence[str]) -> int:
    """How many, counted no further than 1,001."""
    values = {"statuses": [one.value for one in statuses], "printers": list(printers)}
    return int((await tx.one(store.COUNT_JOBS, most=COUNT_UP_TO, **values)).n)


async def lines(tx: Tx) -> dict[str, Line]:
    """How many wait, by printer; those with an empty line are left out."""
    found: dict[str, Line] = {}
    for row in await tx.rows(store.WAITING_AT):
        before = found.get(row.printer_id, Line())
        found[row.printer_id] = before._replace(**{row.status: row.n})
    return found


async def print_test(tx: Tx, printer_id: str, actor: Actor, now: datetime) -> str:
    """A page that is no ticket; gives the job's id."""
    printer = await get_printer(tx, printer_id)
    if printer.retired_at is not None:
        raise Conflict(say("This printer is out of use."))
    sheet = Sheet(PrintedDocument.TEST, printer_id, printer.name)
    record(tx, actor, "printer.tested", printer_id, now, area_id=printer.area_id)
    return add_job(tx, printer, None, sheet, printer_id, actor, now)


async def retry(tx: Tx, job_id: str, actor: Actor, now: datetime) -> None:
    """Try one again of which nothing was printed. Conflict for any other."""
    job = await get(tx, job_id)
    if not await tx.one(store.AGAIN, job=job_id, now=now, until=now + GIVE_UP_AFTER):
        raise Conflict()
    note(tx, actor, job, "retried", now)


async def cancel(tx: Tx, job_id: str, actor: Actor, now: datetime, reason: str = "") -> None:
    """Do not print it. Conflict when it is being printed, or was."""
    job = await get(tx, job_id)
    if job.status not in (PrintStatus.QUEUED, PrintStatus.FAILED):
        raise Conflict()
    await end(tx, job, PrintStatus.CANCELLED, reason, now)
    note(tx, actor, job, "cancelled", now, reason=reason or None)


async def redirect(tx: Tx, job_id: str, printer_id: str, actor: Actor, now: datetime) -> None:
    """Print it on another printer of the area that can. Conflict once it is being printed."""
    job, printer = await get(tx, job_id), await get_printer(tx, printer_id)
    able = documents_of(Language(printer.language))
    if printer.area_id != job.area_id or printer.retired_at is not None or job.document not in able:
        raise InvalidInput({"printer_id": say("That printer does not print this.")})
    until = now + GIVE_UP_AFTER
    if not await tx.one(store.REDIRECT, job=job_id, to_printer=printer_id, now=now, until=until):
        raise Conflict()
    old = await get_printer(tx, job.printer_id)
    changed = {"before": {"printer": old.name}, "after": {"printer": printer.name}}
    note(tx, actor, job, "redirected", now, **changed)


async def settle(tx: Tx, job_id: str, actor: Actor, now: datetime) -> None:
    """Somebody looked: the paper of an unknown one is there."""
    job = await get(tx, job_id)
    if job.status != PrintStatus.UNKNOWN:
        raise Conflict()
    await end(tx, job, PrintStatus.DONE, "", now)
    note(tx, actor, job, "confirmed", now)


async def print_again(tx: Tx, again: Again, actor: Actor, now: datetime) -> str:
    """The paper of an unknown one is not there, or spoiled: a new print takes its place. A
    ticket's is a reprint, with its rules and its mark. Gives the new job's id."""
    job, printer = again.job, await get_printer(tx, again.job.printer_id)
    if job.status != PrintStatus.UNKNOWN:
        raise Conflict()
    if not again.reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    if printer.retired_at is not None:
        raise Conflict(say("This printer is out of use."))
    effect = effect_of(job.document)
    sheet = sheet_of(job)
    if effect is not None:
        sheet = await effect.again(tx, again, actor, now)
    await end(tx, job, PrintStatus.CANCELLED, again.reason, now)
    note(tx, actor, job, "printed_again", now, reason=again.reason)
    return add_job(tx, printer, post_of(job), sheet, job.cause_id, actor, now, again_of=job.id)


async def end(tx: Tx, job: Any, to: PrintStatus, why: str, now: datetime) -> None:
    """Conflict when somebody was first."""
    values = {"new_status": to.value, "what": job.trouble, "why": why[:400], "now": now}
    if not await tx.one(store.END, job=job.id, seen=job.status, **values):
        raise Conflict()


def sheet_of(job: Any) -> Sheet:
    return Sheet(PrintedDocument(job.document), job.subject_id, job.number, job.details)


def post_of(job: Any) -> Post | None:
    return Post(PostKind(job.post_kind), job.post_id) if job.post_kind else None


def needs_person(job: Any) -> bool:
    return PrintStatus(job.status) in NEEDS_PERSON


async def forget_old(tx: Tx, now: datetime) -> None:
    """Let go of what was printed long ago."""
    await tx.run(store.FORGET, long_ago=now - KEPT, most=FORGET_AT_ONCE)


def note(tx: Tx, actor: Actor, job: Any, verb: str, now: datetime, **detail: Any) -> None:
    record(
        tx,
        actor,
        f"print_job.{verb}",
        job.id,
        now,
        area_id=job.area_id,
        number=job.number or None,
        **detail,
    )
