"""One out, one in: how many may enter while an area is full."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.admission import occupancy
from domain.admission.redemptions import store
from domain.kernel.db import Tx

LONGEST_HOLD = timedelta(minutes=15)  # of a group that walks through one by one


async def places_free(
    tx: Tx, area_id: str, time_zone: str, instant_capacity: int, now: datetime
) -> int:
    """Places inside that neither somebody nor a hold has taken. Gates ask one after the other, so
    that two do not give the last place away together."""
    await tx.one(store.LOCK_AREA, of_area_id=area_id)
    inside = await occupancy.inside(tx, area_id, ZoneInfo(time_zone), now)
    pending = await tx.one(store.PENDING, area_id=area_id, since=now - LONGEST_HOLD, now=now)
    cards = await tx.one(store.PENDING_CARDS, area_id=area_id, since=now - LONGEST_HOLD, now=now)
    free: int = instant_capacity - inside - pending.heads - cards.heads
    return max(0, free)
