"""Slots changed together: places, places of a channel, open or closed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce.capacity import slots, store
from domain.commerce.capacity.days import MOST_QUOTA
from domain.commerce.capacity.model import SlotStatus
from domain.commerce.capacity.slots import ChannelSetting, SlotSetting
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.operation import batches
from domain.operation.batches import Change, FieldGroup, Subject, Value, ValueKind
from domain.operation.staff import Permission

Of = Callable[[Any, Mapping[str, Any]], str]


def reader(value_of: Of) -> Any:
    """Reads slots with one of their fields; what BY_ATTRIBUTE looks at is the product."""

    async def read(tx: Tx, slot_ids: Sequence[str]) -> list[Subject]:
        found = await tx.rows(store.SLOTS_NAMED, ids=list(slot_ids))
        own: dict[str, dict[str, Any]] = {row.id: {} for row in found}
        for row in await tx.rows(store.CHANNELS_OF_MANY, ids=list(slot_ids)):
            own[row.slot_id][row.channel] = row
        return [
            Subject(
                row.id,
                label_of(row),
                row.version,
                value_of(row, own[row.id]),
                row.area_id,
                row.product_zh,
            )
            for row in found
        ]

    return read


def label_of(row: Any) -> str:
    at = row.starts_at.astimezone(ZoneInfo(row.time_zone))
    return f"{row.product_zh} {row.visit_on:%m-%d}{'' if row.whole_day else f' {at:%H:%M}'}"


async def _setting(tx: Tx, change: Change) -> tuple[SlotSetting, dict[Channel, ChannelSetting]]:
    """The slot as it is."""
    row = (await slots.slots_by_id(tx, [change.row_id]))[change.row_id]
    own = {
        Channel(each.channel): ChannelSetting(each.quota, each.kept)
        for each in await slots.channels_of(tx, row.id)
        if each.quota < MOST_QUOTA or each.kept
    }
    return SlotSetting(row.quota, SlotStatus(row.status), row.note, own, change.version), own


async def set_quota(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    setting, _ = await _setting(tx, change)
    setting = setting._replace(quota=int(change.value))
    await slots.set_slot(tx, change.row_id, setting, actor, now)


async def set_status(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
    setting, _ = await _setting(tx, change)
    setting = setting._replace(status=SlotStatus(change.value))
    await slots.set_slot(tx, change.row_id, setting, actor, now)


def channel_writer(channel: Channel) -> Any:
    async def write(tx: Tx, change: Change, actor: Actor, now: datetime) -> None:
        """Without a number the channel shares what nobody keeps."""
        setting, own = await _setting(tx, change)
        kept = own[channel].kept if channel in own else 0
        others = {each: value for each, value in own.items() if each is not channel}
        if change.value:
            others[channel] = ChannelSetting(int(change.value), min(kept, int(change.value)))
        setting = setting._replace(channels=others)
        await slots.set_slot(tx, change.row_id, setting, actor, now)

    return write


def channel_quota(channel: Channel) -> Of:
    def value_of(row: Any, own: Mapping[str, Any]) -> str:
        found = own.get(channel.value)
        return "" if found is None or found.quota >= MOST_QUOTA else str(found.quota)

    return value_of


async def statuses(tx: Tx, area_id: str) -> list[Value]:
    return [Value(status.value) for status in SlotStatus]


def _group(field: str, label: Message, read: Any, write: Any, **more: Any) -> None:
    given = {"values": batches.no_values, "kind": ValueKind.COUNT, **more}
    batches.register(
        FieldGroup(
            noun="slot",
            field=field,
            label=label,
            title=say("Batch change: time slots"),
            permission=Permission.CAPACITY_EDIT,
            checked_by=None,
            read=read,
            write=write,
            attribute=say("Product"),
            **given,
        )
    )


_CHANNELS = {
    Channel.WINDOW: say("Most at windows"),
    Channel.KIOSK: say("Most at kiosks"),
    Channel.SHOP: say("Most on the website"),
    Channel.AGENT: say("Most for agents"),
    Channel.OTA: say("Most for OTAs"),
}
_group("quota", say("Places"), reader(lambda row, own: str(row.quota)), set_quota)
_group(
    "status",
    say("Open or closed"),
    reader(lambda row, own: str(row.status)),
    set_status,
    values=statuses,
    kind=ValueKind.CHOICE,
    words=SlotStatus,
)
for _channel, _label in _CHANNELS.items():
    _group(
        f"quota_{_channel.value}", _label, reader(channel_quota(_channel)), channel_writer(_channel)
    )
