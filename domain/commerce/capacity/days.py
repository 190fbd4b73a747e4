"""The area's days: how many may come, closures, and the stop of sales."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce.capacity import store
from domain.commerce.capacity.model import DayView
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

MOST_QUOTA = 10_000_000


class DaySetting(NamedTuple):
    """What the operator sets for a day. `version` is that of the DayView he saw."""

    quota: int
    closed: bool
    note: str
    version: int


async def add_day(tx: Tx, area_id: str, visit_on: date) -> None:
    """Make a day's row with the area's daily capacity, unless it is there."""
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    await tx.run(
        store.ADD_DAY,
        id=ids.new_id(),
        area_id=area_id,
        visit_on=visit_on,
        quota=area.daily_capacity,
        taken=0,
        closed=False,
        sales_stopped=False,
        note="",
        version=1,
    )


async def day_of(tx: Tx, area_id: str, visit_on: date) -> DayView:
    """A day as it is; with the area's capacity when nothing was sold or set for it yet."""
    row = await tx.one(store.FIND_DAY, area=area_id, day=visit_on)
    if row is not None:
        return view_of(row)
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    return untouched(area)


async def days_between(tx: Tx, area_id: str, first: date, last: date) -> dict[date, DayView]:
    """Every day from `first` to `last` as it is, in their order. Raises NotFound."""
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    rows = await tx.rows(store.LIST_DAYS, area=area_id, first=first, last=last)
    known = {row.visit_on: row for row in rows}
    found = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        row = known.get(day)
        found[day] = view_of(row) if row else untouched(area)
    return found


def view_of(row: Any) -> DayView:
    return DayView(
        row.quota,
        row.taken,
        row.quota - row.taken,
        row.closed,
        row.sales_stopped,
        row.note,
        row.version,
    )


def untouched(area: Any) -> DayView:
    """A day for which nothing was sold or set yet: the area's capacity."""
    return DayView(area.daily_capacity, 0, area.daily_capacity, False, False, "", 0)


async def set_day(
    tx: Tx, area_id: str, visit_on: date, setting: DaySetting, actor: Actor, now: datetime
) -> None:
    """Set a day's quota, closure and note. Raises Conflict when more are taken than the quota."""
    if not 0 <= setting.quota <= MOST_QUOTA:
        raise InvalidInput({"quota": say("A whole number of places, from 0.")})
    if setting.version == 0:
        await add_day(tx, area_id, visit_on)
    row = await tx.one(store.FIND_DAY, area=area_id, day=visit_on)
    if row is None:
        raise NotFound()
    if setting.quota < row.taken:
        raise too_low(row.taken)
    changed = await tx.one(
        store.SET_DAY,
        day_id=row.id,
        seen=setting.version or 1,
        to_quota=setting.quota,
        is_closed=setting.closed,
        the_note=setting.note,
    )
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    record(
        tx,
        actor,
        "area_day.changed",
        row.id,
        now,
        before={"quota": row.quota, "closed": row.closed, "note": row.note},
        after={"quota": setting.quota, "closed": setting.closed, "note": setting.note},
        area=area_id,
        day=visit_on.isoformat(),
        area_id=area_id,
    )


async def stop_sales(
    tx: Tx, area_id: str, visit_on: date, stopped: bool, actor: Actor, now: datetime
) -> bool:
    """Stop or resume selling a day, as the capacity level demands. False when it was so already."""
    if await tx.one(store.FIND_DAY, area=area_id, day=visit_on) is None:
        await add_day(tx, area_id, visit_on)
    row = await tx.one(store.FIND_DAY, area=area_id, day=visit_on)
    changed = await tx.one(store.STOP_DAY, day_id=row.id, stopped=stopped)
    if changed is None:
        return False
    act = "area_day.sales_stopped" if stopped else "area_day.sales_resumed"
    record(tx, actor, act, row.id, now, area=area_id, day=visit_on.isoformat(), area_id=area_id)
    return True


def too_low(taken: int) -> Conflict:
    return Conflict(
        say("{taken} places are taken or kept already; the quota cannot be lower.", taken=taken),
        code="QUOTA_TOO_LOW",
    )
