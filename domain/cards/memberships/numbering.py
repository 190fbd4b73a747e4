"""Numbers and media of cards: which blank one is meant, the next number, what a code is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.admission.redemptions import nfc_code, printed_code
from domain.cards.memberships import store
from domain.cards.memberships.cards import must_be_free
from domain.cards.memberships.model import (
    CardMediumKind,
    CardMediumStatus,
    MembershipStatus,
)
from domain.commerce.orders.lines import Market
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say

MOST_OF_A_NUMBER = 32
FREE = frozenset({MembershipStatus.BLANK, MembershipStatus.INITIALISED})


def typed_number(details: Mapping[str, Any]) -> str:
    number = str(details.get("number") or "").strip().upper()
    if len(number) > MOST_OF_A_NUMBER or not all(one.isalnum() or one == "-" for one in number):
        raise InvalidInput({"number": say("A card's number has letters, digits and dashes.")})
    return number


def typed_media(details: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was read of the card, as it is stored. Raises InvalidInput at `media`."""
    media = []
    for one in details.get("media") or ():
        kind = CardMediumKind(one["kind"])
        media.append({"kind": kind.value, "code": stored_code(kind, str(one["code"]))})
    return media


def stored_code(kind: CardMediumKind, text: str) -> str:
    code: str | None
    if kind is CardMediumKind.NFC:
        code = text if text.startswith("nfc:") else nfc_code(text)
    elif kind is CardMediumKind.BARCODE:
        code = text if text.startswith("bar:") else printed_code(text)
    else:
        code = ids.clean_code(text) if len(ids.clean_code(text)) == ids.CODE_LENGTH else None
    if code is None:
        raise InvalidInput({"media": say("This is no chip or barcode that a gate could read.")})
    return code


async def find_blank(
    tx: Tx, details: Mapping[str, Any], area_id: str, product_id: str
) -> Any | None:
    """The initialised card that is meant by its number or by what was read of it; None for a new
    one. Raises InvalidInput when it is somebody's already, or for another product."""
    number, media = typed_number(details), typed_media(details)
    card, field = None, "number"
    if number:
        card = await tx.one(store.LOCK_BY_NUMBER, number=number)
    for one in media if card is None else ():
        field = "media"
        if (card := await tx.one(store.LOCK_BY_MEDIUM, medium_code=one["code"])) is not None:
            break
    if card is None:
        return None
    theirs = card.status not in FREE or card.area_id != area_id
    if theirs or card.product_id not in (None, product_id):
        raise InvalidInput({field: say("This card is in use already.")})
    return card


async def claim(
    tx: Tx, card_id: str, number: str, media: Sequence[Mapping[str, str]], market: Market
) -> str:
    """The card that a line will activate: an initialised one, or a new one with the next number.
    Its number. What was read of it becomes its media."""
    card = await tx.one(store.LOCK_CARD, id=card_id)
    if card is None:
        number = number or await next_number(tx, market.area_id)
        tx.add(
            store.ADD_CARD,
            id=card_id,
            number=number,
            area_id=market.area_id,
            status=MembershipStatus.INITIALISED.value,
            created_at=market.now,
            status_at=market.now,
        )
    else:
        number = card.number
        await must_be_free(tx, card)
        if card.status == MembershipStatus.BLANK:
            await tx.one(
                store.MOVE_CARD,
                card=card.id,
                seen=card.status,
                to_status=MembershipStatus.INITIALISED.value,
                why="",
                now=market.now,
            )
    await add_media(tx, card_id, media, market.now)
    return number


async def add_media(
    tx: Tx, card_id: str, media: Sequence[Mapping[str, str]], now: datetime
) -> None:
    """Write down what is presented for a card. Raises InvalidInput when a code is another card's,
    or was once: a dead medium stays dead."""
    for one in media:
        owner = await tx.one(store.OWNER_OF, medium_code=one["code"])
        if owner is None:
            add_medium(tx, card_id, CardMediumKind(one["kind"]), one["code"], now)
        elif owner.membership_id != card_id or owner.status == CardMediumStatus.DEAD:
            raise InvalidInput({"media": say("This chip or barcode belongs to another card.")})


def add_medium(tx: Tx, card_id: str, kind: CardMediumKind, code: str, now: datetime) -> None:
    tx.add(
        store.ADD_MEDIUM,
        id=ids.new_id(),
        membership_id=card_id,
        kind=kind.value,
        code=code,
        issued_at=now,
    )


async def next_number(tx: Tx, area_id: str) -> str:
    """01000000427: the area, a count, a check digit; one that was typed before is passed over."""
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    while True:
        counted = await tx.one(store.NEXT_NUMBER, area=area_id)
        plain = f"{area.number:02d}{counted.last:08d}"
        number = plain + check_digit(plain)
        if await tx.one(store.LOCK_BY_NUMBER, number=number) is None:
            return number


def check_digit(digits: str) -> str:
    """Luhn: one wrong digit, or two neighbours in the wrong order, are noticed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
