"""Who may refund what alone, and what the system itself knows to be closed.

Our own fault (OPERATOR) is somebody's word and gives everything back, so it always needs another
person: unless whoever refunds may approve refunds there and did not make the sale. A closure
(CLOSURE) is a fact that stands in the area's day or the slot: it needs nobody.
"""

from collections.abc import Sequence, Set
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.commerce import capacity, shifts
from domain.commerce.capacity import SlotStatus
from domain.commerce.orders import Line, Order, altering, get_order
from domain.commerce.refunds import store
from domain.commerce.refunds.model import RefundCause
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.operation import settings
from domain.operation.places import PlaceKind, get_place
from domain.operation.staff import Permission, grants

ASKED = (RefundCause.VISITOR, RefundCause.OPERATOR)


async def closed_lines(tx: Tx, order: Order, now: datetime) -> Set[str]:
    """The lines of an order whose day or slot the operator closed, or whose day has its sales
    stopped and is not over: their visitors cannot come."""
    days = {day: await capacity.day_of(tx, order.area_id, day) for day in days_of(order.lines)}
    slots = await capacity.slots_by_id(tx, sorted({line.slot_id or "" for line in order.lines}))
    found = set()
    for line in order.lines:
        day, slot = days[line.visit_on], slots.get(line.slot_id or "")
        is_stopped = day.sales_stopped and now < line.moment("day_ends_at")
        slot_is_closed = slot is not None and slot.status == SlotStatus.CLOSED
        if day.closed or is_stopped or slot_is_closed:
            found.add(line.id)
    return found


def days_of(lines: Sequence[Line]) -> list[date]:
    return sorted({line.visit_on for line in lines})


async def causes(
    tx: Tx, order_id: str, subject_ids: Sequence[str], now: datetime
) -> tuple[RefundCause, ...]:
    """What may be given as the cause of giving these tickets back, the likeliest first: a closure
    only where there is one. Without ids: for any of the order's."""
    order = await get_order(tx, order_id)
    closed = await closed_lines(tx, order, now)
    owned = await altering.everything_owned(tx, order, now)
    chosen = [one.line_id in closed for one in owned if one.id in subject_ids]
    if all(chosen) if subject_ids and chosen else closed:
        return (RefundCause.CLOSURE, *ASKED)
    return ASKED


async def needs_approval(
    tx: Tx, order: Order, cause: RefundCause, amount_minor: int, actor: Actor, now: datetime
) -> bool:
    """Must another person decide? Above what the actor may refund alone, in one refund or in all
    of this shift and this day together, so that many small ones are no way round the limit."""
    if cause is RefundCause.CLOSURE or amount_minor == 0:
        return False
    most = await limit_of(tx, order, actor, cause)
    if amount_minor > most:
        return True
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        return False
    together = (await settings.current(tx, order.area_id)).refund_shift_limit_minor
    so_far = await tx.one(
        store.REFUNDED_ALONE, staff_id=actor.id, since=await since(tx, order, actor.id, now)
    )
    return int(so_far.minor) + amount_minor > max(together, most)


async def limit_of(tx: Tx, order: Order, actor: Actor, cause: RefundCause) -> int:
    """What the actor may refund alone for this cause: a limit of his own, or the area's."""
    if cause is RefundCause.OPERATOR and not await may_say_fault(tx, order, actor):
        return 0
    own = await tx.one(store.LIMIT_OF, staff_id=actor.id)
    if own is not None and own.refund_limit_minor is not None:
        return int(own.refund_limit_minor)
    return (await settings.current(tx, order.area_id)).refund_limit_minor


async def may_say_fault(tx: Tx, order: Order, actor: Actor) -> bool:
    """Two people are behind it all the same: one sold, another who may approve gives it back."""
    if actor.kind is not ActorKind.STAFF or actor.id is None or actor.id == order.staff_id:
        return False
    return await grants.may(tx, actor.id, Permission.REFUNDS_APPROVE, order.area_id)


async def since(tx: Tx, order: Order, staff_id: str, now: datetime) -> datetime:
    """The beginning of the area's day, or of the shift that began before it."""
    area = await get_place(tx, PlaceKind.AREA, order.area_id)
    zone = ZoneInfo(area.time_zone)
    began = day_bounds(local_day(now, zone), zone)[0]
    shift = await shifts.current_of(tx, staff_id)
    return began if shift is None else min(began, shift.opened_at)
