"""Tickets on the printers of windows and kiosks: in the transaction that makes them due.

Where no printer of the server's serves a window, nothing waits here: its browser prints.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from domain.admission import tickets
from domain.admission.tickets import LIVING
from domain.commerce import payments, shifts
from domain.commerce.orders import events
from domain.commerce.orders.lines import Sold
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.operation import printers
from domain.operation.printers import (
    Again,
    Effect,
    Post,
    PostKind,
    PrintedDocument,
    PrintStatus,
    Sheet,
)
from domain.operation.printers.worklist import cancel

ROLL = "80mm"  # what blanks are counted by
BY_BROWSER, ANEW = "printed by the browser", "asked for anew"

WhenOut = Callable[[Tx, Any, datetime], Awaitable[None]]
_when_out: list[WhenOut] = []


def when_out(listener: WhenOut) -> None:
    """Have something done when a ticket's paper came out, or may have."""
    if listener not in _when_out:
        _when_out.append(listener)


async def print_tickets(
    tx: Tx,
    order_id: str,
    ticket_ids: Sequence[str],
    post: Post,
    actor: Actor,
    now: datetime,
    *,
    cause_id: str = "",
) -> bool:
    """Have an order's tickets printed here, one piece of paper each; of none named, all of them.
    False where the browser does it. A print that already waits is not asked for twice."""
    if await printers.printer_for(tx, post, PrintedDocument.TICKET) is None:
        return False
    rows = [row for row in await tickets.shown_of(tx, order_id) if row.status in LIVING]
    chosen = [row for row in rows if not ticket_ids or row.id in ticket_ids]
    newest = await printers.newest_of(tx, PrintedDocument.TICKET, [row.id for row in chosen])
    due = [row for row in chosen if not is_known(newest.get(row.id), row.issue_serial)]
    for row in due:  # what was given up would come out twice if somebody tried it again
        job = newest.get(row.id)
        if job is not None and job.status == PrintStatus.FAILED:
            await cancel(tx, job.id, actor, now, ANEW)
    sheets = [
        Sheet(PrintedDocument.TICKET, row.id, row.number, {"issue": row.issue_serial})
        for row in due
    ]
    return await printers.enqueue(tx, post, sheets, cause_id or order_id, actor, now)


def is_known(job: Any | None, issue: int) -> bool:
    """Does a job stand for this very print of the ticket?"""
    return (
        job is not None
        and job.details.get("issue") == issue
        and job.status not in (PrintStatus.CANCELLED, PrintStatus.FAILED)
    )


async def take_over(tx: Tx, rows: Sequence[Any], actor: Actor, now: datetime) -> list[str]:
    """The browser prints these tickets instead: what waits for a printer is called off. Gives the
    ids that may be printed; a print that a printer has or had comes again only as a reprint."""
    newest = await printers.newest_of(tx, PrintedDocument.TICKET, [row.id for row in rows])
    free = []
    for row in rows:
        job = newest.get(row.id)
        if job is not None and job.status in (PrintStatus.QUEUED, PrintStatus.FAILED):
            await cancel(tx, job.id, actor, now, BY_BROWSER)
            free.append(row.id)
        elif not is_known(job, row.issue_serial):
            free.append(row.id)
    return free


async def print_sold(tx: Tx, sold: Sold, now: datetime) -> None:
    """Paid at a window: its tickets come out there, and the receipt where one is printed."""
    if sold.channel is not Channel.WINDOW:
        return
    post = Post(PostKind.WINDOW, await paid_at(tx, sold))
    actor = Actor(ActorKind.STAFF, sold.staff_id, post.id)
    await print_tickets(tx, sold.id, (), post, actor, now)
    receipt = Sheet(PrintedDocument.RECEIPT, sold.id, sold.number)
    await printers.enqueue(tx, post, [receipt], sold.id, actor, now, is_last=True)


async def paid_at(tx: Tx, sold: Sold) -> str:
    """The window that took the money, which may be another than the one that sold."""
    taken = [one for one in await payments.payments_of(tx, sold.id) if one.shift_id]
    if taken and taken[-1].shift_id:
        return (await shifts.get_shift(tx, taken[-1].shift_id)).window_id
    return sold.window_id or ""


async def came_out(tx: Tx, job: Any, now: datetime) -> None:
    """The print is out, or may be: it uses up a blank of its window as any print does."""
    ticket = await tickets.get(tx, job.subject_id)
    if ticket.issue_serial == job.details.get("issue"):
        where = None
        actor = SYSTEM
        if job.post_kind == PostKind.WINDOW:
            where = tickets.Printer(job.post_id, ROLL)
            actor = Actor(ActorKind.STAFF, job.staff_id, job.post_id)
        await tickets.mark_printed(tx, [ticket.id], now, where, actor)
    for listener in _when_out:
        await listener(tx, job, now)


async def again(tx: Tx, wish: Again, actor: Actor, now: datetime) -> Sheet:
    """Nobody found the paper: the old print dies, and the next one says 重打."""
    job = wish.job
    ticket = await tickets.get(tx, job.subject_id)
    if ticket.issue_serial != job.details.get("issue"):
        raise Conflict(say("This ticket was printed again already."))
    done = await tickets.reprint(
        tx, ticket.id, wish.reason, actor, now, document_marks=wish.document_marks
    )
    return Sheet(PrintedDocument.TICKET, ticket.id, ticket.number, {"issue": done.issue_serial})


events.when_paid(print_sold)
printers.register(PrintedDocument.TICKET, Effect(came_out, again))
