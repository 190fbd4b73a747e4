"""Finding tickets, showing everything about one, locking one while it is disputed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.admission.tickets import store
from domain.admission.tickets.model import LIVING
from domain.commerce.orders import OrderEvent, events
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

MOST = 100


class Detail(NamedTuple):
    """A ticket with everything that happened to it, newest first."""

    ticket: Any
    media: list[Any]
    scans: list[Any]
    passages: list[Any]


async def get(tx: Tx, ticket_id: str) -> Any:
    row = await tx.one(store.GET_TICKET, id=ticket_id)
    if row is None:
        raise NotFound()
    return row


async def detail(tx: Tx, ticket_id: str) -> Detail:
    """A question for a ticket's page. Its token and codes are for nobody's eyes."""
    return Detail(
        await get(tx, ticket_id),
        await tx.rows(store.MEDIA_OF, ticket_id=ticket_id),
        await tx.rows(store.SCANS_OF, ticket_id=ticket_id, most=MOST),
        await tx.rows(store.PASSAGES_OF, ticket_id=ticket_id, most=MOST),
    )


async def of_order(tx: Tx, order_id: str) -> list[str]:
    """The ids of an order's tickets, dead ones included, in the order of their making."""
    return [row.id for row in await tx.rows(store.IDS_OF_ORDER, order_id=order_id)]


async def shown_of(tx: Tx, order_id: str) -> list[Any]:
    """An order's tickets as its page lists them: number, type, holder, status, what is left, where
    it was last seen, and when its newest print came out (None: it did not yet)."""
    return await tx.rows(store.OF_ORDER, order_id=order_id)


def living_of(rows: Iterable[Any]) -> list[Any]:
    """Those of these tickets that may still open a gate."""
    return [row for row in rows if row.status in LIVING]


async def scans_of(tx: Tx, order_id: str) -> list[Any]:
    """What gates answered to an order's tickets, newest first; at most 100."""
    return await tx.rows(store.SCANS_OF_ORDER, order_id=order_id, most=MOST)


async def find_by_number(tx: Tx, number: str) -> Any:
    """The ticket with the number on its face, or None."""
    return await tx.one(store.BY_NUMBER, number=number.strip())


async def find_by_code(tx: Tx, *, token: int = 0, medium_code: str = "") -> Any:
    """The ticket that a code stands for, as `redemptions.CodeReader` read it; or None."""
    if token:
        return await tx.one(store.BY_TOKEN, token=token)
    return await tx.one(store.BY_MEDIUM, code=medium_code) if medium_code else None


async def find_by_document(tx: Tx, marks: Sequence[str]) -> list[Any]:
    """A person's tickets by the keyed hashes of their document, the latest visit first."""
    return list(await tx.rows(store.BY_DOCUMENT, marks=list(marks), most=MOST))


async def unused(
    tx: Tx, area_id: str, gate_bit: int, visit_on: date, now: datetime, most: int
) -> list[str]:
    """Ids of a day's tickets that a gate with this bit would let in now. A question."""
    rows = await tx.rows(
        store.UNUSED, area_id=area_id, gate_bit=gate_bit, visit_on=visit_on, now=now, most=most
    )
    return [row.id for row in rows]


async def inside(tx: Tx, area_id: str, visit_on: date, now: datetime, most: int) -> list[str]:
    """Ids of a day's tickets whose holders are inside, first come first. A question."""
    rows = await tx.rows(store.INSIDE, area_id=area_id, visit_on=visit_on, now=now, most=most)
    return [row.id for row in rows]


async def lock(tx: Tx, ticket_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """A dispute: no gate takes it until it is unlocked. Conflict while it passes a gate."""
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    ticket = await get(tx, ticket_id)
    await events.happened(tx, ticket.order_id, OrderEvent.LOCKED, now)
    if not await tx.one(store.LOCK, ticket_id=ticket_id, seen_version=ticket.version, now=now):
        raise Conflict()
    record(
        tx,
        actor,
        "ticket.locked",
        ticket_id,
        now,
        reason=reason,
        before={"status": ticket.status},
        area_id=ticket.area_id,
    )


async def unlock(tx: Tx, ticket_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """The dispute is over: as before."""
    ticket = await get(tx, ticket_id)
    await events.happened(tx, ticket.order_id, OrderEvent.UNLOCKED, now)
    if not await tx.one(store.UNLOCK, ticket_id=ticket_id, seen_version=ticket.version, now=now):
        raise Conflict()
    record(tx, actor, "ticket.unlocked", ticket_id, now, reason=reason or None)
