"""How many are inside, and what happens when an area becomes too full."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission.occupancy import store
from domain.admission.occupancy.model import (
    CapacityLevel,
    Heads,
    Occupancy,
    level_of,
    percent_of,
)
from domain.commerce import capacity
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound
from domain.operation.audit import record

WhenLevelChanges = Callable[[Tx, str, CapacityLevel, int, datetime], Awaitable[None]]
NOBODY = Heads(0, 0)
FIRST = Cut()
_when_level_changes: list[WhenLevelChanges] = []
BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def when_level_changes(listener: WhenLevelChanges) -> None:
    """Have something done in the transaction that writes another level (area, level, share)."""
    if listener not in _when_level_changes:
        _when_level_changes.append(listener)


async def counts(tx: Tx, area_id: str, zone: ZoneInfo, now: datetime) -> dict[str | None, Heads]:
    """Heads of the local day by spot; None is the area's own entrances. Never below nobody."""
    day_start, day_end = day_bounds(local_day(now, zone), zone)
    rows = await tx.rows(store.COUNTS, area_id=area_id, day_start=day_start, day_end=day_end)
    return {row.spot_id: Heads(row.entered, max(0, row.balance)) for row in rows}


async def heads_of_area(tx: Tx, area_id: str, by_spot: dict[str | None, Heads]) -> Heads:
    """Who went to a spot came in through the area's entrance before; an area that has none is as
    full as its spots together."""
    if await tx.one(store.HAS_ENTRANCE, area_id=area_id):
        return by_spot.get(None, NOBODY)
    return Heads(
        sum(heads.entered for heads in by_spot.values()),
        sum(heads.inside for heads in by_spot.values()),
    )


async def inside(tx: Tx, area_id: str, zone: ZoneInfo, now: datetime) -> int:
    """How many are inside an area now: entries less exits of the day."""
    by_spot = await counts(tx, area_id, zone, now)
    return (await heads_of_area(tx, area_id, by_spot)).inside


async def occupancy_of(tx: Tx, area_id: str, now: datetime) -> Occupancy:
    """How full an area is now. A question; ask it at most every half second."""
    area = await tx.one(store.AREA, area_id=area_id)
    if area is None:
        raise NotFound()
    return await measure(tx, area, now)


async def measure(tx: Tx, area: Any, now: datetime) -> Occupancy:
    by_spot = await counts(tx, area.id, ZoneInfo(area.time_zone), now)
    heads = await heads_of_area(tx, area.id, by_spot)
    percent = percent_of(area, heads)
    spots = {spot_id: heads for spot_id, heads in by_spot.items() if spot_id is not None}
    return Occupancy(area.id, heads, spots, percent, level_of(area, percent))


async def changed_areas(tx: Tx, now: datetime) -> list[str]:
    """Areas whose stored state is not what their gates say: a question, before `refresh`."""
    found = []
    for row in await tx.rows(store.LIST_AREA_IDS):
        area = await tx.one(store.AREA, area_id=row.id)
        if state_of(area, await measure(tx, area, now)) != stored_state(area):
            found.append(row.id)
    return found


def stored_state(area: Any) -> tuple[str, bool, bool]:
    return area.level, area.entries_held, area.sales_stopped


def state_of(area: Any, full: Occupancy) -> tuple[str, bool, bool]:
    """Level; whether entries are held, one out one in; whether sales are stopped."""
    held = full.level is CapacityLevel.RED
    return full.level.value, held, full.percent_bps >= area.stop_sale_bps


async def refresh(tx: Tx, area_id: str, now: datetime) -> CapacityLevel | None:
    """Bring an area's stored state to what its gates say. A change is written into the
    capacity log and audited; at red, entries are held and sales are stopped. None: as before."""
    area = await tx.one(store.AREA, area_id=area_id)
    if area is None:
        raise NotFound()
    full = await measure(tx, area, now)
    state = state_of(area, full)
    if state == stored_state(area):
        return None
    level, held, stopped = state
    await tx.run(
        store.SAVE_STATE,
        area_id=area_id,
        level=level,
        entries_held=held,
        sales_stopped=stopped,
        changed_at=now,
    )
    add_alert(tx, area, full, state, now)
    if level != area.level:
        for listener in _when_level_changes:
            await listener(tx, area_id, full.level, full.percent_bps, now)
    if stopped != area.sales_stopped:
        today = local_day(now, ZoneInfo(area.time_zone))
        await capacity.stop_sales(tx, area_id, today, stopped, SYSTEM, now)
    before = {"level": area.level, "held": area.entries_held, "stopped": area.sales_stopped}
    after = {"level": level, "held": held, "stopped": stopped}
    record(
        tx, SYSTEM, "capacity.changed", area_id, now, before=before, after=after, area_id=area_id
    )
    return full.level


def add_alert(
    tx: Tx, area: Any, full: Occupancy, state: tuple[str, bool, bool], now: datetime
) -> None:
    level, held, stopped = state
    tx.add(
        store.ADD_ALERT,
        id=ids.new_id(),
        area_id=area.id,
        level=level,
        previous_level=area.level,
        entries_held=held,
        sales_stopped=stopped,
        inside=full.heads.inside,
        entered_today=full.heads.entered,
        percent_bps=full.percent_bps,
        raised_at=now,
        note="",
    )


async def acknowledge(
    tx: Tx, area_id: str, alert_id: str, note: str, actor: Actor, now: datetime
) -> None:
    """Somebody of the staff has seen an area's alert and says what is being done."""
    alert = await tx.one(store.GET_ALERT, alert_id=alert_id)
    if alert is None or alert.area_id != area_id:
        raise NotFound()
    done = await tx.one(store.ACKNOWLEDGE, alert_id=alert_id, by=actor.id, at=now, the_note=note)
    if done is None:
        raise Conflict()
    record(tx, actor, "capacity_alert.acknowledged", alert_id, now, note=note)


class LogFilter(NamedTuple):
    """What to show of the capacity log. `areas` are those that the reader may see."""

    areas: tuple[str, ...]
    between: tuple[datetime, datetime] = (BEGINNING, END)
    level: str = ""
    waiting: bool = False  # only those that nobody has acknowledged


async def log_of(tx: Tx, wanted: LogFilter, cut: Cut = FIRST) -> list[Any]:
    """The capacity log of several areas, newest first, by (raised_at, id)."""
    return await store.LOG.page(
        tx,
        cut,
        areas=list(wanted.areas),
        from_at=wanted.between[0],
        until_at=wanted.between[1],
        level=wanted.level,
        waiting=wanted.waiting,
    )


async def alerts(tx: Tx, area_id: str, most: int = 50) -> list[Any]:
    """The capacity log of an area, newest first."""
    return await tx.rows(store.LIST_ALERTS, area_id=area_id, most=most)
