"""Spending a balance: the oldest lot first, principal and bonus in its ratio; and putting it back.

Every amount that leaves a card is a spend with its parts, lot by lot. A refund mirrors those parts:
it goes back to the very lots, also when they have moved to a replacement card meanwhile.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.cards import lots
from domain.cards.lots import Lot, Part
from domain.cards.memberships import store
from domain.cards.memberships.cards import NOUN, Change, change_balance, newest
from domain.cards.memberships.model import POINT, MembershipStatus
from domain.cards.products import get_product
from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal

FEN_IN_A_YUAN = 100


class Cause(NamedTuple):
    """What is paid for: a payment, a redemption. One spend each."""

    noun: str
    id: str
    area_id: str


async def spend(tx: Tx, card: Any, face_minor: int, cause: Cause, now: datetime) -> list[Posting]:
    """Take an amount off a card that is locked; the postings of the card's half of the entry.

    Refused BALANCE_SHORT when it does not hold so much."""
    held = card.principal_minor + card.bonus_minor
    if held < face_minor:
        sentence = say("Only {left} is left on this card.", left=to_text(held))
        raise Refused(Refusal.BALANCE_SHORT, sentence)
    parts = lots.spend(await open_lots(tx, card.id), face_minor)
    spend_id = ids.new_id()
    product = await get_product(tx, card.product_id)
    points = face_minor // FEN_IN_A_YUAN * product.points_per_yuan
    tx.add(
        store.ADD_SPEND,
        id=spend_id,
        membership_id=card.id,
        cause_noun=cause.noun,
        cause_id=cause.id,
        area_id=cause.area_id,
        face_minor=face_minor,
        points=points,
        spent_at=now,
    )
    for part in parts:
        await move_lot(tx, part, -1)
        tx.add(
            store.ADD_PART,
            spend_id=spend_id,
            lot_id=part.lot_id,
            principal_minor=part.principal_minor,
            bonus_minor=part.bonus_minor,
        )
    return await moved(tx, card, parts, points, cause, now, sign=-1)


async def open_lots(tx: Tx, card_id: str) -> list[Lot]:
    """What can be spent, the oldest first."""
    return [
        Lot(
            row.id,
            row.principal_minor,
            row.bonus_minor,
            row.principal_left_minor,
            row.bonus_left_minor,
        )
        for row in await tx.rows(store.OPEN_LOTS, card=card_id)
    ]


async def move_lot(tx: Tx, part: Part, sign: int) -> None:
    await tx.one(
        store.MOVE_LOT,
        lot=part.lot_id,
        principal=sign * part.principal_minor,
        bonus=sign * part.bonus_minor,
        more_uses=0,
    )


async def moved(
    tx: Tx,
    card: Any,
    parts: list[Part],
    points: int,
    cause: Cause,
    now: datetime,
    *,
    sign: int,
) -> list[Posting]:
    """Keep the card's balance and points in step; the postings of the money are the caller's."""
    principal = sum(part.principal_minor for part in parts)
    bonus = sum(part.bonus_minor for part in parts)
    await change_balance(tx, card, Change(sign * principal, sign * bonus, points=-sign * points))
    post_points(tx, card, -sign * points, cause, now)
    return [
        Posting(AccountKind.MEMBER_PRINCIPAL, card.id, -sign * principal),
        Posting(AccountKind.MEMBER_BONUS, card.id, -sign * bonus),
    ]


def post_points(tx: Tx, card: Any, points: int, cause: Cause, now: datetime) -> None:
    postings = [
        Posting(AccountKind.MEMBER_POINTS, card.id, -points, POINT),
        Posting(AccountKind.POINTS_GIVEN, cause.area_id, points, POINT),
    ]
    text = "points.given" if points > 0 else "points.taken_back"
    ledger.post(tx, Entry(NOUN, card.id, text, cause.area_id, postings), now)


async def put_back(tx: Tx, cause: Cause, face_minor: int, now: datetime) -> list[Posting]:
    """Put (part of) a spend back to its lots; the postings of the card's half, which are negative.

    Refused CARD_INACTIVE when the card was returned meanwhile: its lots are closed.
    """
    seen = await tx.one(store.SPEND_OF, noun=cause.noun, cause_id=cause.id)
    if seen is None:
        raise NotFound()
    card = await newest(tx, seen.membership_id)
    if card.status == MembershipStatus.RETURNED:
        raise Refused(Refusal.CARD_INACTIVE, say("The card was given back meanwhile."))
    rows = await tx.rows(store.PARTS_OF, spend=seen.id)
    parts = lots.put_back([unreturned(row) for row in rows], face_minor)
    for part in parts:
        await move_lot(tx, part, 1)
        await tx.run(
            store.PUT_BACK_PART,
            spend=seen.id,
            lot=part.lot_id,
            principal=part.principal_minor,
            bonus=part.bonus_minor,
        )
    back_after = seen.back_minor + face_minor
    points = seen.points * back_after // seen.face_minor - seen.points_back
    await tx.run(store.PUT_BACK_SPEND, spend=seen.id, face=face_minor, more_points=points)
    return await moved(tx, card, parts, points, cause, now, sign=1)


def unreturned(row: Any) -> Part:
    """What of a part nobody has put back yet."""
    return Part(
        row.lot_id,
        row.principal_minor - row.principal_back_minor,
        row.bonus_minor - row.bonus_back_minor,
    )
