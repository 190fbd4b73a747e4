"""Changing what is on file: contact by the holder, rights and validity by staff with a checker."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.cards.memberships import store
from domain.cards.memberships.cards import NOUN, get
from domain.cards.memberships.holders import Holder, get_holder
from domain.cards.memberships.model import MembershipStatus
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "card_rights"
GONE = frozenset({MembershipStatus.REPLACED, MembershipStatus.RETURNED})


async def edit_holder(
    tx: Tx, holder_id: str, given: Holder, version: int, actor: Actor, now: datetime
) -> None:
    """Write name, phone, photo and language anew; the document stays what it was checked to be.

    Raises Conflict VERSION_CONFLICT when it was changed meanwhile."""
    old = await get_holder(tx, holder_id)
    saved = await tx.one(
        store.SAVE_HOLDER,
        holder=holder_id,
        seen=version,
        to_name=given.name,
        to_phone_sealed=given.phone_sealed,
        to_phone_hash=given.phone_hash,
        to_phone_mask=given.phone_mask,
        to_photo=given.photo_file_id or old.photo_file_id,
        to_language=given.language,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
    changed = [
        name
        for name, was, is_now in (
            ("name", old.name, given.name),
            ("phone", old.phone_mask, given.phone_mask),
            ("language", old.language, given.language),
        )
        if was != is_now
    ]
    record(tx, actor, "card_holder.edited", holder_id, now, changed=changed)


class Rights(NamedTuple):
    """What a card opens, how often, and until when (None: without end)."""

    scope_bits: int
    daily_entries: int
    passback_minutes: int
    valid_until: datetime | None


async def propose_rights(
    tx: Tx, card_id: str, wanted: Rights, reason: str, actor: Actor, now: datetime
) -> str:
    """Ask another person to change a card's rights or validity; gives the approval's id."""
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    if wanted.daily_entries < 0 or wanted.passback_minutes < 0 or wanted.scope_bits <= 0:
        raise InvalidInput({"rights": say("A card opens something, and numbers are not negative.")})
    card = await get(tx, card_id)
    if card.status in GONE or card.product_id is None:
        raise Conflict()
    payload = {
        "wanted": {name: shown(value) for name, value in wanted._asdict().items()},
        "before": {name: shown(getattr(card, name)) for name in Rights._fields},
        "number": card.number,
    }
    subject = (NOUN, card.id)
    return approvals.request(
        tx, actor, KIND, subject, payload, now, reason=reason, area_id=card.area_id
    )


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """In force at once; Conflict when its rights are others by now: renewed, edited, replaced."""
    card, after = await get(tx, approval.subject_id), dict(approval.payload["wanted"])
    before = {name: shown(getattr(card, name)) for name in Rights._fields}
    until = after["valid_until"]
    values = {**after, "valid_until": datetime.fromisoformat(until) if until else None}
    same = before == approval.payload["before"] and card.status not in GONE
    if not same or not await tx.one(
        store.EDIT_RIGHTS,
        card=card.id,
        seen=card.version,
        **{f"to_{name}": value for name, value in values.items()},
    ):
        raise Conflict()
    record(tx, actor, "membership.rights_set", card.id, now, before=before, after=after)


def shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was touched by asking."""


approvals.register(
    KIND,
    approvals.Effect(
        approved, rejected, Permission.CATALOG_APPROVE, say("Rights or validity of a card")
    ),
)
