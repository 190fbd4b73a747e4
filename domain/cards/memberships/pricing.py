"""What a member pays for tickets (会员价): the discount of the card's product, or of its level.

The terms in force count, not those of the day the card was bought: a discount is offered, not sold.
"""

from datetime import datetime
from typing import Any

from domain.cards.memberships.cards import get, refusal_for_use
from domain.cards.products import get_product, levels_of
from domain.commerce import promotions
from domain.commerce.orders import members
from domain.commerce.orders.members import Rate
from domain.kernel.db import Tx
from domain.kernel.errors import Refused
from domain.kernel.refusals import Refusal


class CardRates:
    """Registered with orders; a member is a card's id."""

    async def rate(self, tx: Tx, member_id: str, area_id: str, now: datetime) -> Rate:
        """Refused LOST, LOCKED, EXPIRED, CARD_INACTIVE ..., and for a card of another area."""
        card = await get(tx, member_id)
        if refusal := refusal_for_use(card, now):
            raise Refused(refusal)
        if card.area_id != area_id:
            raise Refused(Refusal.CARD_INACTIVE)
        product = await get_product(tx, card.product_id)
        off_bps = discount_of(product, card.level)
        return Rate(card.id, card.number, off_bps, product.discount_floor_minor)


def discount_of(product: Any, level: int) -> int:
    """The better one of the product's discount and of the highest level reached that has one."""
    reached = [one.discount_bps for one in levels_of(product.levels)[:level]]
    return max(int(product.discount_bps), *reached, 0)


members.register(CardRates())


async def level_of(tx: Tx, member_id: str) -> int | None:
    """For promotions that are for members of a level."""
    card = await get(tx, member_id)
    return int(card.level)


promotions.register_levels(level_of)
