"""Slots: what a product offers on a day, and what people set about one."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.capacity import store
from domain.commerce.capacity.days import MOST_QUOTA, too_low
from domain.commerce.capacity.holding import tell_freed
from domain.commerce.capacity.model import SlotStatus, SlotView, left_for
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import day_bounds, local_moment
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record


class ChannelSetting(NamedTuple):
    """`quota` is the most that the channel may take, `kept` what nobody else may take."""

    quota: int
    kept: int = 0


class SlotSetting(NamedTuple):
    """What the operator sets for a slot. `version` is that of the SlotView he saw."""

    quota: int
    status: SlotStatus
    note: str
    channels: Mapping[Channel, ChannelSetting]
    version: int


def view_of(row: Any, now: datetime) -> SlotView:
    own = None if row.own_quota is None else (row.own_quota, row.own_kept, row.own_taken)
    return SlotView(
        row.id,
        row.product_id,
        row.visit_on,
        row.starts_at,
        row.ends_at,
        row.whole_day,
        row.quota,
        row.taken,
        left_for(row.quota, row.taken, row.kept_left, own),
        row.status == SlotStatus.OPEN and now < row.ends_at,
        row.note,
        row.version,
    )


async def slots_on(
    tx: Tx, product_id: str, visit_on: date, channel: Channel, now: datetime
) -> list[SlotView]:
    """A product's slots of a day by their start, with what the channel may still take."""
    rows = await tx.rows(store.SLOTS_OF_PRODUCT, product=product_id, day=visit_on, by=channel.value)
    return [view_of(row, now) for row in rows]


async def slots_of_area(
    tx: Tx, area_id: str, visit_on: date, channel: Channel, now: datetime
) -> list[SlotView]:
    """The slots of all products of an area on a day."""
    rows = await tx.rows(store.SLOTS_OF_AREA, area=area_id, day=visit_on, by=channel.value)
    return [view_of(row, now) for row in rows]


async def slots_between(
    tx: Tx, product_id: str, first: date, last: date, channel: Channel, now: datetime
) -> list[SlotView]:
    """A product's slots from one day to another, both included, by their start."""
    rows = await tx.rows(
        store.SLOTS_BETWEEN, product=product_id, first=first, last=last, by=channel.value
    )
    return [view_of(row, now) for row in rows]


async def slots_by_id(tx: Tx, slot_ids: list[str]) -> dict[str, Any]:
    """Rows: product_id, area_id, visit_on, starts_at, ends_at, status ..."""
    if not slot_ids:
        return {}
    return {row.id: row for row in await tx.rows(store.SLOTS, ids=slot_ids)}


async def whole_day_slot(tx: Tx, product_id: str, area_id: str, visit_on: date, quota: int) -> Any:
    """The row that counts a product's daily quota; made by the first sale for the day."""
    if row := await tx.one(store.WHOLE_DAY, product=product_id, day=visit_on):
        return row
    area = await tx.one(store.AREA, area=area_id)
    starts_at, ends_at = day_bounds(visit_on, ZoneInfo(area.time_zone))
    await add_slot(
        tx,
        {
            "product_id": product_id,
            "area_id": area_id,
            "visit_on": visit_on,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "whole_day": True,
            "quota": quota,
            "note": "",
        },
        {},
    )
    return await tx.one(store.WHOLE_DAY, product=product_id, day=visit_on)


async def add_slot(
    tx: Tx, values: Mapping[str, Any], channels: Mapping[Channel, ChannelSetting]
) -> bool:
    """Make a slot unless the product has one that starts then; True when it was made."""
    slot_id = ids.new_id()
    kept = sum(setting.kept for setting in channels.values())
    await tx.run(
        store.ADD_SLOT, id=slot_id, taken=0, kept_left=kept, status="open", version=1, **values
    )
    if await tx.one(store.GET_SLOT, id=slot_id) is None:
        return False
    for channel, setting in channels.items():
        tx.add(
            store.ADD_CHANNEL,
            slot_id=slot_id,
            channel=channel.value,
            quota=setting.quota,
            kept=setting.kept,
            taken=0,
        )
    return True


async def channels_of(tx: Tx, slot_id: str) -> list[Any]:
    """Rows: channel, quota, kept, taken."""
    return await tx.rows(store.LIST_CHANNELS, slot=slot_id)


async def set_slot(tx: Tx, slot_id: str, setting: SlotSetting, actor: Actor, now: datetime) -> None:
    """Set a slot's quota, channels, closure and note.

    Raises Conflict QUOTA_TOO_LOW when more are taken (or kept back) than the new quota, and
    VERSION_CONFLICT when somebody else has set it since. Pass the area's lane.
    """
    row = await tx.one(store.GET_SLOT, id=slot_id)
    if row is None:
        raise NotFound()
    check_quotas(setting)
    taken = {own.channel: own.taken for own in await channels_of(tx, slot_id)}
    kept_left = 0
    for channel, own in setting.channels.items():
        if own.quota < taken.get(channel.value, 0):
            raise too_low(taken[channel.value])
        kept_left += max(0, own.kept - taken.get(channel.value, 0))
    if row.taken + kept_left > setting.quota:
        raise too_low(row.taken + kept_left)
    changed = await tx.one(
        store.SET_SLOT,
        slot=slot_id,
        seen=setting.version,
        to_quota=setting.quota,
        to_kept=kept_left,
        to_status=setting.status.value,
        the_note=setting.note,
    )
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    await set_channels(tx, slot_id, setting.channels, set(taken))
    before = {"quota": row.quota, "status": row.status, "note": row.note}
    after = {"quota": setting.quota, "status": setting.status.value, "note": setting.note}
    record(tx, actor, "slot.changed", slot_id, now, before=before, after=after, area_id=row.area_id)
    await tell_freed(tx, [slot_id], now)


def check_quotas(setting: SlotSetting) -> None:
    if not 0 <= setting.quota <= MOST_QUOTA:
        raise InvalidInput({"quota": say("A whole number of places, from 0.")})
    for channel, own in setting.channels.items():
        if not 0 <= own.kept <= own.quota <= MOST_QUOTA:
            raise InvalidInput(
                {f"{channel.value}_quota": say("A channel cannot keep more than it may take.")}
            )


async def set_channels(
    tx: Tx, slot_id: str, channels: Mapping[Channel, ChannelSetting], known: set[str]
) -> None:
    """A channel that is left out keeps what it took and may take what is left, as if unset."""
    for word in known - {channel.value for channel in channels}:
        await tx.run(store.SET_CHANNEL, slot=slot_id, by=word, to_quota=MOST_QUOTA, to_kept=0)
    for channel, own in channels.items():
        if channel.value in known:
            await tx.run(
                store.SET_CHANNEL,
                slot=slot_id,
                by=channel.value,
                to_quota=own.quota,
                to_kept=own.kept,
            )
        else:
            tx.add(
                store.ADD_CHANNEL,
                slot_id=slot_id,
                channel=channel.value,
                quota=own.quota,
                kept=own.kept,
                taken=0,
            )


async def set_daily_quota(tx: Tx, product_id: str, from_on: date, quota: int) -> None:
    """Give the product's days from `from_on` another quota; Conflict when one has sold more."""
    for row in await tx.rows(store.WHOLE_DAYS_FROM, product=product_id, day=from_on):
        if row.taken + row.kept_left > quota:
            raise too_low(row.taken + row.kept_left)
        await tx.one(
            store.SET_SLOT,
            slot=row.id,
            seen=row.version,
            to_quota=quota,
            to_kept=row.kept_left,
            to_status=row.status,
            the_note=row.note,
        )


def moment_on(day: date, wall_clock: str, zone: ZoneInfo) -> datetime:
    """`24:00` is the end of the day."""
    if wall_clock == "24:00":
        return day_bounds(day, zone)[1]
    return local_moment(day, time.fromisoformat(wall_clock), zone)
