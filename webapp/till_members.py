"""A member at the till: whose card was read before the tickets are chosen, and what it gives."""

from typing import NamedTuple

from domain.cards import memberships
from domain.cards.memberships import Detail
from domain.kernel.db import Tx
from webapp.office_orders import name_of
from webapp.till import Till
from webapp.till_cards import card_at


class Member(NamedTuple):
    """What the cart says of a member."""

    card_id: str
    number: str
    name: str  # of the holder, else of the kind of card
    discount_bps: int


async def member_of(tx: Tx, till: Till, card_id: str) -> Member | None:
    """Of an open card of the till's area. Raises NotFound for any other."""
    if not card_id:
        return None
    found = await card_at(tx, till, card_id)
    return Member(card_id, found.card.number, called(found), discount_of(found))


def called(found: Detail) -> str:
    if found.holder is not None:
        return str(found.holder.name)
    return name_of(found.product) if found.product is not None else ""


def discount_of(found: Detail) -> int:
    """What its holder pays less for tickets; nothing for a blank card."""
    if found.product is None:
        return 0
    return memberships.pricing.discount_of(found.product, found.card.level)
