"""How much of a price is given back, by when it is asked for (domain.md, 5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.kernel.money import share

ALL_BPS = 10_000


class Tier(NamedTuple):
    """`hours_before` the start or earlier `bps` come back. Without hours it is the tier after the
    start, while unused: on the same day, or with `while_valid` as long as the ticket is good."""

    bps: int
    hours_before: int | None = None
    while_valid: bool = False


STANDARD = (Tier(10_000, 24), Tier(9_000, 0), Tier(8_000))
NEVER: tuple[Tier, ...] = ()


class Times(NamedTuple):
    """When what was bought begins, when its day is over, when it is good no more."""

    starts_at: datetime
    day_ends_at: datetime
    valid_until: datetime


def rate_bps(tiers: Sequence[Tier], times: Times, now: datetime) -> int:
    """The best share that a tier gives now; nothing once the ticket has expired.

    24 hours before to the second still counts as 24 hours before; the second of the start is
    already after it.
    """
    if now >= times.valid_until:
        return 0
    return max((tier.bps for tier in tiers if holds(tier, times, now)), default=0)


def holds(tier: Tier, times: Times, now: datetime) -> bool:
    if tier.hours_before is not None:
        return now < times.starts_at and now <= times.starts_at - timedelta(hours=tier.hours_before)
    return now >= times.starts_at and (tier.while_valid or now < times.day_ends_at)


def fee(paid_minor: int, rate: int) -> int:
    """What is kept of one ticket: rounded half up per ticket, so the parts always add up."""
    return share(paid_minor, ALL_BPS - rate)
