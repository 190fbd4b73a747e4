"""Taking places and giving them back, so that nothing is ever oversold.

Each counter changes by compare-and-swap, always in the same order (day, channel, slot; days and
slots by key), so that two orders cannot lock each other out. On PostgreSQL all orders of an area
fight over its day's row: pass `lane=capacity.lane(area_id)` to `db.act`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from domain.commerce.capacity import days, store
from domain.commerce.capacity.model import Places, SlotStatus
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Refused, say
from domain.kernel.refusals import Refusal

FreeLapsed = Callable[[Tx, str, datetime], Awaitable[int]]


def lane(area_id: str) -> str:
    """The lane of every act that takes or gives back places of an area."""
    return f"area:{area_id}"


async def take(
    tx: Tx, wanted: Sequence[Places], channel: Channel, free_lapsed: FreeLapsed, now: datetime
) -> None:
    """Take all of the places or raise Refused (QUOTA_EXHAUSTED, STOP_SALE, AREA_CLOSED).

    `free_lapsed(tx, area_id, now)` is called when places run short: it cancels holds that have
    run out and says how many; then what failed is tried again.
    """
    for (area_id, visit_on), heads in by_day(wanted):
        while not await take_day(tx, area_id, visit_on, heads):
            if not await free_lapsed(tx, area_id, now):
                raise Refused(Refusal.QUOTA_EXHAUSTED)
    area_of = {places.slot_id: places.area_id for places in wanted}
    for slot_id, heads in by_slot(wanted):
        while not await take_slot(tx, slot_id, heads, channel, now):
            if not await free_lapsed(tx, area_of[slot_id], now):
                raise Refused(Refusal.QUOTA_EXHAUSTED)


async def give_back(tx: Tx, given: Sequence[Places], channel: Channel, now: datetime) -> None:
    """Let places return. Only before the end of their slot or day: drop the others first."""
    if late := [places for places in given if now >= places.ends_at]:
        raise ValueError(f"{len(late)} places whose time is over cannot return")
    await let_return(tx, given, channel)


async def let_return(tx: Tx, given: Sequence[Places], channel: Channel) -> None:
    """The counters as if these places had not been taken."""
    for (area_id, visit_on), heads in by_day(given):
        await tx.run(store.GIVE_DAY, area=area_id, day=visit_on, heads=heads)
    for slot_id, heads in by_slot(given):
        own = await tx.one(store.GIVE_CHANNEL, slot=slot_id, by=channel.value, heads=heads)
        again = 0
        if own is not None:
            again = max(0, own.kept - own.taken) - max(0, own.kept - own.taken - heads)
        await tx.run(store.GIVE_SLOT, slot=slot_id, heads=heads, kept_again=again)


def by_day(wanted: Sequence[Places]) -> list[tuple[tuple[str, date], int]]:
    heads: Counter[tuple[str, date]] = Counter()
    for places in wanted:
        if places.counts_day and places.heads:
            heads[places.area_id, places.visit_on] += places.heads
    return sorted(heads.items())


def by_slot(wanted: Sequence[Places]) -> list[tuple[str, int]]:
    heads: Counter[str] = Counter()
    for places in wanted:
        if places.slot_id is not None and places.heads:
            heads[places.slot_id] += places.heads
    return sorted(heads.items())


async def take_day(tx: Tx, area_id: str, visit_on: date, heads: int) -> bool:
    """False when the day is too full. The first sale for a day makes its row."""
    if await tx.one(store.TAKE_DAY, area=area_id, day=visit_on, heads=heads):
        return True
    day = await tx.one(store.FIND_DAY, area=area_id, day=visit_on)
    if day is None:
        await days.add_day(tx, area_id, visit_on)
        return bool(await tx.one(store.TAKE_DAY, area=area_id, day=visit_on, heads=heads))
    if day.closed:
        raise Refused(Refusal.AREA_CLOSED, say("The area is closed on {day}.", day=visit_on))
    if day.sales_stopped:
        raise Refused(Refusal.STOP_SALE)
    return False


async def take_slot(tx: Tx, slot_id: str, heads: int, channel: Channel, now: datetime) -> bool:
    """False when the slot, or the channel's part of it, is too full."""
    own = await tx.one(store.TAKE_CHANNEL, slot=slot_id, by=channel.value, heads=heads)
    own_left = used = 0
    if own is not None:
        own_left = max(0, own.kept - (own.taken - heads))
        used = min(heads, own_left)
    elif await tx.one(store.FIND_CHANNEL, slot=slot_id, by=channel.value):
        return False
    if await tx.one(
        store.TAKE_SLOT, slot=slot_id, heads=heads, own_left=own_left, used=used, now=now
    ):
        return True
    if own is not None:
        await tx.run(store.GIVE_CHANNEL, slot=slot_id, by=channel.value, heads=heads)
    slot = await tx.one(store.GET_SLOT, id=slot_id)
    if slot is None or slot.status != SlotStatus.OPEN or slot.ends_at <= now:
        raise Refused(Refusal.NOT_ON_SALE, say("This time slot is closed or over."))
    return False
