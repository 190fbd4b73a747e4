"""Visitors who move tickets to a dearer day, in a process of its own, for tests that kill it.

python -m tests.domain.commerce.changes.visitor URL WORLD: says each charge that left the house, and
each change that was made, line by line.
"""

import asyncio
import sys

from domain.commerce import orders
from domain.commerce.orders import lines
from domain.commerce.orders.model import LineKind
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.db import Database
from tests.domain.commerce.changes.test_paying import DAY_2, Desk
from tests.domain.commerce.factories import NOON, World
from tests.domain.commerce.fulfilment import PlainTickets
from tests.domain.commerce.seller import world_from
from tests.domain.commerce.selling import BUYER, online, place, wanted
from tests.dying import say

VISITORS = 6


async def move(db: Database, world: World) -> None:
    while True:
        sale = online(world, wanted(world.adult_id, 1, DAY_2), request_id=ids.new_id())
        desk = Desk(db, world, await place(db, world, sale))
        asked = orders.Charge(desk.order.id, Tender.SCAN)
        await desk.told(await db.act(orders.start_payment, asked, BUYER, NOON))
        await desk.hold(key=ids.new_id())
        payment = await desk.start()
        say("charged", desk.order.id, payment.id)
        await desk.told(payment)
        say("changed", desk.order.id, payment.id)


async def main(url: str, world: World) -> None:
    db = await Database.open(url)
    await asyncio.gather(*(move(db, world) for _ in range(VISITORS)))


if __name__ == "__main__":
    lines.register(LineKind.TICKET, fulfilment=PlainTickets())
    asyncio.run(main(sys.argv[1], world_from(sys.argv[2])))
