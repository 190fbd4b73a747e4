"""Standing in line for a full slot, and looking at the line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import capacity
from domain.commerce.waiting import store
from domain.commerce.waiting.model import LIVING, MOST_HEADS, MOST_OF_ONE, WaitStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.audit import record


class Wish(NamedTuple):
    """Places of a slot for a customer, who has proved the phone that the offer goes to."""

    slot_id: str
    customer_id: str
    heads: int
    language: str = "zh"


class Sought(NamedTuple):
    """What the list is narrowed to."""

    areas: Sequence[str]
    state: str = ""


async def join(tx: Tx, wish: Wish, actor: Actor, now: datetime) -> str:
    """Stand at the end of the slot's line; the wait's id. Who stands there already stays where he
    is. InvalidInput while there are places to be booked; Refused NOT_ON_SALE when the slot is over.
    """
    if not 1 <= wish.heads <= MOST_HEADS:
        raise InvalidInput({"heads": say("From 1 to {most} people.", most=MOST_HEADS)})
    slot = await slot_of(tx, wish.slot_id)
    if slot.status != "open" or slot.ends_at <= now:
        raise Refused(Refusal.NOT_ON_SALE, say("This time slot is closed or over."))
    if found := await tx.one(store.FIND, slot=slot.id, customer=wish.customer_id):
        return str(found.id)
    if await has_room(tx, slot, wish.heads, now):
        raise InvalidInput({}, say("There are places at this time. You can book them now."))
    mine = await tx.rows(store.OF_CUSTOMER, customer=wish.customer_id, most=MOST_OF_ONE)
    if len(mine) >= MOST_OF_ONE:
        raise InvalidInput({}, say("You wait for {most} times already.", most=MOST_OF_ONE))
    wait_id = ids.new_id()
    tx.add(
        store.ADD,
        id=wait_id,
        area_id=slot.area_id,
        status=WaitStatus.WAITING.value,
        joined_at=now,
        **wish._asdict(),
    )
    after = {"heads": wish.heads, "slot": slot.id}
    record(tx, actor, "wait.joined", wait_id, now, after=after, area_id=slot.area_id)
    return wait_id


async def has_room(tx: Tx, slot: Any, heads: int, now: datetime) -> bool:
    """Whether the web shop may sell so many now, and nobody stands in line."""
    if await tx.rows(store.LINE, slot=slot.id):
        return False
    views = await capacity.slots_on(tx, slot.product_id, slot.visit_on, Channel.SHOP, now)
    left = next((view.left for view in views if view.id == slot.id), 0)
    if slot.counts_capacity:
        left = min(left, (await capacity.day_of(tx, slot.area_id, slot.visit_on)).left)
    return left >= heads


async def slot_of(tx: Tx, slot_id: str) -> Any:
    """Raises NotFound, also for the row that counts a whole day."""
    slot = await tx.one(store.SLOT, slot=slot_id)
    if slot is None or slot.whole_day:
        raise NotFound()
    return slot


async def find_wait(tx: Tx, wait_id: str) -> Any | None:
    return await tx.one(store.GET, id=wait_id)


async def get_wait(tx: Tx, wait_id: str) -> Any:
    """Its row, with the slot's times and the product's names. A question. Raises NotFound."""
    row = await find_wait(tx, wait_id)
    if row is None:
        raise NotFound()
    return row


async def ahead_of(tx: Tx, wait: Any) -> int:
    """How many stand before it. A question."""
    row = await tx.one(store.AHEAD, slot=wait.slot_id, at=wait.joined_at, id=wait.id)
    return int(row.many)


async def waits_of(tx: Tx, customer_id: str) -> list[Any]:
    """What a customer waits for, the earliest slot first. A question."""
    return await tx.rows(store.OF_CUSTOMER, customer=customer_id, most=MOST_OF_ONE)


async def list_waits(tx: Tx, sought: Sought, cut: Cut) -> list[Any]:
    """Everybody who waits or waited, newest first. A question."""
    return await store.LIST.page(tx, cut, areas=list(sought.areas), state=sought.state)


def is_living(wait: Any) -> bool:
    return WaitStatus(wait.status) in LIVING
