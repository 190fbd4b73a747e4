"""Selling card lines with the people they are for, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.cards.memberships.holders import Holder, add_holder
from domain.cards.memberships.model import CardMediumKind, ReplacementCause
from domain.commerce import orders
from domain.commerce.orders import LineKind, Order, Sale, Wanted
from domain.kernel.actors import Actor
from domain.kernel.db import Tx

Media = Sequence[tuple[CardMediumKind, str]]  # what was read: a UID, a barcode, a code


async def sell(tx: Tx, sale: Sale, holders: Sequence[Holder], actor: Actor, now: datetime) -> Order:
    """Place an order that opens cards for these holders; everything else as `orders.place`."""
    for one in holders:
        await add_holder(tx, one, now)
    return await orders.place(tx, sale, actor, now)


def opening(
    product_id: str,
    today: date,
    *,
    holder: Holder | None = None,
    number: str = "",
    media: Media = (),
    top_up_minor: int = 0,
) -> Wanted:
    """A line that opens a card. Without a number or media that name an initialised card it gets
    the next number; without media a code of ours, shown as a QR."""
    details: dict[str, Any] = {
        "number": number,
        "media": listed(media),
        "holder_id": holder.id if holder else None,
        "holder": [holder.name, holder.phone_mask, holder.document_mask] if holder else None,
        "top_up_minor": top_up_minor,
    }
    return wanted(LineKind.CARD_OPENING, product_id, today, details)


def top_up(card_id: str, amount_minor: int, today: date) -> Wanted:
    return wanted(LineKind.CARD_TOP_UP, card_id, today, {"amount_minor": amount_minor})


def renewal(card_id: str, today: date) -> Wanted:
    return wanted(LineKind.CARD_RENEWAL, card_id, today, {})


def replacement(
    card_id: str,
    cause: ReplacementCause,
    today: date,
    *,
    document_marks: Sequence[str] = (),
    number: str = "",
    media: Media = (),
) -> Wanted:
    """`document_marks`: of the document that is shown, `vault.fingerprints("document", number)`."""
    details: dict[str, Any] = {"cause": cause.value, "number": number, "media": listed(media)}
    if document_marks:
        details["document_marks"] = list(document_marks)
    return wanted(LineKind.CARD_REPLACEMENT, card_id, today, details)


def listed(media: Media) -> list[dict[str, str]]:
    return [{"kind": kind.value, "code": code} for kind, code in media]


def wanted(kind: LineKind, subject_id: str, today: date, details: Mapping[str, Any]) -> Wanted:
    return Wanted(subject_id, 1, today, kind=kind, details=details)
