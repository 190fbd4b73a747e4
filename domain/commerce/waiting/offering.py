"""Offers to those who wait: places that return are held for the next in line, who has some minutes
to book them; then for the next. Every act here wants the area's lane."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce import capacity, orders
from domain.commerce.capacity import Places
from domain.commerce.orders import Order, Sale
from domain.commerce.waiting import store
from domain.commerce.waiting.model import WaitStatus
from domain.commerce.waiting.standing import get_wait, slot_of
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.errors import InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation import outbox, settings
from domain.operation.audit import record
from domain.operation.messages.limits import quiet_until

WAIT_OFFER = "wait.offer"
MOST_AT_ONCE = 50
ENDINGS = {  # as the audit trail says it
    WaitStatus.LEFT: "wait.left_line",
    WaitStatus.PASSED: "wait.not_answered",
    WaitStatus.OVER: "wait.ended",
}
KEPT = timedelta(days=30)  # after its end


async def offer_freed(tx: Tx, slot_ids: Sequence[str], now: datetime) -> None:
    """Hold what has returned for those who wait, in their order. Who wants more places than there
    are is passed over until there are enough, and keeps his place in the line."""
    for slot_id in sorted(set(slot_ids)):
        waiting = await tx.rows(store.LINE, slot=slot_id)
        if waiting:
            await offer_slot(tx, await slot_of(tx, slot_id), waiting, now)


async def offer_slot(tx: Tx, slot: Any, waiting: Sequence[Any], now: datetime) -> None:
    until = await answer_until(tx, slot, now)
    too_many = None
    for wait in waiting:
        if until <= now or too_many == 1:
            return
        if too_many is not None and wait.heads >= too_many:
            continue
        places = Places(
            slot.area_id, slot.visit_on, slot.id, wait.heads, slot.counts_capacity, slot.ends_at
        )
        hold_id = await capacity.hold(tx, places, Channel.SHOP, now)
        if hold_id is None:
            too_many = wait.heads
        elif await tx.one(store.OFFER, wait=wait.id, until=until, hold=hold_id) is None:
            await capacity.let_go(tx, hold_id)  # it left in this very moment
        else:
            tell(tx, wait, slot, until, now)


async def answer_until(tx: Tx, slot: Any, now: datetime) -> datetime:
    """The operator's minutes, counted from the morning when the message may not go at night; not
    longer than the slot lasts."""
    chosen = await settings.current(tx, slot.area_id)
    told_at = quiet_until(now, ZoneInfo(chosen.time_zone)) or now
    answer: datetime = min(told_at + timedelta(minutes=chosen.wait_offer_minutes), slot.ends_at)
    return answer


def tell(tx: Tx, wait: Any, slot: Any, until: datetime, now: datetime) -> None:
    payload = {"good_until": until.isoformat()}
    outbox.enqueue(tx, WAIT_OFFER, "wait", wait.id, payload, now, area_id=slot.area_id)
    after = {"heads": wait.heads, "until": until.isoformat()}
    record(tx, SYSTEM, "wait.offered", wait.id, now, after=after, area_id=slot.area_id)


async def take_up(
    tx: Tx, wait_id: str, customer_id: str, sale: Sale, actor: Actor, now: datetime
) -> Order:
    """Book with the places that are held for this wait; what of them is not needed goes to the next
    in line. The same sale again is the same order. Refused HOLD_EXPIRED when the offer is over."""
    held = await tx.one(store.HELD, wait=wait_id)
    taken = await tx.one(store.TAKE_UP, wait=wait_id, customer=customer_id, now=now)
    if taken is None:
        return await placed_before(tx, wait_id, customer_id, sale, actor, now)
    if not any(one.slot_id == taken.slot_id for one in sale.wanted):
        raise InvalidInput({}, say("Your offer is for another time."))
    await capacity.let_go(tx, held.hold_id)
    order = await orders.place(tx, sale, actor, now)
    await tx.run(store.SET_ORDER, wait=wait_id, order_id=order.id)
    record(tx, actor, "wait.taken", wait_id, now, area_id=sale.area_id, order=order.id)
    await offer_freed(tx, [taken.slot_id], now)
    return order


async def placed_before(
    tx: Tx, wait_id: str, customer_id: str, sale: Sale, actor: Actor, now: datetime
) -> Order:
    wait = await get_wait(tx, wait_id)
    if wait.customer_id == customer_id and wait.order_id is not None:
        order = await orders.place(tx, sale, actor, now)
        if order.id == wait.order_id:
            return order
    raise Refused(Refusal.HOLD_EXPIRED, say("This offer is over."))


async def leave(tx: Tx, wait_id: str, actor: Actor, now: datetime, reason: str = "") -> None:
    """Out of the line; what was held goes to the next. Nothing when it is out already."""
    await end(tx, wait_id, WaitStatus.LEFT, actor, now, reason)


async def end(
    tx: Tx, wait_id: str, to: WaitStatus, actor: Actor, now: datetime, reason: str = ""
) -> None:
    held = await tx.one(store.HELD, wait=wait_id)
    if held is None:
        raise NotFound()
    ended = await tx.one(store.END, wait=wait_id, to_status=to.value, now=now)
    if ended is None:
        return
    record(tx, actor, ENDINGS[to], wait_id, now, reason=reason, area_id=ended.area_id)
    if held.hold_id is not None:
        await capacity.let_go(tx, held.hold_id)
        await offer_freed(tx, [ended.slot_id], now)


async def due_areas(tx: Tx, now: datetime) -> list[str]:
    """Where an offer or a slot is over, or places are free. Mostly nowhere. A question."""
    return [row.area_id for row in await tx.rows(store.DUE_AREAS, now=now)]


async def tidy(tx: Tx, area_id: str, now: datetime) -> None:
    """End what is over, and offer what is free, however it came to be."""
    for wait in await tx.rows(store.LAPSED, area=area_id, now=now, most=MOST_AT_ONCE):
        to = WaitStatus.OVER if wait.ends_at <= now else WaitStatus.PASSED
        await end(tx, wait.id, to, SYSTEM, now)
    free = await tx.rows(store.WITH_ROOM, area=area_id)
    await offer_freed(tx, [row.slot_id for row in free], now)


async def sweep(db: Database, now: datetime) -> None:
    for area_id in await db.ask(due_areas, now):
        await db.act(tidy, area_id, now, lane=capacity.lane(area_id))


async def forget(tx: Tx, now: datetime) -> None:
    """Housekeeping: who waited long ago."""
    await tx.run(store.FORGET, before=now - KEPT)


capacity.when_freed(offer_freed)
