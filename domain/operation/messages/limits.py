"""How many messages may leave in which time, and the hours in which people want to sleep. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel.clock import local_moment
from domain.kernel.errors import Message, say

QUIET_FROM, QUIET_UNTIL = time(21), time(8)


class Limit(NamedTuple):
    """`event` empty: of all kinds. Not of one recipient: of the whole house."""

    label: Message
    channel: str
    event: str
    is_of_recipient: bool
    minutes: int
    most: int


LIMITS: Mapping[str, Limit] = {
    "code_minute": Limit(say("Codes to one phone in a minute"), "sms", "code", True, 1, 1),
    "code_hour": Limit(say("Codes to one phone in an hour"), "sms", "code", True, 60, 5),
    "code_day": Limit(say("Codes to one phone in a day"), "sms", "code", True, 1_440, 10),
    "sms_day": Limit(say("Text messages to one phone in a day"), "sms", "", True, 1_440, 20),
    "sms_minute": Limit(say("Text messages of the house in a minute"), "sms", "", False, 1, 120),
    "sms_month": Limit(say("Text messages of the house in a day"), "sms", "", False, 1_440, 20_000),
    "email_day": Limit(say("Mails to one address in a day"), "email", "", True, 1_440, 50),
    "email_minute": Limit(say("Mails of the house in a minute"), "email", "", False, 1, 60),
}
MOST_WAIT = timedelta(minutes=15)


def wait_for(limit: Limit) -> timedelta:
    """How long to wait before looking again."""
    return min(timedelta(minutes=limit.minutes), MOST_WAIT)


def quiet_until(now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end that it is now; None outside them."""
    local = now.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return local_moment(day, QUIET_UNTIL, zone)
