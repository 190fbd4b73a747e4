"""Plans: which slots a product has on which days, and making them in time."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.commerce.capacity import store
from domain.commerce.capacity.slots import ChannelSetting, add_slot, moment_on
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.kernel.inputs import wrong
from domain.kernel.money import share
from domain.operation.audit import record

WALL_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
MOST_SLOTS_A_DAY = 96


class PlanInput(BaseModel):
    """Slots of one length after another from `starts` to `ends`, on some days.

    `every_minutes` 0 makes one slot of the whole time. `window_bps` of the quota is kept back for
    the windows; `channel_quotas` is the most that a channel may take of each slot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_on: date
    until_on: date
    weekdays: Annotated[int, Field(ge=1, le=127)] = 127
    starts: Annotated[str, Field(max_length=5)]
    ends: Annotated[str, Field(max_length=5)]
    every_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    quota: Annotated[int, Field(ge=1, le=1_000_000)]
    window_bps: Annotated[int, Field(ge=0, le=10_000)] = 0
    channel_quotas: dict[Channel, Annotated[int, Field(ge=0, le=1_000_000)]] = {}

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not (WALL_CLOCK.fullmatch(self.starts) and WALL_CLOCK.fullmatch(self.ends)):
            raise wrong(say("Please type a time, like 08:30."))
        if not (self.starts < self.ends and self.from_on <= self.until_on):
            raise wrong(say("The end is before the beginning."))
        if len(list(times_of(self.starts, self.ends, self.every_minutes))) > MOST_SLOTS_A_DAY:
            raise wrong(say("There are too many slots in a day."))
        if Channel.WINDOW in self.channel_quotas and self.window_bps:
            raise wrong(say("Keep a share for the windows or limit them, not both."))
        return self


def times_of(starts: str, ends: str, every_minutes: int) -> Iterator[tuple[str, str]]:
    """08:00 to 12:00 every 120 minutes: (08:00, 10:00), (10:00, 12:00). A rest is left out."""
    first, last = minutes(starts), minutes(ends)
    step = every_minutes or last - first
    for begin in range(first, last - step + 1, step):
        yield wall_clock(begin), wall_clock(begin + step)


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def wall_clock(at: int) -> str:
    return f"{at // 60:02d}:{at % 60:02d}"


def channels_for(plan: Any) -> dict[Channel, ChannelSetting]:
    """The channels' parts of one slot of a plan."""
    channels = {
        Channel(word): ChannelSetting(min(quota, plan.quota))
        for word, quota in plan.channel_quotas.items()
    }
    if kept := share(plan.quota, plan.window_bps):
        channels[Channel.WINDOW] = ChannelSetting(plan.quota, kept)
    return channels


async def add_plan(
    tx: Tx, product_id: str, given: PlanInput, actor: Actor, now: datetime
) -> list[str]:
    """Plan slots, and make those of the days on which the product can be booked already."""
    added: list[str] = []
    for starts, ends in times_of(given.starts, given.ends, given.every_minutes):
        plan_id = ids.new_id()
        values = given.model_dump(mode="python", exclude={"starts", "ends", "every_minutes"})
        values["channel_quotas"] = {
            channel.value: quota for channel, quota in given.channel_quotas.items()
        }
        tx.add(
            store.ADD_PLAN,
            id=plan_id,
            product_id=product_id,
            starts=starts,
            ends=ends,
            created_at=now,
            version=1,
            **values,
        )
        added.append(plan_id)
    after = given.model_dump(mode="json")
    record(tx, actor, "slot_plan.added", added[0], now, after=after, product=product_id)
    for plan in await tx.rows(store.PLANNED_OF, product=product_id):
        if plan.id in added:
            await make_slots_of(tx, plan, now)
    return added


async def list_plans(tx: Tx, product_id: str) -> list[Any]:
    return await tx.rows(store.LIST_PLANS, product=product_id)


async def retire_plan(tx: Tx, plan_id: str, actor: Actor, now: datetime, version: int) -> None:
    """Make no more slots from a plan. Those that are made stay: close them one by one."""
    if not await tx.one(store.RETIRE_PLAN, plan=plan_id, seen=version, now=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "slot_plan.retired", plan_id, now)


async def make_slots(tx: Tx, now: datetime) -> int:
    """Make every planned slot of the days that can be booked: a nightly job. Safe to repeat."""
    made = 0
    for plan in await tx.rows(store.PLANNED):
        made += await make_slots_of(tx, plan, now)
    return made


async def make_slots_of(tx: Tx, plan: Any, now: datetime) -> int:
    zone = ZoneInfo(plan.time_zone)
    today = local_day(now, zone)
    made = 0
    for day in days_of(plan, today, today + timedelta(days=plan.book_days_ahead + 1)):
        values = {
            "product_id": plan.product_id,
            "area_id": plan.area_id,
            "visit_on": day,
            "starts_at": moment_on(day, plan.starts, zone),
            "ends_at": moment_on(day, plan.ends, zone),
            "whole_day": False,
            "quota": plan.quota,
            "note": "",
        }
        made += await add_slot(tx, values, channels_for(plan))
    return made


def days_of(plan: Any, first: date, last: date) -> Iterator[date]:
    day = max(first, plan.from_on)
    while day <= min(last, plan.until_on):
        if plan.weekdays >> day.weekday() & 1:
            yield day
        day += timedelta(days=1)
