"""Plans make slots, in time and once."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.commerce import capacity
from domain.commerce.capacity import PlanInput
from domain.commerce.capacity.plans import times_of
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, add_world

PLAN = PlanInput(
    from_on=TODAY,
    until_on=TODAY + timedelta(days=365),
    starts="08:00",
    ends="16:00",
    every_minutes=120,
    quota=100,
    window_bps=3_000,
    channel_quotas={Channel.OTA: 20},
)


def test_a_plan_of_two_hours_makes_slots_one_after_the_other() -> None:
    assert list(times_of("08:00", "13:00", 120)) == [("08:00", "10:00"), ("10:00", "12:00")]
    assert list(times_of("08:00", "24:00", 0)) == [("08:00", "24:00")]


async def test_a_plan_makes_the_slots_that_can_be_booked(db: Database) -> None:
    world = await add_world(db)
    plan = PLAN.model_copy(update={"weekdays": 0b0011111})  # Monday to Friday
    await db.act(capacity.add_plan, world.boat_id, plan, world.supervisor, NOON)

    days = [TODAY + timedelta(days=n) for n in range(10)]
    made = [
        len(await db.ask(capacity.slots_on, world.boat_id, day, Channel.SHOP, NOON)) for day in days
    ]

    # from Wednesday, 1 July: the weekend has none, nor have days too far ahead
    assert made == [4, 4, 4, 0, 0, 4, 4, 4, 4, 0]


async def test_the_parts_of_the_channels_follow_the_plan(db: Database) -> None:
    world = await add_world(db)
    await db.act(capacity.add_plan, world.boat_id, PLAN, world.supervisor, NOON)

    async def left(channel: Channel) -> int:
        found = await db.ask(capacity.slots_on, world.boat_id, TOMORROW, channel, NOON)
        return found[0].left

    assert await left(Channel.SHOP) == 70
    assert await left(Channel.WINDOW) == 100
    assert await left(Channel.OTA) == 20


async def test_making_slots_again_makes_none_twice(db: Database) -> None:
    world = await add_world(db)
    await db.act(capacity.add_plan, world.boat_id, PLAN, world.supervisor, NOON)

    assert await db.act(capacity.make_slots, NOON) == 0
    assert await db.act(capacity.make_slots, NOON + timedelta(days=1)) == 4

    plans = await db.ask(capacity.list_plans, world.boat_id)
    assert len(plans) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": "16:00", "ends": "08:00"},
        {"starts": "8:00"},
        {"until_on": TODAY - timedelta(days=1)},
        {"quota": 0},
        {"weekdays": 0},
        {"every_minutes": 1},
        {"channel_quotas": {Channel.WINDOW: 5}},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PlanInput.model_validate({**PLAN.model_dump(), **wrong})
