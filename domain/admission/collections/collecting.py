"""Collecting: the paper for an order that was paid elsewhere. It is not a use.

The paper shows the code that the phone shows: one medium, so either opens the gate, and both die
together when the ticket is printed again. An order is collected once; what of it is printed later
is a reprint.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.admission import tickets
from domain.admission.collections import store
from domain.admission.collections.finding import PAID, collections_of, is_living
from domain.admission.collections.model import NETWORK, Place, new_code
from domain.commerce.orders import Order, OrderEvent, OrderStatus, altering, events, get_order
from domain.commerce.orders.lines import Sold
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record


class Collected(NamedTuple):
    """An order that was just collected, and its tickets to print."""

    order: Order
    ticket_ids: Sequence[str]


async def collect(
    tx: Tx, order_id: str, area_id: str, place: Place, actor: Actor, now: datetime
) -> Collected:
    """Hand an order's tickets over at a place of its area. Of many at once one wins.

    Refused ALREADY_COLLECTED (says when and where), NOTHING_TO_COLLECT, REFUNDED, UNPAID, LOCKED,
    EXPIRED; NotFound for what is no network order of the area. The caller prints the tickets.
    """
    await altering.lock(tx, order_id)
    order = await get_order(tx, order_id)
    if order.area_id != area_id or order.channel not in NETWORK:
        raise NotFound()
    if order.status not in PAID:
        refunded = order.status is OrderStatus.REFUNDED
        raise Refused(Refusal.REFUNDED if refunded else Refusal.UNPAID)
    rows = await tickets.shown_of(tx, order_id)
    living = [row.id for row in rows if is_living(row, now)]
    if not living:
        locked = any(row.status in ("locked", "refund_pending") for row in rows)
        raise Refused(Refusal.LOCKED if locked else Refusal.NOTHING_TO_COLLECT)
    if not await tx.one(
        store.COLLECT,
        order_id=order_id,
        place_kind=place.kind.value,
        place_id=place.id,
        collected_by=actor.id,
        now=now,
    ):
        raise await already_collected(tx, order_id)
    await events.happened(tx, order_id, OrderEvent.COLLECTED, now)
    after = {"number": order.number, "tickets": len(living)}
    record(tx, actor, "order.collected", order_id, now, after=after, place=place.kind.value)
    return Collected(order, living)


async def already_collected(tx: Tx, order_id: str) -> Refused:
    earlier = (await collections_of(tx, [order_id]))[order_id]
    return Refused(
        Refusal.ALREADY_COLLECTED,
        say(
            "Collected already: {at}, {place}. Printing again is a reprint.",
            at=earlier.local_text,
            place=earlier.place_zh,
        ),
    )


async def make_code(tx: Tx, sold: Sold, now: datetime) -> None:
    """Every network order gets its code in the transaction that pays it."""
    if sold.channel in NETWORK:
        tx.add(store.ADD_CODE, order_id=sold.id, code=new_code(), made_at=now)


async def code_of(tx: Tx, order_id: str) -> str | None:
    """The code that the buyer is told; never in a log or an address. A question."""
    row = await tx.one(store.CODE_OF, order_id=order_id)
    return None if row is None else str(row.code)


events.when_paid(make_code)
