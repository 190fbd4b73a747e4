"""An order that is held: whose tickets they are, whom to call, and for how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.commerce.orders import store, visitors
from domain.commerce.orders.finding import get_order
from domain.commerce.orders.lines import Line, Visitor
from domain.commerce.orders.model import Contact
from domain.commerce.orders.placing import check_visitors
from domain.commerce.orders.rows import Order
from domain.commerce.orders.settling import check_payable
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.operation.audit import record


async def name(
    tx: Tx,
    order_id: str,
    contact: Contact,
    by_line: Mapping[str, Sequence[Visitor]],
    actor: Actor,
    now: datetime,
) -> Order:
    """Say of an order that was placed with `names_later` who comes, by line, and whom to call.

    Refused DUPLICATE_VISITOR, HOLD_EXPIRED; InvalidInput at `visitors` when a real-name ticket is
    left without a name and document. Pass the area's lane.
    """
    await tx.one(store.LOCK_ORDER, id=order_id)
    order = await get_order(tx, order_id)
    check_payable(order, now)
    lines = [line._replace(visitors=tuple(by_line.get(line.id, ()))) for line in order.lines]
    for line in lines:
        check_named(line)
    await check_visitors(tx, lines, now)
    visitors.add_visitors(tx, order.id, order.area_id, lines)
    await tx.run(
        store.SET_CONTACT,
        order=order.id,
        name=contact.name,
        sealed=contact.phone_sealed,
        hashed=contact.phone_hash,
        mask=contact.phone_mask,
    )
    record(tx, actor, "order.named", order.id, now, area_id=order.area_id)
    return await get_order(tx, order.id)


def check_named(line: Line) -> None:
    if not line.terms["real_name"]:
        return
    named = [one for one in line.visitors if one.name and one.document_hash]
    if len(named) < line.quantity or len(line.visitors) > line.quantity:
        raise InvalidInput({"visitors": say("Every ticket needs a name and a document.")})


async def hold_until(tx: Tx, order_id: str, until: datetime, actor: Actor, now: datetime) -> None:
    """Keep the places of an unpaid order longer. Refused HOLD_EXPIRED when nobody waits for it any
    more; Conflict when it is paid or given up."""
    await tx.one(store.LOCK_ORDER, id=order_id)
    order = await get_order(tx, order_id)
    check_payable(order, now)
    await tx.run(store.HOLD_UNTIL, order=order_id, until=until)
    after = {"held_until": until.isoformat()}
    record(tx, actor, "order.extended", order_id, now, after=after, area_id=order.area_id)
