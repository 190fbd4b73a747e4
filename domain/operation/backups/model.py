"""When a copy is due, which copies are kept, and when somebody must look."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

FAILED_KEPT = timedelta(days=7)  # a copy that cannot be put back, for whoever looks why
CATCH_UP = timedelta(hours=24)  # a time that was missed longer ago is not made up for


class BackupStatus(StrEnum):
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"
    REMOVED = "removed"


class BackupCause(StrEnum):
    SCHEDULED = "scheduled"
    ASKED = "asked"
    FOUND = "found"  # made by the command line, or by an earlier installation


class DrillStatus(StrEnum):
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class DrillStage(StrEnum):
    """What is done in a drill, in this order: exactly what somebody would do in earnest."""

    CHECK = "check"
    PUT_BACK = "put_back"
    MIGRATE = "migrate"
    VERIFY = "verify"
    COUNT = "count"


STAGES: Sequence[DrillStage] = tuple(DrillStage)


class Keep(NamedTuple):
    """How many days, weeks and months back one copy each is kept."""

    daily: int
    weekly: int
    monthly: int


class Held(NamedTuple):
    """A copy that lies in the folder. Good: not known to be bad."""

    id: str
    made_at: datetime
    is_good: bool


def latest_slot(now: datetime, first: str, every_hours: int, zone: ZoneInfo) -> datetime | None:
    """The last planned time that is over, by the area's clock: every day at `first` ("02:30") and
    every so many hours after it. None when nothing is planned."""
    if not every_hours:
        return None
    here = now.astimezone(zone)
    hour, minute = (int(part) for part in first.split(":"))
    planned = [
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone) + timedelta(hours=hours)
        for day in (here.date() - timedelta(days=1), here.date())
        for hours in range(0, 24, every_hours)
    ]
    return max((one for one in planned if one <= now), default=None)


def is_due(slot: datetime | None, now: datetime, last_at: datetime | None) -> bool:
    """Is a copy to be made for this slot? `last_at`: the last was begun, or the house set up."""
    if slot is None or now - slot > CATCH_UP:
        return False
    return last_at is not None and last_at < slot


def to_remove(held: Iterable[Held], keep: Keep, now: datetime, zone: ZoneInfo) -> set[str]:
    """The copies whose time is over: all but the last good one of each day, week and month that is
    kept. The newest good one always stays, whatever the counts say."""
    newest_first = sorted(held, key=lambda one: one.made_at, reverse=True)
    good = [one for one in newest_first if one.is_good]
    kept = {good[0].id} if good else set()
    periods: Mapping[Callable[[date], Hashable], int] = {
        _day: keep.daily,
        _week: keep.weekly,
        _month: keep.monthly,
    }
    for period_of, many in periods.items():
        last_of: dict[Hashable, str] = {}
        for one in good:
            last_of.setdefault(period_of(one.made_at.astimezone(zone).date()), one.id)
        kept |= set(list(last_of.values())[:many])
    kept |= {one.id for one in newest_first if not one.is_good and now - one.made_at < FAILED_KEPT}
    return {one.id for one in newest_first} - kept


def _day(day: date) -> Hashable:
    return day


def _week(day: date) -> Hashable:
    return day.isocalendar()[:2]


def _month(day: date) -> Hashable:
    return day.year, day.month


def shrunk(
    before: Mapping[str, int], now: Mapping[str, int], only_grow: Iterable[str]
) -> list[str]:
    """Tables that only ever grow, and yet have fewer rows than in an older copy."""
    return sorted(name for name in only_grow if now.get(name, 0) < before.get(name, 0))
