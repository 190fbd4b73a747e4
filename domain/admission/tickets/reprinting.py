"""Printing a ticket again: the old print is dead, the use stays; and prints that were lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.tickets import signing_keys, store
from domain.admission.tickets.fulfilling import add_medium
from domain.admission.tickets.model import MediumKind, TicketStatus
from domain.commerce.orders import OrderEvent, events
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation import approvals, settings
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "reprint"
NOT_AGAIN = {
    TicketStatus.USED: Refusal.NOT_REPRINTABLE,
    TicketStatus.REFUNDED: Refusal.REFUNDED,
    TicketStatus.CHANGED: Refusal.CHANGED,
    TicketStatus.LOCKED: Refusal.LOCKED,
    TicketStatus.REFUND_PENDING: Refusal.LOCKED,
}


class Reprinted(NamedTuple):
    """`times` stands on the face: 重打 n."""

    medium_id: str
    issue_serial: int
    times: int


async def reprint(
    tx: Tx,
    ticket_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    document_marks: Sequence[str] = (),
) -> Reprinted:
    """A new print; the old one opens no gate any more, the ticket's use is as before.

    Refused NOT_REPRINTABLE when it is used, APPROVAL_NEEDED after the free reprints (then
    `request_reprint`). A ticket with a document on file needs `document_marks`: the keyed hashes
    (`vault.fingerprints("document", number)`) of the document that is shown.
    """
    ticket = await reprintable(tx, ticket_id, reason, document_marks)
    chosen = await settings.current(tx, ticket.area_id)
    if ticket.reprints >= chosen.free_reprints:
        raise Refused(Refusal.APPROVAL_NEEDED)
    return await issue_again(tx, ticket, reason, actor, now)


async def request_reprint(
    tx: Tx,
    ticket_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    document_marks: Sequence[str] = (),
) -> str:
    """Ask a supervisor for one more; approving it issues the new print. The approval's id."""
    ticket = await reprintable(tx, ticket_id, reason, document_marks)
    return approvals.request(
        tx,
        actor,
        KIND,
        ("ticket", ticket_id),
        {"reason": reason, "reprints": ticket.reprints},
        now,
        reason=reason,
        area_id=ticket.area_id,
    )


async def reprintable(tx: Tx, ticket_id: str, reason: str, document_marks: Sequence[str]) -> Any:
    ticket = await tx.one(store.GET_TICKET, id=ticket_id)
    if ticket is None:
        raise NotFound()
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    if refusal := NOT_AGAIN.get(TicketStatus(ticket.status)):
        raise Refused(refusal)
    known = ticket.visitor_id and await tx.one(store.DOCUMENT_OF, visitor_id=ticket.visitor_id)
    if known and known.document_hash and known.document_hash not in document_marks:
        raise InvalidInput(
            {
                "document_number": say(
                    "This is not the document on file: {mask}.", mask=known.document_mask
                )
            }
        )
    return ticket


async def issue_again(tx: Tx, ticket: Any, reason: str, actor: Actor, now: datetime) -> Reprinted:
    await events.happened(tx, ticket.order_id, OrderEvent.REPRINTED, now)
    done = await tx.one(store.REISSUE, ticket_id=ticket.id, seen_version=ticket.version)
    if done is None:
        raise Conflict()
    await tx.run(store.KILL_MEDIA, of_ticket_id=ticket.id, now=now, why=reason[:200])
    kid = await signing_keys.current(tx, now)
    medium_id = add_medium(tx, ticket.id, MediumKind.PAPER, done.issue_serial, kid, actor.id, now)
    record(
        tx,
        actor,
        "ticket.reprinted",
        ticket.id,
        now,
        count=done.reprints,
        reason=reason,
        area_id=ticket.area_id,
    )
    return Reprinted(medium_id, done.issue_serial, done.reprints)


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """A supervisor said yes: the ticket as it is now gets its new print."""
    ticket = await tx.one(store.GET_TICKET, id=approval.subject_id)
    if refusal := NOT_AGAIN.get(TicketStatus(ticket.status)):
        raise Refused(refusal)
    await issue_again(tx, ticket, approval.reason, actor, now)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was locked by asking."""


approvals.register(
    KIND,
    approvals.Effect(
        approved, rejected, Permission.REPRINTS_APPROVE, say("Print a ticket once more")
    ),
)


async def report_loss(tx: Tx, ticket_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """Every medium of the ticket is refused as lost, until it is found or printed again."""
    ticket = await touch(tx, ticket_id, OrderEvent.LOCKED, now)
    if not await tx.rows(store.LOSE_MEDIA, of_ticket_id=ticket.id, why=reason[:200]):
        raise Conflict()
    record(tx, actor, "ticket.reported_lost", ticket_id, now, reason=reason, area_id=ticket.area_id)


async def lift_loss(tx: Tx, ticket_id: str, actor: Actor, now: datetime) -> None:
    """It was found again: its newest print counts."""
    ticket = await touch(tx, ticket_id, OrderEvent.UNLOCKED, now)
    found = await tx.rows(store.FIND_MEDIA, of_ticket_id=ticket.id, serial=ticket.issue_serial)
    if not found:
        raise Conflict()
    record(tx, actor, "ticket.found", ticket_id, now)


async def touch(tx: Tx, ticket_id: str, event: OrderEvent, now: datetime) -> Any:
    """Make a gate that just looked at the ticket look again."""
    ticket = await tx.one(store.GET_TICKET, id=ticket_id)
    if ticket is None:
        raise NotFound()
    await events.happened(tx, ticket.order_id, event, now)
    if await tx.one(store.TOUCH, ticket_id=ticket_id, seen_version=ticket.version) is None:
        raise Conflict()
    return ticket
