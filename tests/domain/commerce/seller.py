"""A till in a process of its own, for tests that kill it: sells until it dies.

python -m tests.domain.commerce.seller URL WORLD: says each order's id once it is acknowledged.
"""

import asyncio
import json
import sys
from zoneinfo import ZoneInfo

from domain.commerce import capacity, orders
from domain.commerce.orders import lines
from domain.commerce.orders.model import LineKind
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.clock import local_day, utc_now
from domain.kernel.db import Database
from tests.domain.commerce.factories import World
from tests.domain.commerce.fulfilment import PlainTickets
from tests.domain.commerce.selling import online, sale, wanted

TILLS = 8
SHANGHAI = ZoneInfo("Asia/Shanghai")


async def sell(db: Database, world: World, till: int) -> None:
    for n in range(1_000_000):
        now = utc_now()
        today = local_day(now, SHANGHAI)
        three = (wanted(world.adult_id, 2, today), wanted(world.child_id, 1, today))
        key = f"{till}-{n}-{now.timestamp()}"
        if till % 2:
            given = online(world, *three, request_id=key)
        else:
            given = sale(world, *three, request_id=key)
        lane = capacity.lane(world.area_id)
        order = await db.act(orders.place, given, world.cashier, now, lane=lane)
        sys.stdout.write(order.id + "\n")
        sys.stdout.flush()


async def main(url: str, world: World) -> None:
    db = await Database.open(url)
    await asyncio.gather(*(sell(db, world, till) for till in range(TILLS)))


def world_from(text: str) -> World:
    values = json.loads(text)
    for who in ("cashier", "cashier_2", "supervisor"):
        kind, *rest = values[who]
        values[who] = Actor(ActorKind(kind), *rest)
    return World(**values)


if __name__ == "__main__":
    lines.register(LineKind.TICKET, fulfilment=PlainTickets())
    asyncio.run(main(sys.argv[1], world_from(sys.argv[2])))
