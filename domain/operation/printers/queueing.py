"""Putting paper into the line of a printer, in the transaction of its cause."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Tx
from domain.operation.printers import store
from domain.operation.printers.managing import printer_for
from domain.operation.printers.model import (
    DRAWER_LIFE,
    GIVE_UP_AFTER,
    Post,
    PostKind,
    PrintedDocument,
    PrintStatus,
    Sheet,
)

FIRST, LAST = -1, 1_000_000  # before and after all others of a moment


class Again(NamedTuple):
    """Somebody wants a piece of paper once more that may lie somewhere already."""

    job: Any
    reason: str
    document_marks: Sequence[str] = ()


CameOut = Callable[[Tx, Any, datetime], Awaitable[None]]
PrintAgain = Callable[[Tx, Again, Actor, datetime], Awaitable[Sheet]]


class Effect(NamedTuple):
    """What a document means to its package. `came_out`: the paper is there, or may be. `again`:
    make what is to be printed instead of it, or refuse."""

    came_out: CameOut
    again: PrintAgain


_effects: dict[PrintedDocument, Effect] = {}


def register(document: PrintedDocument, effect: Effect) -> None:
    """Say, when a package is imported, what printing its documents means."""
    _effects[document] = effect


def effect_of(document: str) -> Effect | None:
    return _effects.get(PrintedDocument(document))


async def enqueue(
    tx: Tx,
    post: Post,
    sheets: Sequence[Sheet],
    cause_id: str,
    actor: Actor,
    now: datetime,
    *,
    is_last: bool = False,
) -> bool:
    """Have these printed at a window or kiosk, in this order, and after all else of the moment
    when they are its last. False where no printer of the server's prints them: then paper comes
    from the browser."""
    lines = {}
    for document in {sheet.document for sheet in sheets}:
        lines[document] = await printer_for(tx, post, document)
        if lines[document] is None:
            return False
    for place, sheet in enumerate(sheets, LAST if is_last else 0):
        add_job(tx, lines[sheet.document], post, sheet, cause_id, actor, now, place=place)
    return True


async def open_drawer(tx: Tx, window_id: str | None, cause_id: str, now: datetime) -> None:
    """Cash goes in or out at this window: open its drawer, if it hangs on a printer. Before the
    paper of the same moment, so that the cashier need not wait."""
    if window_id is None:
        return
    post = Post(PostKind.WINDOW, window_id)
    printer = await printer_for(tx, post, PrintedDocument.DRAWER)
    if printer is not None:
        sheet = Sheet(PrintedDocument.DRAWER, window_id, "")
        add_job(tx, printer, post, sheet, cause_id, SYSTEM, now, place=FIRST)


def add_job(
    tx: Tx,
    printer: Any,
    post: Post | None,
    sheet: Sheet,
    cause_id: str,
    actor: Actor,
    now: datetime,
    *,
    place: int = 0,
    again_of: str | None = None,
) -> str:
    """One piece of paper for one printer; gives the job's id."""
    job_id = ids.new_id()
    life = DRAWER_LIFE if sheet.document is PrintedDocument.DRAWER else GIVE_UP_AFTER
    tx.add(
        store.ADD_JOB,
        id=job_id,
        printer_id=printer.id,
        area_id=printer.area_id,
        post_kind=post.kind.value if post else None,
        post_id=post.id if post else None,
        document=sheet.document.value,
        subject_id=sheet.subject_id,
        cause_id=cause_id,
        number=sheet.number[:40],
        details=dict(sheet.details),
        place=place,
        status=PrintStatus.QUEUED.value,
        staff_id=actor.id if actor.kind is ActorKind.STAFF else None,
        again_of=again_of,
        queued_at=now,
        due_at=now,
        give_up_at=now + life,
    )
    return job_id


async def jobs_of(tx: Tx, cause_id: str) -> list[Any]:
    """All that an order, shift or handout had printed, oldest first. A question."""
    return list(await tx.rows(store.JOBS_OF_CAUSE, cause_id=cause_id))


async def newest_of(
    tx: Tx, document: PrintedDocument, subject_ids: Sequence[str]
) -> dict[str, Any]:
    """The newest job for each of these things that has one. A question."""
    wanted = {"ids": list(subject_ids), "document": document.value}
    return {row.subject_id: row for row in await tx.rows(store.NEWEST_OF, **wanted)}
