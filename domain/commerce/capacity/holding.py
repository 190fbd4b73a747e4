"""Places kept for somebody who has no order yet, and who is told when places return."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from domain.commerce.capacity import store
from domain.commerce.capacity.model import Places
from domain.commerce.capacity.places import let_return, take_day, take_slot
from domain.kernel import ids
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Refused

WhenFreed = Callable[[Tx, Sequence[str], datetime], Awaitable[None]]
_when_freed: list[WhenFreed] = []


def when_freed(listener: WhenFreed) -> None:
    """Have something done in the transaction that let places of slots return, at its end."""
    if listener not in _when_freed:
        _when_freed.append(listener)


async def tell_freed(tx: Tx, slot_ids: Sequence[str], now: datetime) -> None:
    """Say it last: whoever listens may take the places at once."""
    for listener in _when_freed if slot_ids else ():
        await listener(tx, sorted(set(slot_ids)), now)


async def hold(tx: Tx, wanted: Places, channel: Channel, now: datetime) -> str | None:
    """Keep places of a slot, or of the day alone, for one who may take them later; the hold's id,
    None when there are too few or nothing is sold now. Changes nothing then, so that others of the
    act may go on."""
    if wanted.slot_id is None and not wanted.counts_day:
        raise ValueError("places of a slot or of a day are held")
    if wanted.counts_day and not await day_taken(tx, wanted):
        return None
    if wanted.slot_id is not None and not await slot_taken(
        tx, wanted.slot_id, wanted.heads, channel, now
    ):
        await let_return(tx, [wanted._replace(slot_id=None)], channel)
        return None
    hold_id = ids.new_id()
    tx.add(store.ADD_HOLD, id=hold_id, channel=channel.value, made_at=now, **wanted._asdict())
    return hold_id


async def day_taken(tx: Tx, wanted: Places) -> bool:
    try:
        return await take_day(tx, wanted.area_id, wanted.visit_on, wanted.heads)
    except Refused:  # closed, or its sales are stopped
        return False


async def slot_taken(tx: Tx, slot_id: str, heads: int, channel: Channel, now: datetime) -> bool:
    try:
        return await take_slot(tx, slot_id, heads, channel, now)
    except Refused:  # closed, or over
        return False


async def let_go(tx: Tx, hold_id: str) -> None:
    """What was held is anybody's: say `tell_freed` when it is not taken in the same transaction."""
    row = await tx.one(store.END_HOLD, hold=hold_id)
    if row is not None:
        held = Places(
            row.area_id, row.visit_on, row.slot_id, row.heads, row.counts_day, row.ends_at
        )
        await let_return(tx, [held], Channel(row.channel))


async def keep(tx: Tx, hold_id: str) -> None:
    """The places are somebody's for good: whoever says so writes down in a line that it keeps
    them."""
    await tx.one(store.END_HOLD, hold=hold_id)
