"""A booking that is changed or given up: while it is held the order is placed anew, afterwards
units are refunded and days changed by the rules as sold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import changes, orders, refunds
from domain.commerce.changes import Target
from domain.commerce.orders.altering import GONE
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.commerce.resellers.booking import Asked, placed
from domain.commerce.resellers.looking import get, locked
from domain.commerce.resellers.model import Booking, BookingStatus, Given, Item
from domain.commerce.resellers.offering import Space
from domain.commerce.resellers.saving import save
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Message, Refused, say
from domain.kernel.refusals import Refusal

REASON = "OCTO"


class Wish(NamedTuple):
    """What shall be different. None: as it was."""

    items: tuple[Item, ...] | None = None
    space: Space | None = None
    reference: str | None = None
    notes: str | None = None
    contact_sealed: bytes | None = None


async def change(
    tx: Tx, agent_id: str, uuid: str, wish: Wish, actor: Actor, now: datetime
) -> Booking:
    """Units that are not repeated are removed; another availability rebooks. Refused by the rules
    of refunds and changes, and when the change would cost more."""
    found = await locked(tx, agent_id, uuid, now)
    status = found.status(now)
    if status is BookingStatus.EXPIRED:
        raise Refused(Refusal.HOLD_EXPIRED)
    if status not in (BookingStatus.ON_HOLD, BookingStatus.CONFIRMED):
        raise Conflict(say("This booking can no longer be changed."))
    if status is BookingStatus.ON_HOLD:
        await place_anew(tx, found, wish, actor, now)
    else:
        await alter(tx, found, wish, actor, now)
    fresh = await get(tx, agent_id, uuid, now)
    said = {
        "to_reference": wish.reference,
        "to_notes": wish.notes,
        "to_contact": wish.contact_sealed,
    }
    known = {name: value for name, value in said.items() if value is not None}
    await save(tx, fresh.row, known, now)
    return await get(tx, agent_id, uuid, now)


async def place_anew(tx: Tx, found: Booking, wish: Wish, actor: Actor, now: datetime) -> None:
    """In one transaction: the old places go back and the new ones are taken, or all stays."""
    row, space = found.row, wish.space
    if wish.items is None and space is None:
        return
    if space is None:
        raise ValueError("the space of the booking is needed to price it")
    items = wish.items if wish.items is not None else tuple(found.living)
    asked = Asked(
        row.agent_id,
        row.area_id,
        row.uuid,
        row.product_id,
        space,
        items,
        is_test=found.order is None,
        language=found.order.language if found.order else "zh",
    )
    if found.order is not None:
        await orders.cancel(tx, found.order.id, actor, now)
    priced, order = await placed(tx, asked, row.held_until, actor, now, row.version + 1)
    values: dict[str, Any] = {
        "to_items": priced,
        "to_order": order.id if order else None,
        "to_availability": space.id,
        "to_day": space.visit_on,
    }
    await save(tx, row, values, now)


async def alter(tx: Tx, found: Booking, wish: Wish, actor: Actor, now: datetime) -> None:
    """A confirmed booking: fewer units, another day or time."""
    items = list(found.items)
    if wish.items is not None:
        items = await removed(tx, found, wish.items, actor, now)
    values: dict[str, Any] = {"to_items": items}
    if wish.space is not None and wish.space.id != found.row.availability_id:
        values["to_items"] = await moved(tx, found, items, wish.space, actor, now)
        values |= {"to_availability": wish.space.id, "to_day": wish.space.visit_on}
    await save(tx, found.row, values, now)


async def removed(
    tx: Tx, found: Booking, kept: Sequence[Item], actor: Actor, now: datetime
) -> list[Item]:
    """Units that are not repeated are given back; units cannot be added to what is paid."""
    wanted = {item.uuid for item in kept}
    if wanted - {item.uuid for item in found.living}:
        raise no(say("Units cannot be added after the confirmation; make another booking."))
    going = [item for item in found.living if item.uuid not in wanted]
    if going and len(going) == len(found.living):
        raise no(say("Choose at least one ticket."))
    if going and found.order is not None:
        await give_back(tx, found, going, actor, now)
    gone = {item.uuid for item in going}
    return [item._replace(removed=True) if item.uuid in gone else item for item in found.items]


async def moved(
    tx: Tx, found: Booking, items: Sequence[Item], space: Space, actor: Actor, now: datetime
) -> list[Item]:
    """The tickets that are left, changed to another day or slot. What is cheaper comes back."""
    if found.order is None:
        return list(items)
    mine = [item.ticket_id for item in items if not item.removed]
    target = Target(space.visit_on, space.slot_id)
    quote = await changes.quote(tx, found.order.id, mine, target, now)
    if quote.difference_minor > 0:
        raise no(say("It would cost more then: cancel this booking and make another."))
    asked = changes.Request(
        f"octo:{found.row.id}:{found.row.version}",
        found.order.id,
        tuple(mine),
        target,
        quote.difference_minor,
    )
    made = await changes.change(tx, asked, actor, now)
    return [
        item._replace(ticket_id=made.successors.get(item.ticket_id, item.ticket_id))
        for item in items
    ]


def no(sentence: Message) -> Refused:
    return Refused(Refusal.NOT_CHANGEABLE, sentence)


async def cancel(
    tx: Tx, agent_id: str, uuid: str, reason: str, actor: Actor, now: datetime, force: bool = False
) -> Booking:
    """Let a hold go, or give back what was paid, by the rules as sold. With `force` what is used
    already stays and the rest goes back. Again: the same booking. Refused NOT_REFUNDABLE."""
    found = await locked(tx, agent_id, uuid, now)
    status = found.status(now)
    if status in (BookingStatus.CANCELLED, BookingStatus.PENDING):
        return found
    if status is BookingStatus.EXPIRED:
        raise Refused(Refusal.HOLD_EXPIRED)
    given = Given.FULL
    if found.order is not None:
        if status is BookingStatus.ON_HOLD:
            await orders.cancel(tx, found.order.id, actor, now)
        else:
            given, is_decided = await given_back(tx, found, force, actor, now)
            if not is_decided:
                return await get(tx, agent_id, uuid, now)
    values = {"to_cancelled": now, "to_reason": reason, "to_given": given.value, "to_held": None}
    await save(tx, found.row, values, now)
    return await get(tx, agent_id, uuid, now)


async def given_back(
    tx: Tx, found: Booking, force: bool, actor: Actor, now: datetime
) -> tuple[Given, bool]:
    """How much of it all came back, and whether nobody else must decide."""
    living = [item for item in found.living if is_living(found, item)]
    unused = [item for item in living if found.owned[item.ticket_id].weight_left > 0]
    if not unused or (len(unused) < len(living) and not force):
        raise Refused(Refusal.NOT_REFUNDABLE)
    refund = await give_back(tx, found, unused, actor, now)
    if refund.status is RefundStatus.REQUESTED:
        return Given.NONE, False
    whole = refund.amount_minor == sum(item.net_minor for item in living)
    return (Given.FULL if whole else Given.PARTIAL if refund.amount_minor else Given.NONE), True


def is_living(found: Booking, item: Item) -> bool:
    one = found.owned.get(item.ticket_id)
    return one is not None and one.refusal not in GONE


async def give_back(
    tx: Tx, found: Booking, items: Sequence[Item], actor: Actor, now: datetime
) -> refunds.Refund:
    assert found.order is not None
    chosen = [item.ticket_id for item in items]
    causes = await refunds.causes(tx, found.order.id, chosen, now)
    cause = RefundCause.CLOSURE if causes[0] is RefundCause.CLOSURE else RefundCause.VISITOR
    quote = await refunds.quote(tx, found.order.id, chosen, cause, now)
    asked = refunds.Request(
        f"octo:{found.row.id}:{found.row.version}",
        found.order.id,
        tuple(chosen),
        cause,
        REASON,
        quote.amount_minor,
    )
    return await refunds.refund(tx, asked, actor, now)


async def is_cancellable(tx: Tx, found: Booking, now: datetime) -> bool:
    """Whether `cancel` would do something now. A question."""
    status = found.status(now)
    if found.order is None or status is not BookingStatus.CONFIRMED:
        return status in (BookingStatus.ON_HOLD, BookingStatus.CONFIRMED)
    mine = [item.ticket_id for item in found.living if is_living(found, item)]
    try:
        await refunds.quote(tx, found.order.id, mine, RefundCause.VISITOR, now)
    except Refused:
        return False
    return True
