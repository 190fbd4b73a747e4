"""Booking for a reseller: places held, then paid from the agent's balance, or let go.

A booking is an order of the agents' channel under the reseller's own uuid. Said again it books
once; another booking under the same uuid is refused. Pass the area's lane to every act.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce import orders
from domain.commerce.orders import Contact, FromAccount, Line, Order, OrderStatus, Sale, Wanted
from domain.commerce.orders.lines import Visitor
from domain.commerce.orders.model import NOBODY
from domain.commerce.payments import Tender
from domain.commerce.resellers import store
from domain.commerce.resellers.looking import booking_of, get, locked
from domain.commerce.resellers.model import Booking, BookingStatus, Item
from domain.commerce.resellers.offering import Space
from domain.commerce.resellers.saving import save
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Refused, say
from domain.kernel.idempotency import request_hash
from domain.kernel.refusals import Refusal
from domain.operation import settings

MOST_MINUTES = 60  # that a program may ask to keep places


class Asked(NamedTuple):
    """What a reseller wants to hold. `contact_sealed` is what it said about people."""

    agent_id: str
    area_id: str
    uuid: str
    product_id: str
    space: Space
    items: tuple[Item, ...]
    minutes: int | None = None
    reference: str = ""
    notes: str = ""
    cart_id: str | None = None
    contact_sealed: bytes | None = None
    language: str = "zh"
    is_test: bool = False

    def what_was_asked(self) -> dict[str, Any]:
        return {
            "product": self.product_id,
            "availability": self.space.id,
            "items": sorted(item.type_id for item in self.items),
            "test": self.is_test,
        }


class Confirmed(NamedTuple):
    """What a confirmation adds. None: as it was. `visitors` by unit, for real-name tickets."""

    reference: str | None = None
    contact: Contact = NOBODY
    contact_sealed: bytes | None = None
    visitors: Mapping[str, Visitor] = {}


async def hold(tx: Tx, asked: Asked, actor: Actor, now: datetime) -> Booking:
    """Take the places for some minutes. Refused QUOTA_EXHAUSTED, NOT_ON_SALE, AGENT_INACTIVE ...;
    Conflict IDEMPOTENCY_CONFLICT."""
    known = await tx.one(store.LOCK, agent=asked.agent_id, uuid=asked.uuid)
    wanted_hash = request_hash(asked.what_was_asked())
    if known is not None:
        if known.asked_hash != wanted_hash:
            raise Conflict(
                say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
            )
        return await booking_of(tx, known, now)
    until = await held_until(tx, asked.area_id, asked.minutes, now)
    items, order = await placed(tx, asked, until, actor, now)
    tx.add(
        store.ADD,
        id=ids.new_id(),
        agent_id=asked.agent_id,
        area_id=asked.area_id,
        uuid=asked.uuid,
        asked_hash=wanted_hash,
        order_id=order.id if order else None,
        product_id=asked.product_id,
        availability_id=asked.space.id,
        visit_on=asked.space.visit_on,
        cart_id=asked.cart_id,
        reseller_reference=asked.reference,
        notes=asked.notes,
        contact_sealed=asked.contact_sealed,
        items=[item._asdict() for item in items],
        held_until=until,
        created_at=now,
        updated_at=now,
        confirmed_at=None,
        cancelled_at=None,
        cancel_reason="",
        given="",
        version=1,
    )
    return await get(tx, asked.agent_id, asked.uuid, now)


async def held_until(tx: Tx, area_id: str, minutes: int | None, now: datetime) -> datetime:
    usual = (await settings.current(tx, area_id)).hold_minutes
    return now + timedelta(minutes=min(minutes or usual, max(MOST_MINUTES, usual)))


async def placed(
    tx: Tx, asked: Asked, until: datetime, actor: Actor, now: datetime, attempt: int = 1
) -> tuple[list[Item], Order | None]:
    """The order, and the units with their prices. A test is only priced."""
    wanted = wanted_of(asked.items, asked.space.visit_on, asked.space.slot_id)
    if asked.is_test:
        lines = await orders.quote(
            tx, asked.area_id, Channel.AGENT, None, wanted, now, asked.agent_id, names_later=True
        )
        return priced(asked.items, lines, asked.space), None
    sale = Sale(
        f"octo:{asked.agent_id}:{asked.uuid}:{attempt}",
        asked.area_id,
        Channel.AGENT,
        tuple(wanted),
        language=asked.language,
        held_until=until,
        member_id=asked.agent_id,
        names_later=True,
    )
    order = await orders.place(tx, sale, actor, now)
    return priced(asked.items, order.lines, asked.space), order


def wanted_of(items: Sequence[Item], on: date, slot_id: str | None) -> list[Wanted]:
    counted = Counter(item.type_id for item in items)
    return [Wanted(type_id, many, on, slot_id) for type_id, many in counted.items()]


def priced(items: Sequence[Item], lines: Sequence[Line], space: Space) -> list[Item]:
    """Each unit with its part of its line: the parts add up to the order."""
    prices: dict[str, Iterator[int]] = {
        type_id: iter([price for line in lines if line.ticket_type_id == type_id
                       for price in line.prices()])
        for type_id in {item.type_id for item in items}
    }  # fmt: skip
    made: list[Item] = []
    for item in items:
        net, known = next(prices[item.type_id]), space.prices.get(item.type_id)
        original, retail = (known.original_minor, known.retail_minor) if known else (net, net)
        made.append(item._replace(original_minor=original, retail_minor=retail, net_minor=net))
    return made


async def confirm(
    tx: Tx, agent_id: str, uuid: str, given: Confirmed, actor: Actor, now: datetime
) -> Booking:
    """Pay from the agent's balance; the tickets are good at once. Again: the same booking.

    Refused CREDIT_EXCEEDED (the places stay held), HOLD_EXPIRED; InvalidInput at `visitors`.
    """
    found = await locked(tx, agent_id, uuid, now)
    status = found.status(now)
    if status in (BookingStatus.CONFIRMED, BookingStatus.REDEEMED) and found.row.confirmed_at:
        return found
    if status is BookingStatus.EXPIRED:
        raise Refused(Refusal.HOLD_EXPIRED)
    if status is BookingStatus.CANCELLED or status is BookingStatus.PENDING:
        raise Conflict(say("This order is not waiting to be paid."))
    items = found.items
    if found.order is not None:
        await pay(tx, found, given, actor, now)
        items = with_tickets(await get(tx, agent_id, uuid, now))
    changes = {"to_confirmed": now, "to_items": items, "to_held": None}
    if given.reference is not None:
        changes["to_reference"] = given.reference
    if given.contact_sealed is not None:
        changes["to_contact"] = given.contact_sealed
    await save(tx, found.row, changes, now)
    return await get(tx, agent_id, uuid, now)


async def pay(tx: Tx, found: Booking, given: Confirmed, actor: Actor, now: datetime) -> None:
    order = found.order
    assert order is not None
    if order.status is not OrderStatus.HELD:  # it costs nothing
        return
    by_line = visitors_by_line(found, given.visitors)
    await orders.naming.name(tx, order.id, given.contact, by_line, actor, now)
    asked = FromAccount(f"octo:{found.row.id}", order.id, Tender.AGENT, found.row.agent_id)
    await orders.pay_from(tx, asked, actor, now)


def visitors_by_line(found: Booking, named: Mapping[str, Visitor]) -> dict[str, list[Visitor]]:
    """People by the lines of their units' ticket types, as many as a line has tickets."""
    assert found.order is not None
    waiting: dict[str, list[Visitor]] = {}
    for item in found.living:
        if item.uuid in named:
            waiting.setdefault(item.type_id, []).append(named[item.uuid])
    made: dict[str, list[Visitor]] = {}
    for line in found.order.lines:
        mine = waiting.get(line.ticket_type_id or "", [])
        made[line.id], waiting[line.ticket_type_id or ""] = (
            mine[: line.quantity],
            mine[line.quantity :],
        )
    return made


def with_tickets(found: Booking) -> list[Item]:
    """Each unit gets one of the tickets of its type."""
    assert found.order is not None
    type_of = {line.id: line.ticket_type_id for line in found.order.lines}
    free: dict[str, list[str]] = {}
    for one in found.owned.values():
        free.setdefault(type_of[one.line_id] or "", []).append(one.id)
    return [
        item if item.removed else item._replace(ticket_id=free[item.type_id].pop(0))
        for item in found.items
    ]


async def extend(
    tx: Tx, agent_id: str, uuid: str, minutes: int | None, actor: Actor, now: datetime
) -> Booking:
    """Keep the places longer, counted from now. Refused HOLD_EXPIRED; Conflict after the hold."""
    found = await locked(tx, agent_id, uuid, now)
    status = found.status(now)
    if status is BookingStatus.EXPIRED:
        raise Refused(Refusal.HOLD_EXPIRED)
    if status is not BookingStatus.ON_HOLD:
        raise Conflict(say("This order is not waiting to be paid."))
    until = await held_until(tx, found.row.area_id, minutes, now)
    if found.order is not None:
        await orders.naming.hold_until(tx, found.order.id, until, actor, now)
    await save(tx, found.row, {"to_held": until}, now)
    return await get(tx, agent_id, uuid, now)
