"""A window in a process of its own, for tests that kill it: orders are paid from cards.

python -m tests.domain.cards.payer URL WORLD PRODUCT: says what it asks, and what was answered, line
by line.
"""

import asyncio
import sys

from domain.kernel import ids
from domain.kernel.db import Database
from tests.domain.admission.tickets.market import Market
from tests.domain.cards.clerk import TOP_UP
from tests.domain.cards.desk import Desk
from tests.domain.commerce.seller import world_from
from tests.dying import say

CLERKS = 6


async def serve(desk: Desk, product_id: str) -> None:
    """For ever: two tickets from the same card."""
    card = await desk.open(product_id, top_up=TOP_UP)
    while True:
        order, request_id = await desk.tickets(2), ids.new_id()
        say("asked", f"{card.id} {order.id} {request_id}")
        await desk.pay(card.id, order, request_id=request_id)
        say("paid", f"{card.id} {order.id} {request_id}")


async def main(url: str, world: str, product_id: str) -> None:
    db = await Database.open(url)
    desk = Desk(Market(db, world_from(world)), "")
    await asyncio.gather(*(serve(desk, product_id) for _ in range(CLERKS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
