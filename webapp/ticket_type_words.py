"""What the fields of a ticket type are called, and how their values are shown beside each other."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from domain.commerce.catalog.model import GateMode, TicketKind, Validity
from domain.kernel import money
from domain.kernel.channels import Channel
from domain.kernel.errors import Message, say
from webapp import i18n, price_calendar
from webapp.shown import Change
from webapp.ticket_type_forms import changed_fields
from webapp.words import label_of

LABELS: Mapping[str, Message] = {
    "code": say("Code"),
    "name_zh": say("Chinese name"),
    "name_en": say("English name"),
    "hint_zh": say("Hint in Chinese"),
    "hint_en": say("Hint in English"),
    "kind": say("For whom"),
    "list_price_minor": say("List price"),
    "gate_mode": say("At the gate"),
    "entries": say("Entries"),
    "persons": say("Persons on a ticket"),
    "passback_minutes": say("Not again within"),
    "validity": say("Valid"),
    "valid_days": say("Days"),
    "valid_from_on": say("First day"),
    "valid_until_on": say("Last day"),
    "real_name": say("Real name"),
    "most_per_order": say("Most in an order"),
    "least_per_order": say("Least in an order"),
    "group_min": say("Group price from"),
    "group_free_every": say("One free for every"),
    "concessions": say("Concessions"),
    "concession_only": say("Only with a concession"),
    "refund_policy_id": say("Refund rules"),
    "channels": say("Channels"),
    "medium": say("Medium"),
    "hotkey": say("Key at the till"),
    "position": say("Place at the till"),
}
ENUMS: Mapping[str, type[StrEnum]] = {
    "kind": TicketKind,
    "gate_mode": GateMode,
    "validity": Validity,
}
DAYS_COMPARED, MOST_SPANS = 400, 40


def value_text(field: str, value: Any, policies: Mapping[str, str]) -> str:
    """A value in the reader's language."""
    if value is None or value == "" or value == []:
        return "—"
    if field in ENUMS:
        return i18n.here(label_of(ENUMS[field](value)))
    if field.endswith("_minor"):
        return "¥" + money.to_text(value)
    if field == "refund_policy_id":
        return policies.get(value, value)
    if field == "channels":
        return i18n.here(say(", ")).join(i18n.here(label_of(Channel(one))) for one in value)
    if field == "concessions":
        name = "name_en" if i18n.current() == "en" else "name_zh"
        return i18n.here(say(", ")).join(
            f"{one[name] or one['name_zh']} {one['bps'] / 100:g}%" for one in value
        )
    if isinstance(value, bool):
        return i18n.here(say("Yes") if value else say("No"))
    return str(value)


def changes_between(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    policies: Mapping[str, str],
    today: date,
) -> list[Change]:
    """Old and new of every field, and of every run of days with another price."""
    fields = [
        Change(
            i18n.here(LABELS[name]),
            value_text(name, old, policies),
            value_text(name, new, policies),
        )
        for name, old, new in changed_fields(before, after)
    ]
    return fields + _price_changes(before, after, today)


def _price_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], today: date
) -> list[Change]:
    runs: list[tuple[date, date, int | None, int | None]] = []
    for day, was, now in price_calendar.differences(before, after, today, DAYS_COMPARED):
        if runs and runs[-1][2:] == (was, now) and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day, was, now)
        else:
            runs.append((day, day, was, now))
    return [
        Change(
            first.isoformat() if first == last else f"{first} – {last}",
            _price(was),
            _price(now),
        )
        for first, last, was, now in runs[:MOST_SPANS]
    ]


def _price(minor: int | None) -> str:
    return i18n.here(say("Closed day")) if minor is None else "¥" + money.to_text(minor)
