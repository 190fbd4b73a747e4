"""From when until when a ticket is good."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.catalog.model import Validity
from domain.kernel.clock import day_bounds, local_day, local_moment


class ValidityRule(NamedTuple):
    kind: Validity
    days: int = 1
    from_on: date | None = None
    until_on: date | None = None


class SlotTimes(NamedTuple):
    starts_at: datetime
    ends_at: datetime


class Window(NamedTuple):
    """Half-open: good from `valid_from`, no longer at `valid_until`."""

    valid_from: datetime
    valid_until: datetime


def window_of(
    rule: ValidityRule,
    visit_on: date,
    slot: SlotTimes | None,
    zone: ZoneInfo,
    now: datetime,
    grace: timedelta,
) -> Window:
    """A ticket for a slot is good from its start to its end and the grace after it."""
    if rule.kind is Validity.FIXED and rule.from_on and rule.until_on:
        return Window(day_bounds(rule.from_on, zone)[0], day_bounds(rule.until_on, zone)[1])
    if slot is not None and rule.kind is Validity.VISIT_DAY:
        return Window(slot.starts_at, slot.ends_at + grace)
    first = local_day(now, zone) if rule.kind is Validity.DAYS_FROM_SALE else visit_on
    days = 1 if rule.kind is Validity.VISIT_DAY else max(1, rule.days)
    last = first + timedelta(days=days - 1)
    return Window(day_bounds(first, zone)[0], day_bounds(last, zone)[1])


def opening(visit_on: date, opens_at: str, zone: ZoneInfo) -> datetime:
    """When the area opens on a day; `opens_at` is wall clock (HH:MM)."""
    return local_moment(visit_on, time.fromisoformat(opens_at), zone)
