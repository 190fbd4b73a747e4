"""The price calendar: a month of days with their prices, and new rules from what was chosen."""

import re
from calendar import Calendar, monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from pydantic import Field

from domain.commerce.catalog.prices import EVERY_DAY, PriceRule, price_on
from domain.kernel.channels import Channel
from domain.kernel.errors import InvalidInput, say
from webapp.form_fields import Clock, Day, Line, Yuan
from webapp.forms import Form

MOST_DAYS, MOST_RULES = 400, 500
HOLIDAY = re.compile(
    r"(?P<first>\d{4}-\d{2}-\d{2})(?:\s*(?:,|，|~|–|—|至|to|\s)\s*(?P<last>\d{4}-\d{2}-\d{2}))?[\s,，]*(?P<label>.*)"
)


class DayPrice(NamedTuple):
    """A day of the calendar. `minor` None: closed."""

    day: date
    minor: int | None
    label_zh: str
    label_en: str
    is_own: bool  # a rule says it, not the list price
    is_changed: bool  # against what is in force


class Seen(NamedTuple):
    """Whose prices the calendar shows: of a channel, for slots that start at a time."""

    channel: Channel = Channel.WINDOW
    slot: str | None = None


AT_WINDOWS = Seen()


class Chosen(Form):
    """What is set: for ticked days, for weekdays between two days, or for the days of a list."""

    days: list[Day] = Field(default_factory=list)
    weekdays: list[int] = Field(default_factory=list)
    from_on: Day | None = None
    until_on: Day | None = None
    holidays: str = ""
    price_minor: Yuan | None = None
    slot_from: Clock | None = None
    slot_until: Clock | None = None
    channel: Channel | None = None
    label_zh: Line = ""
    label_en: Line = ""


def rules_of(document: Mapping[str, Any]) -> list[PriceRule]:
    """A document's rules; those without an id are newer than the others."""
    return [
        PriceRule(
            rule["id"] or f"~{number:04}",
            _day(rule["from_on"]),
            _day(rule["until_on"]),
            rule["weekdays"],
            rule["slot_from"],
            rule["slot_until"],
            rule["channel"],
            rule["price_minor"],
            rule["priority"],
            rule["label_zh"],
            rule["label_en"],
        )
        for number, rule in enumerate(document.get("prices", ()))
    ]


def month(
    first: date,
    document: Mapping[str, Any],
    published: Mapping[str, Any] | None,
    seen: Seen = AT_WINDOWS,
) -> list[list[DayPrice | None]]:
    """Weeks from Monday; days of other months are None. Prices are those of a channel and slot."""
    rules, before = rules_of(document), rules_of(published or document)
    old_list = (published or document)["list_price_minor"]

    def shown(day: date) -> DayPrice:
        now = price_on(rules, document["list_price_minor"], day, seen.slot, seen.channel)
        was = price_on(before, old_list, day, seen.slot, seen.channel)
        is_own = bool(now.label_zh) or now.minor != document["list_price_minor"]
        return DayPrice(day, now.minor, now.label_zh, now.label_en, is_own, now != was)

    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [[shown(day) if day.month == first.month else None for day in week] for week in weeks]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], first: date, days: int
) -> list[tuple[date, int | None, int | None]]:
    """Days on which two documents sell at different prices."""
    old, new = rules_of(before), rules_of(after)
    found = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        was = price_on(old, before["list_price_minor"], day, None, Channel.WINDOW).minor
        now = price_on(new, after["list_price_minor"], day, None, Channel.WINDOW).minor
        if was != now:
            found.append((day, was, now))
    return found


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as runs without a gap."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def new_rules(chosen: Chosen, way: str, *, closed: bool) -> list[dict[str, Any]]:
    """Rules for what was chosen (days, weekdays or list). InvalidInput when it is nothing."""
    if not closed and chosen.price_minor is None:
        raise InvalidInput({"price_minor": say("Please type the price of these days.")})
    if chosen.slot_from and chosen.slot_until and chosen.slot_from >= chosen.slot_until:
        raise InvalidInput({"slot_until": say("The end is before the beginning.")})
    common = {
        "price_minor": None if closed else chosen.price_minor,
        "slot_from": _wall_clock(chosen.slot_from),
        "slot_until": _wall_clock(chosen.slot_until),
        "channel": chosen.channel.value if chosen.channel else None,
        "label_zh": chosen.label_zh,
        "label_en": chosen.label_en,
    }
    if way == "weekdays":
        return [_rule(*_between(chosen), _bits(chosen.weekdays), common)]
    if way == "list":
        return [
            _rule(first, last, EVERY_DAY, common | ({"label_zh": label} if label else {}))
            for first, last, label in _holidays(chosen.holidays)
        ]
    if not chosen.days or len(chosen.days) > MOST_DAYS:
        raise InvalidInput({"days": say("Choose the days in the calendar first.")})
    return [_rule(first, last, EVERY_DAY, common) for first, last in spans(chosen.days)]


def added(prices: Sequence[Mapping[str, Any]], rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules with new ones above them; old ones that nothing is left of are dropped."""
    highest = max((rule["priority"] for rule in prices), default=0)
    kept = [dict(rule) for rule in prices if not any(_covers(new, rule) for new in rules)]
    both = kept + [rule | {"priority": highest} for rule in rules]
    if len(both) > MOST_RULES:
        raise InvalidInput({"days": say("There are too many prices; take old ones away first.")})
    return both


def _covers(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    alike = all(new[name] in (None, old[name]) for name in ("slot_from", "slot_until", "channel"))
    within = _day(new["from_on"]) <= _day(old["from_on"]) and _day(old["until_on"]) <= _day(
        new["until_on"]
    )
    return alike and within and old["weekdays"] & ~int(new["weekdays"]) == 0


def _rule(first: date, last: date, weekdays: int, common: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": "",
        "from_on": first,
        "until_on": last,
        "weekdays": weekdays,
        "priority": 0,
        **common,
    }


def _between(chosen: Chosen) -> tuple[date, date]:
    if chosen.from_on is None or chosen.until_on is None or chosen.from_on > chosen.until_on:
        raise InvalidInput({"from_on": say("Say the first and the last day.")})
    return chosen.from_on, chosen.until_on


def _bits(weekdays: Sequence[int]) -> int:
    bits = sum(1 << day for day in set(weekdays) if 0 <= day <= 6)
    if not bits:
        raise InvalidInput({"weekdays": say("Choose at least one weekday.")})
    return bits


def _holidays(text: str) -> list[tuple[date, date, str]]:
    """Lines like `2026-10-01 2026-10-07 国庆`: a first day, perhaps a last one, a word."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = HOLIDAY.fullmatch(line)
        try:
            if match is None:
                raise ValueError(line)
            first = date.fromisoformat(match["first"])
            last = date.fromisoformat(match["last"] or match["first"])
        except ValueError:
            raise InvalidInput(
                {"holidays": say("Cannot read the line “{line}”.", line=line[:40])}
            ) from None
        if last < first or (last - first).days > MOST_DAYS:
            raise InvalidInput({"holidays": say("The last day is before the first.")})
        found.append((first, last, match["label"].strip()[:20]))
    if not found:
        raise InvalidInput({"holidays": say("Paste a list of holidays first.")})
    return found


def next_month(first: date) -> date:
    return first + timedelta(days=monthrange(first.year, first.month)[1])


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _wall_clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
