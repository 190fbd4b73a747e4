"""What a paid ticket line becomes, and what refunds and changes do to it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.tickets import seats, signing_keys, store
from domain.admission.tickets.model import MediumKind, TicketStatus
from domain.commerce.catalog.model import GateMode
from domain.commerce.orders.lines import Line, Owned, Replacement, Sold, register
from domain.commerce.orders.model import LineKind
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record

TOKEN_BITS = 63  # random; a signed 64-bit column holds it


class Made(NamedTuple):
    """A new ticket, and the seats it has."""

    line: Line
    ticket_id: str
    seats: Sequence[int]


class TicketFulfilment:
    """Registered for LineKind.TICKET; commerce says how tickets are sold."""

    async def fulfil(self, tx: Tx, order: Sold, lines: Sequence[Line], now: datetime) -> None:
        kid = await signing_keys.current(tx, now)
        number = (await tx.one(store.COUNT_OF_ORDER, order_id=order.id)).many
        wishes = [seats.wish_of(line) for line in lines for _ in line.prices()]
        seated = iter(await seats.allot(tx, wishes))
        made: list[Made] = []
        for line in lines:
            for position, paid_minor in enumerate(line.prices()):
                number += 1
                own = next(seated)
                ticket_id = add_ticket(
                    tx, order, line, position, paid_minor, number, now, seated=own
                )
                made.append(Made(line, ticket_id, own))
        issue(tx, order, made, kid, now)

    async def owned(self, tx: Tx, order_id: str, now: datetime) -> list[Owned]:
        return [owned_of(row, now) for row in await tx.rows(store.OWNED, order_id=order_id)]

    async def lock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await move_all(tx, owned, store.PEND, "ticket.refund_pending", now)

    async def unlock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await move_all(tx, owned, store.UNPEND, "ticket.refund_rejected", now)

    async def give_back(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await move_all(tx, owned, store.REFUND, "ticket.refunded", now)
        await seats.leave(tx, {one.id: one.persons_left for one in owned})

    async def replace(
        self, tx: Tx, order: Sold, replacements: Sequence[Replacement], now: datetime
    ) -> list[str]:
        kid = await signing_keys.current(tx, now)
        number = (await tx.one(store.COUNT_OF_ORDER, order_id=order.id)).many
        await seats.leave(tx, {one.owned.id: one.owned.persons_left for one in replacements})
        seated = iter(await seats.allot(tx, [seats.wish_of(one.line) for one in replacements]))
        made: list[Made] = []
        for number, one in enumerate(replacements, number + 1):  # noqa: B020  # goes on counting
            own = next(seated)
            ticket_id = add_ticket(
                tx,
                order,
                one.line,
                one.position,
                one.paid_minor,
                number,
                now,
                changes=one.owned.changes + 1,
                seated=own,
            )
            made.append(Made(one.line, ticket_id, own))
        issue(tx, order, made, kid, now)
        for one, new in zip(replacements, made, strict=True):
            await change(tx, one.owned, new.ticket_id, now)
        return [new.ticket_id for new in made]


def add_ticket(
    tx: Tx,
    order: Sold,
    line: Line,
    position: int,
    paid_minor: int,
    number: int,
    now: datetime,
    *,
    changes: int = 0,
    seated: Sequence[int] = (),
) -> str:
    """One ticket; `issue` adds what it is shown with."""
    ticket_id = ids.new_id()
    visitor = line.visitor(position)
    tx.add(
        store.ADD_TICKET,
        id=ticket_id,
        number=f"{order.number}-{number}",
        position=number,
        token=secrets.randbits(TOKEN_BITS),
        order_id=order.id,
        order_line_id=line.id,
        visitor_id=visitor.id if visitor else None,
        ticket_type_id=line.ticket_type_id,
        product_id=line.product_id,
        area_id=order.area_id,
        slot_id=line.slot_id,
        visit_on=line.visit_on,
        seats=seats.written(seated),
        holder_name=visitor.name if visitor and visitor.name else order.contact_name,
        price_paid_minor=paid_minor,
        concession=line.concession,
        changes=changes,
        sold_at=now,
        **rights(line),
    )
    return ticket_id


def issue(tx: Tx, order: Sold, made: Sequence[Made], kid: int, now: datetime) -> None:
    """The seats and media of new tickets, and their entries in the audit trail.

    Table by table: what is added to one table in a row is written in one statement.
    """
    for line, ticket_id, own in made:
        seats.take(tx, ticket_id, line.slot_id, own)
    for line, ticket_id, _ in made:
        medium = line.terms["medium"]
        kind = MediumKind.PHONE if medium == MediumKind.PHONE else MediumKind.PAPER
        add_medium(tx, ticket_id, kind, 1, kid, order.staff_id, now)
    actor = Actor(ActorKind.STAFF, order.staff_id, order.window_id) if order.staff_id else SYSTEM
    for _, ticket_id, _ in made:
        record(tx, actor, "ticket.issued", ticket_id, now, order=order.id)


def rights(line: Line) -> dict[str, Any]:
    """What the ticket grants, from the terms of its sale."""
    terms = line.terms
    heads = heads_of(terms)
    unlimited = heads == 0
    return {
        "status": TicketStatus.SOLD.value,
        "gate_mode": terms["gate_mode"],
        "scope_bits": terms["scope_bits"],
        "persons": terms["persons"],
        "entries": 0 if unlimited else max(1, terms["entries"]),
        "heads": heads,
        "entries_left": heads,
        "passback_minutes": terms["passback_minutes"],
        "valid_from": line.moment("valid_from"),
        "valid_until": line.moment("valid_until"),
        "issue_serial": 1,
    }


def heads_of(terms: Mapping[str, Any]) -> int:
    """How many heads may pass with a ticket, all its entries together; 0 for any number."""
    mode, persons, entries = GateMode(terms["gate_mode"]), terms["persons"], terms["entries"]
    if mode is GateMode.ONE_MANY:
        return int(persons)
    if mode is GateMode.MULTI_SPOT:
        return int(persons) * int(terms["scope_bits"]).bit_count()
    if mode is GateMode.ONE_ONE:
        return int(persons)
    return int(persons) * int(entries)


def add_medium(
    tx: Tx,
    ticket_id: str,
    kind: MediumKind,
    serial: int,
    kid: int,
    issued_by: str | None,
    now: datetime,
) -> str:
    """A print or a phone's code: what is shown is signed again whenever it is needed."""
    medium_id = ids.new_id()
    tx.add(
        store.ADD_MEDIUM,
        id=medium_id,
        ticket_id=ticket_id,
        kind=kind.value,
        code=ids.new_code(),
        issue_serial=serial,
        kid=kid,
        issued_at=now,
        issued_by=issued_by,
    )
    return medium_id


def owned_of(row: Any, now: datetime) -> Owned:
    weight, left = weights(row)
    return Owned(
        row.id,
        row.order_line_id,
        row.number,
        row.price_paid_minor,
        weight,
        left,
        persons_left(row),
        row.changes,
        row.status == TicketStatus.REFUND_PENDING,
        dead_because(row, now),
        row.version,
        row.holder_name,
        row.visitor_id,
    )


def weights(row: Any) -> tuple[int, int]:
    """What a ticket is worth, and what of that is unused: shares of spots, or heads."""
    if row.gate_mode == GateMode.MULTI_SPOT:
        shares = {int(bit): bps for bit, bps in row.terms["spot_shares"].items()}
        if not any(shares.values()):
            shares = {bit: 1 for bit in range(32) if row.scope_bits >> bit & 1}
        left = sum(bps for bit, bps in shares.items() if not row.spots_used >> bit & 1)
        return sum(shares.values()), left
    if row.entries == 0:
        return 1, int(row.entries_used == 0)
    if guides := row.terms.get("guides", 0):  # who comes free takes nothing off what was paid
        return row.heads - guides, min(row.entries_left, row.heads - guides)
    return row.heads, row.entries_left


def persons_left(row: Any) -> int:
    """Heads that have not come at all, so that their places are still free to be given back."""
    if row.gate_mode in (GateMode.ONE_MANY, GateMode.ONE_ONE):
        return int(row.entries_left)
    return max(0, int(row.persons) - int(row.entries_used))


def dead_because(row: Any, now: datetime) -> Refusal | None:
    if row.held_until is not None and row.held_until > now:
        return Refusal.IN_USE
    if row.ended_at is not None:
        return Refusal.EXPIRED
    return {
        TicketStatus.REFUNDED: Refusal.REFUNDED,
        TicketStatus.CHANGED: Refusal.CHANGED,
        TicketStatus.LOCKED: Refusal.LOCKED,
    }.get(TicketStatus(row.status))


async def move_all(tx: Tx, owned: Sequence[Owned], to: Any, act: str, now: datetime) -> None:
    """Change every ticket, or none: whoever lost to a gate or a colleague hears Conflict."""
    for one in owned:
        moved = await tx.one(to, ticket_id=one.id, seen_version=one.version, now=now)
        if moved is None:
            raise lost_the_race(one)
        record(tx, SYSTEM, act, one.id, now)


async def end(tx: Tx, owned: Owned, actor: Actor, now: datetime) -> None:
    """Nobody comes on it any more, whether or not something is given back for the rest."""
    if not await tx.one(store.END, ticket_id=owned.id, seen_version=owned.version, now=now):
        raise lost_the_race(owned)
    record(tx, actor, "ticket.ended", owned.id, now)


async def change(tx: Tx, owned: Owned, successor_id: str, now: datetime) -> None:
    changed = await tx.one(
        store.CHANGE,
        ticket_id=owned.id,
        seen_version=owned.version,
        successor_id=successor_id,
        now=now,
    )
    if changed is None:
        raise lost_the_race(owned)
    record(tx, SYSTEM, "ticket.changed", owned.id, now, successor=successor_id)


def lost_the_race(owned: Owned) -> Conflict:
    return Conflict(
        say("Ticket {number} is being used or was changed. Look again.", number=owned.number)
    )


register(LineKind.TICKET, fulfilment=TicketFulfilment())
