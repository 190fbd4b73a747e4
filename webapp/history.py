"""Audit entries as pages show them: the history panel of a thing, and the trail of everything.

history = await db.ask(trail_of, "order", order.id)
... {% include "shared/_history.html" %} with `history` in the context
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from domain.admission import devices
from domain.kernel import money
from domain.kernel.actors import ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import say
from domain.operation import audit
from domain.operation.staff import Role, people, roles
from webapp import i18n
from webapp.addresses import Addresses
from webapp.shown import Change, Happening
from webapp.words import acts, label_of
from webapp.words.money_acts import sentence_of
from webapp.words.values import meaning_of

MOST_CHARACTERS = 120
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
APART = {"before", "after"}


class Told(NamedTuple):
    """An entry, and the page of what it is about ("" when it has none)."""

    happening: Happening
    address: str
    subject: str
    seq: int
    request_id: str = ""  # of the logs


async def history_of(tx: Tx, noun: str, subject_id: str, most: int = 20) -> list[Happening]:
    """What happened to one thing, newest first."""
    rows = await audit.history(tx, noun, subject_id, most)
    names = await names_in(tx, rows)
    return [told(row, names) for row in rows]


async def names_in(tx: Tx, rows: Iterable[Any]) -> dict[str, str]:
    """What the people and devices in these entries are called."""
    ids: set[str] = set()
    machines: set[str] = set()
    for row in rows:
        if row.actor_kind == ActorKind.STAFF and row.actor_id:
            ids.add(row.actor_id)
        if row.actor_kind == ActorKind.DEVICE and row.actor_id:
            machines.add(row.actor_id)
        for part in APART:
            ids |= set((row.detail.get(part) or {}).get("staff_ids") or ())
    named = await people.names(tx, sorted(ids))
    return named | (await devices.names(tx, sorted(machines)) if machines else {})


def told(row: Any, names: Mapping[str, str]) -> Happening:
    """One entry in the reader's language."""
    noun_word, _, verb_word = row.act.partition(".")
    noun, verb = acts.NOUNS.get(noun_word), acts.VERBS.get(verb_word)
    return Happening(
        at=row.at,
        what=sentence_of(row.act, row.detail) or happened(row.act),
        who=who_did(row, names),
        more=more_of(row.detail, noun_word),
        symbol=noun.symbol if noun else "edit",
        tone=verb.tone if verb else "",
        changes=changes_in(row.detail, names, noun_word),
    )


def happened(act: str) -> str:
    """What an act is called in the reader's language; one without words as it is written."""
    noun_word, _, verb_word = act.partition(".")
    noun, verb = acts.NOUNS.get(noun_word), acts.VERBS.get(verb_word)
    if noun is None or verb is None:
        return act
    return " · ".join(map(i18n.here, (noun.label, verb.label)))


def linked(row: Any, names: Mapping[str, str], addresses: Addresses) -> Told:
    """The same, with the way to its subject."""
    noun = acts.NOUNS.get(row.noun)
    address = ""
    if noun is not None and noun.route in addresses:
        params = {noun.parameter: row.subject_id} if noun.parameter else {}
        address = addresses.path(noun.route, **params)
    return Told(told(row, names), address, row.subject_id, row.seq, row.request_id or "")


def who_did(row: Any, names: Mapping[str, str]) -> str:
    """A person's or device's name; of others their kind and, when they have one, their id."""
    if row.actor_kind == ActorKind.STAFF:
        return names.get(row.actor_id or "", i18n.here(say("Somebody unknown")))
    kind, own = i18n.here(label_of(ActorKind(row.actor_kind))), row.actor_id or ""
    return f"{kind} {names.get(own, own)}" if own else kind


def changes_in(detail: Mapping[str, Any], names: Mapping[str, str], noun: str = "") -> list[Change]:
    """Every field that is named before or after; people by name."""
    before, after = (
        {**part, **_named_people(part, names)}
        for part in (detail.get("before") or {}, detail.get("after") or {})
    )
    fields = dict.fromkeys([*before, *after])
    changes = [
        Change(
            label_for(field),
            text_of(field, before.get(field), noun),
            text_of(field, after.get(field), noun),
        )
        for field in fields
    ]
    return [change for change in changes if change.before or change.after]


def _named_people(part: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    ids = part.get("staff_ids") or ()
    return {"staff_ids": [names.get(one, one) for one in ids]} if ids else {}


def more_of(detail: Mapping[str, Any], noun: str = "") -> str:
    """What else the entry says."""
    parts = [
        f"{label_for(name)} {text_of(name, value, noun)}"
        for name, value in detail.items()
        if name not in APART
    ]
    return " · ".join(parts)


def named(role: str) -> str:
    """`cashier @ W1` with the role's name; the operator's own roles keep their code."""
    code, at, place = role.partition(" @ ")
    if code not in set(Role):
        return role
    name_zh, name_en = roles.NAMES[Role(code)]
    return (name_en if i18n.current() == "en" else name_zh) + at + place


def label_for(field: str) -> str:
    known = acts.FIELDS.get(field)
    return i18n.here(known) if known else field


def text_of(field: str, value: Any, noun: str = "") -> str:
    """A value as a reader understands it, cut when it is long. `noun`: that of the act."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return i18n.here(say("Yes") if value else say("No"))
    if isinstance(value, int) and field.endswith("_minor"):
        return "¥" + money.to_text(value)
    if isinstance(value, int) and field.endswith("_bps"):
        return f"{value / 100:g}%"
    if isinstance(value, list):
        text = i18n.here(say(", ")).join(text_of(field, each, noun) for each in value)
    elif isinstance(value, str) and (word := meaning_of(noun, field, value)):
        return i18n.here(word)
    else:
        text = ID.sub(lambda found: f"…{found[0][-6:]}", str(value))
        text = named(text) if field == "roles" else text
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + "…"
