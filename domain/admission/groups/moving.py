"""A group's ticket that was changed to another day (改签): its contract goes along."""

from datetime import datetime

from domain.admission import tickets
from domain.admission.groups import store
from domain.commerce import changes
from domain.commerce.changes import Change
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation.audit import record


async def follow(tx: Tx, made: Change, actor: Actor, now: datetime) -> None:
    """The day and the slot of the contract are those of the new ticket. Others than a group's
    ticket are nothing to it."""
    group = await tx.one(store.OF_ORDER, id=made.order_id)
    if group is None or group.order_id != made.order_id:
        return
    (ticket_id,) = made.successors.values()
    ticket = await tickets.get(tx, ticket_id)
    to = {"to_day": ticket.visit_on, "to_slot": ticket.slot_id}
    if not await tx.one(store.MOVE, of_order=made.order_id, **to):
        return
    before, after = ({"day": day.isoformat()} for day in (group.visit_on, ticket.visit_on))
    where = group.area_id
    record(tx, actor, "group.moved", group.id, now, before=before, after=after, area_id=where)


changes.when_changed(follow)
