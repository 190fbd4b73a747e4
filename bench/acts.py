"""Orders by the act alone: no HTTP, no forms. What the window's form costs is the difference."""

import asyncio
import time
from typing import Any

from bench.measures import Load, Row
from bench.world import World
from domain.commerce import capacity, orders, shifts
from domain.commerce.orders import Sale, Wanted
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day, utc_now
from domain.kernel.columns import metadata
from domain.kernel.db import Database, Tx
from webapp.site import SHANGHAI

SECONDS = 2.5
FLIGHTS = (1, 8, 32)
FLOAT_MINOR = 50_000
PLENTY_MINOR = 10_000_000


async def till_of(tx: Tx) -> tuple[Any, Any, dict[str, str]]:
    """A window, a cashier and the ticket types."""
    tables = metadata.tables
    window = (await tx.rows(tables["windows"].select()))[-1]
    cashier = next(row for row in await tx.rows(tables["staff"].select()) if row.login == "gulinur")
    types = {row.code: row.id for row in await tx.rows(tables["ticket_types"].select())}
    return window, cashier, types


async def orders_act(world: World) -> list[Row]:
    async with world.opened() as db:
        window, cashier, types = await db.ask(till_of)
        actor = Actor(ActorKind.STAFF, cashier.id)
        await db.act(shifts.open_shift, window.id, FLOAT_MINOR, actor, utc_now())
        today = local_day(utc_now(), SHANGHAI)
        wanted = (Wanted(types["ADULT"], 2, today), Wanted(types["CHILD"], 1, today))

        def sale() -> Sale:
            return Sale(ids.new_id(), window.area_id, Channel.WINDOW, wanted,
                        window_id=window.id, cash_minor=PLENTY_MINOR)  # fmt: skip

        return [await measured(db, world, actor, sale, in_flight) for in_flight in FLIGHTS]


async def measured(db: Database, world: World, actor: Actor, sale: Any, in_flight: int) -> Row:
    waits: list[float] = []
    begun, cpu = time.perf_counter(), time.process_time()

    async def sell() -> None:
        while time.perf_counter() - begun < SECONDS:
            asked, now = time.perf_counter(), utc_now()
            given = sale()
            await db.act(orders.place, given, actor, now, lane=capacity.lane(given.area_id))
            waits.append((time.perf_counter() - asked) * 1000)

    await asyncio.gather(*(sell() for _ in range(in_flight)))
    load = Load(waits, time.perf_counter() - begun, 0)
    return load.row("orders-act", world.engine, in_flight=in_flight, rows=world.rows,
                    cpu_seconds=time.process_time() - cpu)  # fmt: skip
