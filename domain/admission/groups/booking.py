"""Booking a group: its contract, and the order that keeps its places until it is paid.

The order is an agent's sale that is held as long as the contract says. A deposit is a payment on
it; what else is due is paid at any window of the area, and then there is one ticket for all.
"""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission.groups import store
from domain.admission.groups.looking import get
from domain.admission.groups.model import Booking, GroupStatus
from domain.commerce import catalog, orders
from domain.commerce.catalog import Offer
from domain.commerce.catalog.model import GateMode
from domain.commerce.orders import Order, OrderStatus, Sale, Wanted
from domain.commerce.payments.taking import captured
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import day_bounds
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.audit import record

MOST_HEADS, MOST_GUIDES = 2_000, 50
CHANNEL = Channel.AGENT
PAID = {OrderStatus.PAID, OrderStatus.PART_REFUNDED, OrderStatus.REFUNDED}


class Agreed(NamedTuple):
    """What the contract gets from the ticket type on the day it is made."""

    least: int
    single_price_minor: int
    pay_until: datetime


def check(given: Booking) -> None:
    """Raises InvalidInput at the fields."""
    wrong = {}
    if not given.name.strip():
        wrong["name"] = say("Who is coming?")
    if not given.contact.name.strip():
        wrong["leader_name"] = say("Who leads the group?")
    if not 1 <= given.planned <= MOST_HEADS:
        wrong["planned"] = say("From 1 to {most} heads.", most=MOST_HEADS)
    if not 0 <= given.guides <= MOST_GUIDES:
        wrong["guides"] = say("At most {most} guides.", most=MOST_GUIDES)
    if len(given.note) > 200:
        wrong["note"] = say("At most 200 characters.")
    if wrong:
        raise InvalidInput(wrong)


async def agreed(tx: Tx, given: Booking, now: datetime) -> Agreed:
    """The smallest group, the single price and the last moment to pay. Raises InvalidInput."""
    offers = await catalog.offers_by_id(tx, [given.ticket_type_id], None)
    offer: Offer | None = offers.get(given.ticket_type_id)
    if offer is None or offer.row.area_id != given.area_id or not fits(offer):
        raise InvalidInput({"ticket_type_id": say("Choose a group ticket with one code for all.")})
    ends_at = day_bounds(given.visit_on, ZoneInfo(offer.row.time_zone))[1]
    pay_until = given.pay_until or ends_at
    if not now < pay_until <= ends_at:
        raise InvalidInput({"pay_until": say("Between now and the end of the visit's day.")})
    single = given.single_price_minor
    if given.reprices and single is None:
        raise InvalidInput({"single_price_minor": say("What does a head cost then?")})
    return Agreed(offer.row.group_min, single or 0, pay_until)


def fits(offer: Offer) -> bool:
    return bool(offer.row.group_min) and offer.row.gate_mode == GateMode.ONE_MANY


async def book(tx: Tx, given: Booking, request_id: str, actor: Actor, now: datetime) -> str:
    """Keep a group's places; gives its id, the same for the same request.

    Refused QUOTA_EXHAUSTED, GROUP_TOO_SMALL ...; InvalidInput. Pass the area's lane.
    """
    if earlier := await tx.one(store.BY_REQUEST, request_id=request_id):
        return str(earlier.id)
    check(given)
    terms = await agreed(tx, given, now)
    group_id = ids.new_id()
    order = await hold(tx, given, terms, f"group:{request_id}", actor, now)
    number = f"G{order.number}"
    tx.add(
        store.ADD,
        id=group_id,
        number=number,
        request_id=request_id,
        area_id=given.area_id,
        status=GroupStatus.OPEN.value,
        order_id=order.id,
        booked_by=actor.id,
        booked_at=now,
        **columns(given, terms),
    )
    after = {"number": number, "name": given.name, "heads": given.planned, "order": order.number}
    record(tx, actor, "group.booked", group_id, now, after=after, area_id=given.area_id)
    return group_id


async def hold(
    tx: Tx, given: Booking, terms: Agreed, request_id: str, actor: Actor, now: datetime
) -> Order:
    details = {"guides": given.guides}
    wanted = Wanted(
        given.ticket_type_id, given.planned, given.visit_on, given.slot_id, details=details
    )
    sale = Sale(
        request_id,
        given.area_id,
        CHANNEL,
        (wanted,),
        contact=given.contact,
        note=given.name.strip(),
        held_until=terms.pay_until,
    )
    order = await orders.place(tx, sale, actor, now)
    if given.deposit_minor > order.total_minor:
        raise InvalidInput({"deposit_minor": say("No more than what the group costs.")})
    return order


def columns(given: Booking, terms: Agreed) -> dict[str, Any]:
    return {
        "kind": given.kind.value,
        "name": given.name.strip(),
        "leader_name": given.contact.name,
        "phone_sealed": given.contact.phone_sealed,
        "phone_hash": given.contact.phone_hash,
        "phone_mask": given.contact.phone_mask,
        "planned": given.planned,
        "guides": given.guides,
        "visit_on": given.visit_on,
        "slot_id": given.slot_id,
        "ticket_type_id": given.ticket_type_id,
        "least": terms.least,
        "reprices": given.reprices,
        "single_price_minor": terms.single_price_minor,
        "deposit_minor": given.deposit_minor,
        "pay_until": terms.pay_until,
        "invoice_title": given.invoice_title.strip(),
        "note": given.note.strip(),
    }


async def amend(
    tx: Tx, group_id: str, given: Booking, actor: Actor, now: datetime, *, version: int
) -> None:
    """Write a contract anew. Before anything is paid its heads, day and ticket may change: the old
    places go back and the new ones are taken in one step. Afterwards names and notes may.

    Raises Refused, Conflict, InvalidInput. Pass the area's lane.
    """
    old = await get(tx, group_id)
    check(given)
    order = await orders.get_order(tx, old.order_id)
    if order.phone_mask and not given.contact.phone_mask:
        given = given._replace(contact=kept(old, given))
    has_lapsed = order.status is OrderStatus.CANCELLED
    if has_lapsed or changes_places(old, given):
        if order.status in PAID or (captured(order.payments) and not has_lapsed):
            raise Conflict(say("Something is paid already: heads, day and ticket stay."))
        terms = await agreed(tx, given, now)
        if not has_lapsed:
            await orders.cancel(tx, order.id, actor, now)
        order = await hold(tx, given, terms, f"group:{group_id}:{version}", actor, now)
    else:
        single = given.single_price_minor
        same = old.single_price_minor if single is None else single
        if (given.reprices, same) != (old.reprices, old.single_price_minor) and order.paid_at:
            raise Conflict(say("What was agreed about too few heads stays once it is paid."))
        terms = Agreed(old.least, same, old.pay_until)
    values = {f"new_{name}": value for name, value in columns(given, terms).items()}
    done = await tx.one(store.AMEND, group=group_id, seen=version, new_order_id=order.id, **values)
    if done is None:
        raise Conflict(code="VERSION_CONFLICT")
    after = {"name": given.name, "heads": given.planned, "order": order.number}
    before = {"name": old.name, "heads": old.planned, "order": old.order_number}
    where = old.area_id
    record(tx, actor, "group.changed", group_id, now, before=before, after=after, area_id=where)


def kept(old: Any, given: Booking) -> orders.Contact:
    """A phone is never shown in full; a form that leaves it blank keeps it."""
    return given.contact._replace(
        phone_sealed=old.phone_sealed, phone_hash=old.phone_hash, phone_mask=old.phone_mask
    )


def changes_places(old: Any, given: Booking) -> bool:
    was = (old.planned, old.guides, old.visit_on, old.slot_id, old.ticket_type_id)
    wanted = (given.planned, given.guides, given.visit_on, given.slot_id, given.ticket_type_id)
    return was != wanted or (given.pay_until is not None and given.pay_until != old.pay_until)


async def cancel(
    tx: Tx, group_id: str, reason: str, actor: Actor, now: datetime, *, version: int
) -> None:
    """Give a group up that has not paid everything: places are free, a deposit goes back by the
    way it came. Conflict when it is paid. Pass the area's lane."""
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    old = await get(tx, group_id)
    order = await orders.get_order(tx, old.order_id)
    if order.status is OrderStatus.HELD:
        await orders.cancel(tx, order.id, actor, now)
    elif order.status not in (OrderStatus.CANCELLED, OrderStatus.REFUNDED):
        raise Conflict(say("This group is paid: close it, or refund its ticket."))
    if not await tx.one(store.CANCEL, group=group_id, seen=version, now=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "group.cancelled", group_id, now, reason=reason.strip(), area_id=old.area_id)
