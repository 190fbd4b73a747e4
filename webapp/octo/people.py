"""What a reseller says about people: sealed as it came, and as visitors of real-name tickets."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce import orders
from domain.commerce.orders import Contact, VisitorInput
from domain.commerce.orders.lines import Visitor
from domain.commerce.orders.model import NOBODY
from domain.kernel.clock import local_day
from domain.kernel.errors import InvalidInput
from domain.kernel.vault import CannotOpen, Vault
from webapp.octo.bodies import Contact as Given
from webapp.octo.bodies import UnitItem
from webapp.octo.callers import as_text

PURPOSE = "octo.contact"
Said = dict[str, Any]


def said_of(contact: Given | None, items: Sequence[UnitItem]) -> Said:
    """By "" of the booking, by a unit's uuid of the unit."""
    said = {"": contact.said() if contact else {}}
    said |= {one.uuid: one.contact.said() for one in items if one.uuid and one.contact}
    return {key: value for key, value in said.items() if value}


def seal(vault: Vault, said: Said, about: str) -> bytes | None:
    """None when nothing was said."""
    return vault.seal(PURPOSE, as_text(said).encode(), about) if said else None


def opened(vault: Vault, sealed: bytes | None, about: str) -> Said:
    if sealed is None:
        return {}
    try:
        found: Said = json.loads(vault.open(PURPOSE, sealed, about))
    except CannotOpen:
        return {}
    return found


def buyer(vault: Vault, said: Mapping[str, Any]) -> Contact:
    """Whom to call. A number that is no Chinese mobile stays in what was said, and nowhere else.
    Where anybody is spoken of the order has a name, so that retention finds what to forget."""
    if not said:
        return NOBODY
    who = said.get("", {})
    name = name_of(who) or str(who.get("emailAddress") or "OCTO")
    try:
        return orders.contact(vault, name, str(who.get("phoneNumber", "")))
    except InvalidInput:
        return orders.contact(vault, name, "")


def name_of(who: Mapping[str, Any]) -> str:
    both = f"{who.get('lastName', '')} {who.get('firstName', '')}".strip()
    return str(who.get("fullName") or both)


def visitors(
    vault: Vault, said: Said, uuids: Sequence[str], zone: ZoneInfo, now: datetime
) -> dict[str, Visitor]:
    """Who is named with a document (in `notes`), by unit. InvalidInput for a wrong number."""
    today = local_day(now, zone)
    made: dict[str, Visitor] = {}
    for uuid in uuids:
        who = said.get(uuid, {})
        name, number = name_of(who), str(who.get("notes", "")).strip()
        if name and number:
            made[uuid] = orders.named(vault, VisitorInput(name, number), today)
    return made
