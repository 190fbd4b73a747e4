"""The price calendar: which price holds on a day, for a slot, in a channel; and group prices."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.kernel.channels import Channel

EVERY_DAY = 0b1111111


class PriceRule(NamedTuple):
    """A price for some days, or none: not on sale then. `slot_from` and `slot_until` are wall
    clock (HH:MM) and hold for slots that start within them, the end left out."""

    id: str
    from_on: date
    until_on: date  # included
    weekdays: int  # bit 0 is Monday
    slot_from: str | None
    slot_until: str | None
    channel: str | None  # none: all channels
    price_minor: int | None  # none: closed on these days
    priority: int
    label_zh: str = ""
    label_en: str = ""


class Price(NamedTuple):
    """`minor` is None when nothing is sold on that day."""

    minor: int | None
    label_zh: str = ""
    label_en: str = ""


def applies(rule: PriceRule, day: date, slot: str | None, channel: Channel) -> bool:
    if not (rule.from_on <= day <= rule.until_on and rule.weekdays >> day.weekday() & 1):
        return False
    if rule.channel not in (None, channel.value):
        return False
    if rule.slot_from is None and rule.slot_until is None:
        return True
    return slot is not None and (rule.slot_from or "") <= slot < (rule.slot_until or "99")


def price_on(
    rules: Sequence[PriceRule],
    list_price_minor: int,
    day: date,
    slot: str | None,
    channel: Channel,
) -> Price:
    """The rule with the highest priority holds; of equals the newest. Else the list price.

    `slot` is when it starts, wall clock (HH:MM); none for a whole day.
    """
    fitting = [rule for rule in rules if applies(rule, day, slot, channel)]
    if not fitting:
        return Price(list_price_minor)
    rule = max(fitting, key=lambda rule: (rule.priority, rule.id))
    return Price(rule.price_minor, rule.label_zh, rule.label_en)


class GroupPrice(NamedTuple):
    free: int
    amount_minor: int


def group_price(heads: int, price_minor: int, free_every: int) -> GroupPrice:
    """One free place per full `free_every` heads (满16免1): 50 at 80 yuan are 47 x 80 = 3,760."""
    free = heads // free_every if free_every else 0
    return GroupPrice(free, (heads - free) * price_minor)
