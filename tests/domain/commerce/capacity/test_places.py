"""Nothing is ever oversold, whoever asks at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.commerce import capacity
from domain.commerce.capacity import DaySetting, Places, SlotSetting, SlotStatus
from domain.commerce.capacity.slots import ChannelSetting
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_slot, add_world


async def nothing_lapsed(tx: Tx, area_id: str, now: datetime) -> int:
    return 0


async def take(
    tx: Tx, world: World, slot_id: str | None, heads: int, channel: Channel = Channel.SHOP
) -> None:
    places = places_of(world, slot_id, heads)
    await capacity.take(tx, [places], channel, nothing_lapsed, NOON)


async def give_back(
    tx: Tx, world: World, slot_id: str | None, heads: int, channel: Channel = Channel.SHOP
) -> None:
    await capacity.give_back(tx, [places_of(world, slot_id, heads)], channel, NOON)


def places_of(world: World, slot_id: str | None, heads: int) -> Places:
    ends_at = NOON + timedelta(hours=26)
    return Places(world.area_id, TOMORROW, slot_id, heads, True, ends_at)


async def left(db: Database, world: World, channel: Channel) -> int:
    found = await db.ask(capacity.slots_on, world.boat_id, TOMORROW, channel, NOON)
    return found[0].left


async def outcome(db: Database, world: World, slot_id: str | None, heads: int) -> str:
    try:
        await db.act(take, world, slot_id, heads, lane=capacity.lane(world.area_id))
    except Refused as refused:
        return refused.code
    return "taken"


async def test_two_hundred_buyers_of_a_hundred_places_get_a_hundred(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 100)

    answers = await asyncio.gather(*(outcome(db, world, slot_id, 1) for _ in range(200)))

    assert answers.count("taken") == 100
    assert answers.count("QUOTA_EXHAUSTED") == 100
    slot = (await db.ask(capacity.slots_on, world.boat_id, TOMORROW, Channel.SHOP, NOON))[0]
    assert (slot.taken, slot.left) == (100, 0)
    assert (await db.ask(capacity.day_of, world.area_id, TOMORROW)).taken == 100


async def test_buyers_without_a_lane_do_not_oversell_either(db: Database) -> None:
    world = await add_world(db, daily_capacity=25)

    async def buy() -> str:
        try:
            await db.act(take, world, None, 2)
        except Refused as refused:
            return refused.code
        return "taken"

    answers = await asyncio.gather(*(buy() for _ in range(40)))

    assert answers.count("taken") == 12
    assert (await db.ask(capacity.day_of, world.area_id, TOMORROW)).taken == 24


async def test_what_is_given_back_can_be_taken_again(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 2)
    await db.act(take, world, slot_id, 2)
    assert await outcome(db, world, slot_id, 1) == "QUOTA_EXHAUSTED"

    await db.act(give_back, world, slot_id, 1)

    assert await outcome(db, world, slot_id, 1) == "taken"


async def test_a_taking_that_fails_takes_nothing(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 2)

    assert await outcome(db, world, slot_id, 3) == "QUOTA_EXHAUSTED"

    assert (await db.ask(capacity.day_of, world.area_id, TOMORROW)).taken == 0
    assert await left(db, world, Channel.SHOP) == 2


async def test_the_windows_share_is_kept_back_from_others(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10, kept_for_windows=3)
    assert await left(db, world, Channel.SHOP) == 7
    assert await left(db, world, Channel.WINDOW) == 10

    await db.act(take, world, slot_id, 7)
    assert await outcome(db, world, slot_id, 1) == "QUOTA_EXHAUSTED"
    assert await left(db, world, Channel.WINDOW) == 3

    await db.act(take, world, slot_id, 3, Channel.WINDOW)
    assert await left(db, world, Channel.WINDOW) == 0


async def test_a_window_that_sells_its_share_and_more_shares_the_rest(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10, kept_for_windows=3)

    await db.act(take, world, slot_id, 5, Channel.WINDOW)
    assert await left(db, world, Channel.SHOP) == 5
    await db.act(give_back, world, slot_id, 4, Channel.WINDOW)

    assert await left(db, world, Channel.SHOP) == 7
    assert await left(db, world, Channel.WINDOW) == 9


async def test_a_channel_takes_no_more_than_its_quota(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10, quotas={Channel.SHOP: 4})

    assert await left(db, world, Channel.SHOP) == 4
    await db.act(take, world, slot_id, 4)

    assert await outcome(db, world, slot_id, 1) == "QUOTA_EXHAUSTED"
    assert await left(db, world, Channel.KIOSK) == 6


async def test_the_area_is_never_fuller_than_its_day(db: Database) -> None:
    world = await add_world(db, daily_capacity=3)
    slot_id = await add_slot(db, world, 100)

    await db.act(take, world, slot_id, 3)

    assert await outcome(db, world, slot_id, 1) == "QUOTA_EXHAUSTED"


async def test_a_stopped_and_a_closed_day_say_so(db: Database) -> None:
    world = await add_world(db)
    args = (world.area_id, TOMORROW, True, world.supervisor, NOON)
    assert await db.act(capacity.stop_sales, *args) is True
    assert await db.act(capacity.stop_sales, *args) is False
    assert await outcome(db, world, None, 1) == Refusal.STOP_SALE

    await db.act(capacity.stop_sales, world.area_id, TOMORROW, False, world.supervisor, NOON)
    assert await outcome(db, world, None, 1) == "taken"

    closed = DaySetting(5_000, True, "检修", 1)
    await db.act(capacity.set_day, world.area_id, TOMORROW, closed, world.supervisor, NOON)
    assert await outcome(db, world, None, 1) == Refusal.AREA_CLOSED


async def test_a_day_cannot_be_made_smaller_than_what_is_taken(db: Database) -> None:
    world = await add_world(db)
    await db.act(take, world, None, 5)

    with pytest.raises(Conflict, match="5 places are taken") as refused:
        await db.act(
            capacity.set_day,
            world.area_id,
            TOMORROW,
            DaySetting(4, False, "", 1),
            world.supervisor,
            NOON,
        )

    assert refused.value.code == "QUOTA_TOO_LOW"
    assert (await db.ask(capacity.day_of, world.area_id, TOMORROW)).quota == 5_000


def setting(quota: int, *, window: ChannelSetting | None = None, version: int = 1) -> SlotSetting:
    channels = {Channel.WINDOW: window} if window else {}
    return SlotSetting(quota, SlotStatus.OPEN, "", channels, version)


async def test_a_slot_cannot_be_made_smaller_than_what_is_taken(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10, kept_for_windows=3)
    await db.act(take, world, slot_id, 5)

    with pytest.raises(Conflict, match="5 places are taken"):
        await db.act(capacity.set_slot, slot_id, setting(4), world.supervisor, NOON)
    with pytest.raises(Conflict, match="8 places are taken or kept"):
        smaller = setting(7, window=ChannelSetting(7, 3))
        await db.act(capacity.set_slot, slot_id, smaller, world.supervisor, NOON)

    await db.act(capacity.set_slot, slot_id, setting(5), world.supervisor, NOON)
    assert await left(db, world, Channel.WINDOW) == 0
    assert await left(db, world, Channel.SHOP) == 0


async def test_two_who_set_the_same_slot_do_not_overwrite_each_other(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10)
    await db.act(capacity.set_slot, slot_id, setting(20), world.supervisor, NOON)

    with pytest.raises(Conflict) as refused:
        await db.act(capacity.set_slot, slot_id, setting(30), world.cashier, NOON)

    assert refused.value.code == "VERSION_CONFLICT"
    with pytest.raises(InvalidInput):
        silly = setting(20, window=ChannelSetting(5, 6), version=2)
        await db.act(capacity.set_slot, slot_id, silly, world.supervisor, NOON)


async def test_places_of_a_slot_that_is_over_are_neither_taken_nor_returned(db: Database) -> None:
    world = await add_world(db)
    slot_id = await add_slot(db, world, 10, hours_ahead=-2)
    places = Places(world.area_id, TODAY, slot_id, 1, True, NOON)

    async def late(tx: Tx) -> None:
        await capacity.take(tx, [places], Channel.SHOP, nothing_lapsed, NOON)

    with pytest.raises(Refused) as refused:
        await db.act(late)
    assert refused.value.refusal is Refusal.NOT_ON_SALE

    async def return_late(tx: Tx) -> None:
        await capacity.give_back(tx, [places], Channel.SHOP, NOON)

    with pytest.raises(ValueError, match="whose time is over"):
        await db.act(return_late)
