"""A report that somebody keeps: its filters, its days as people say them, and when it is sent."""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.kernel.clock import local_day, local_moment

SENT_AT = time(6, 0)  # on the spot: the day before is added up by then
MOST_RECIPIENTS = 10
ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[A-Za-z]{2,24}")


class Period(StrEnum):
    """Which days, seen from the day on which it is asked."""

    YESTERDAY = "yesterday"
    TODAY = "today"
    LAST_WEEK = "last_week"  # Monday to Sunday
    THIS_MONTH = "this_month"  # up to today
    LAST_MONTH = "last_month"


class Rhythm(StrEnum):
    """How often it is sent: each morning, on Mondays, on the first of the month."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class DeliveryStatus(StrEnum):
    MAKING = "making"  # its file is being written
    HANDED_OVER = "handed_over"  # its message stands in the outbox
    FAILED = "failed"  # no file came of it


def days_of(period: Period, today: date) -> tuple[date, date]:
    """First and last day."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - timedelta(days=1), today - timedelta(days=1)
        case Period.LAST_WEEK:
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case Period.THIS_MONTH:
            return month, today
        case Period.LAST_MONTH:
            last = month - timedelta(days=1)
            return last.replace(day=1), last


def next_due(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time to send it after `now`."""
    day = local_day(now, zone)
    if rhythm is Rhythm.NEVER:
        return None
    for _ in range(40):
        at = local_moment(day, SENT_AT, zone)
        if at > now and is_on(rhythm, day):
            return at
        day += timedelta(days=1)
    raise AssertionError("a month has a first day")


def is_on(rhythm: Rhythm, day: date) -> bool:
    if rhythm is Rhythm.WEEKLY:
        return day.weekday() == 0
    return rhythm is Rhythm.DAILY or day.day == 1


def addresses_in(text: str) -> list[str] | None:
    """Mail addresses, apart by commas, blanks or lines; None when one of them is none."""
    found = list(dict.fromkeys(re.split(r"[\s,;，；]+", text.strip()))) if text.strip() else []
    return found if all(ADDRESS.fullmatch(one) for one in found) else None
