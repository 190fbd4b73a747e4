"""A window in a process of its own, for tests that kill it: opens, replaces and takes back cards.

python -m tests.domain.cards.clerk URL WORLD PRODUCT: says what was acknowledged, line by line.
"""

import asyncio
import sys

from domain.cards import memberships
from domain.cards.memberships import Request, ReturnReason
from domain.kernel import ids
from domain.kernel.db import Database
from tests.domain.admission.tickets.market import Market
from tests.domain.cards.desk import Desk, marks
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.seller import world_from
from tests.dying import say

CLERKS = 6
TOP_UP = 300_000


async def serve(desk: Desk, product_id: str) -> None:
    """For ever: a card with 3,000 + 1,000, once more 3,000 + 1,000, a new card for it, and every
    third is given back."""
    for n in range(1_000_000):
        card = await desk.open(product_id, top_up=TOP_UP)
        say("opened", card.id)
        await desk.top_up(card.id, TOP_UP)
        say("topped", card.id)
        new = await desk.replace(card.id)
        say("replaced", f"{card.id} {new.id}")
        if n % 3 == 0:
            await give_back(desk, new.id)
            say("returned", new.id)


async def give_back(desk: Desk, card_id: str) -> None:
    reason = ReturnReason.BY_WISH
    quote = await desk.db.ask(memberships.quote, card_id, reason, True, NOON)
    asked = Request(
        ids.new_id(), card_id, reason, "搬走了", True, quote.amount_minor, None, marks()
    )
    await desk.db.act(memberships.return_card, asked, desk.world.cashier, NOON)


async def main(url: str, world: str, product_id: str) -> None:
    db = await Database.open(url)
    desk = Desk(Market(db, world_from(world)), "")
    await asyncio.gather(*(serve(desk, product_id) for _ in range(CLERKS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
