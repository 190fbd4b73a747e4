"""Lost and found, frozen and free again, and the PIN. Gates online ask the database: they know at
once."""

from datetime import datetime
from typing import Any

from domain.cards.memberships import store
from domain.cards.memberships.cards import locked, move_to, must_be_free
from domain.cards.memberships.holders import get_holder, must_be_holder
from domain.cards.memberships.model import MembershipStatus
from domain.cards.memberships.tender import MOST_PIN_FAILURES
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.kernel.vault import Vault
from domain.operation.audit import record

PIN = "card_pin"
PIN_LENGTH = 6


async def report_loss(tx: Tx, card_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """挂失: every medium of the card is refused from now on. Only a card with a named holder can be
    found again by him. Refused HOLDER_MISMATCH for one without; Conflict unless it is active."""
    card = await locked(tx, card_id)
    if card.holder_id is None:
        raise Refused(Refusal.HOLDER_MISMATCH, say("Nobody is on file as this card's holder."))
    await must_be_free(tx, card)
    await move_to(tx, card, MembershipStatus.LOST, reason, now)
    await tx.run(store.LOSE_MEDIA, card=card.id)
    record(tx, actor, "membership.reported_lost", card.id, now, reason=reason)


async def lift_loss(
    tx: Tx, card_id: str, document_marks: tuple[str, ...], actor: Actor, now: datetime
) -> None:
    """解挂: it was found again, and the holder is here in person with his document."""
    card = await locked(tx, card_id)
    if card.status != MembershipStatus.LOST:
        raise Conflict()
    await must_be_free(tx, card)
    await must_be_holder(tx, card, document_marks)
    await move_to(tx, card, MembershipStatus.ACTIVE, "", now)
    await tx.run(store.FIND_MEDIA, card=card.id)
    record(tx, actor, "membership.found", card.id, now)


async def freeze(tx: Tx, card_id: str, reason: str, actor: Actor, now: datetime) -> None:
    """A dispute, a suspicion: it neither pays nor opens until it is unfrozen."""
    if not reason.strip():
        raise InvalidInput({"reason": say("Please give a reason.")})
    card = await locked(tx, card_id)
    await must_be_free(tx, card)
    await move_to(tx, card, MembershipStatus.FROZEN, reason, now)
    record(tx, actor, "membership.frozen", card.id, now, reason=reason)


async def unfreeze(tx: Tx, card_id: str, reason: str, actor: Actor, now: datetime) -> None:
    card = await locked(tx, card_id)
    if card.status != MembershipStatus.FROZEN:
        raise Conflict()
    await move_to(tx, card, MembershipStatus.ACTIVE, "", now)
    record(tx, actor, "membership.unfrozen", card.id, now, reason=reason)


# -- the PIN


def pin_mark(vault: Vault, card: Any, pin: str) -> str:
    """A card's PIN as it is stored and as proof of payment: keyed, and of this holder only.

    Raises InvalidInput unless it is six digits."""
    if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
        raise InvalidInput({"pin": say("A PIN has six digits.")})
    return vault.fingerprint(PIN, f"{card.holder_id}:{pin}")


async def set_pin(
    tx: Tx,
    card_id: str,
    mark: str | None,
    document_marks: tuple[str, ...],
    actor: Actor,
    now: datetime,
) -> None:
    """A new PIN, or (None) no PIN any more; the holder shows his document."""
    card = await locked(tx, card_id)
    await must_be_holder(tx, card, document_marks)
    await tx.one(store.SET_PIN, card=card.id, mark=mark)
    record(tx, actor, "membership.pin_set", card.id, now, has_pin=mark is not None)


async def check_pin(tx: Tx, card_id: str, marks: tuple[str, ...], now: datetime) -> bool:
    """Whether a typed PIN is right. A wrong one is counted (so it is an answer, no error); after
    five the PIN is of no use until it is set anew. Ask before `orders.pay_from`, which gets the
    same marks as proof."""
    card = await locked(tx, card_id)
    if card.pin_mark is None or card.pin_failures >= MOST_PIN_FAILURES:
        return False
    right = card.pin_mark in marks
    failures = 0 if right else card.pin_failures + 1
    if failures != card.pin_failures:
        await tx.run(store.COUNT_PIN_FAILURE, card=card.id, failures=failures)
    return right


async def is_holder(tx: Tx, card_id: str, document_marks: tuple[str, ...]) -> bool:
    """Whether a document is the holder's. A question."""
    card = await tx.one(store.GET_CARD, id=card_id)
    if card is None or card.holder_id is None:
        return False
    return (await get_holder(tx, card.holder_id)).document_hash in document_marks
