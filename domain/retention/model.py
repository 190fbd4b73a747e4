"""Whose identity is kept for how long."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.operation.settings import OperatorSettings


class IdentityKind(StrEnum):
    VISITORS = "visitors"  # names and documents on tickets
    CONTACTS = "contacts"  # who bought: name, phone, remark
    GROUPS = "groups"  # leaders, and everybody on a roster
    HOLDERS = "holders"  # of cards, when the last one was given back
    CUSTOMERS = "customers"  # of the web shop: phones, and the people they buy for


class HoldNoun(StrEnum):
    """What somebody may need for a dispute: its identities stay, whatever the days say."""

    ORDER = "order"
    GROUP = "group"
    CARD_HOLDER = "card_holder"


class Cut(NamedTuple):
    """Identities that were last needed before this day, and this moment, may go."""

    day: date
    at: datetime


def days_of(kind: IdentityKind, chosen: OperatorSettings) -> int:
    """How many days; 0 is for ever."""
    return {
        IdentityKind.VISITORS: chosen.retention_visitor_days,
        IdentityKind.CONTACTS: chosen.retention_contact_days,
        IdentityKind.GROUPS: chosen.retention_group_days,
        IdentityKind.HOLDERS: chosen.retention_holder_days,
        IdentityKind.CUSTOMERS: chosen.retention_customer_days,
    }[kind]


def cuts(chosen: OperatorSettings, now: datetime) -> Mapping[IdentityKind, Cut]:
    """By kind; what is kept for ever is left out."""
    zone = ZoneInfo(chosen.time_zone)
    today = now.astimezone(zone).date()
    found = {}
    for kind in IdentityKind:
        if days := days_of(kind, chosen):
            day = today - timedelta(days=days)
            found[kind] = Cut(day, datetime.combine(day, time(), zone))
    return found
