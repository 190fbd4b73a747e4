"""An export as one should be: in a process of its own, by keyset, a short read at a time."""

import asyncio
import time

from domain.commerce import orders
from domain.commerce.orders import After, OrderFilter
from domain.kernel.db import Database

ROWS = 100_000
AT_ONCE = 500


def run(url: str, seconds: float) -> float:
    """Rows a second. For a process pool."""
    return asyncio.run(read(url, seconds))


async def read(url: str, seconds: float) -> float:
    db = await Database.open(url)
    begun, count, after = time.perf_counter(), 0, None
    try:
        while time.perf_counter() - begun < seconds:
            found = await db.ask(orders.list_orders, OrderFilter(), after, AT_ONCE)
            count += len(found)
            last = count % ROWS < AT_ONCE or len(found) < AT_ONCE
            after = None if last else After(found[-1].placed_at, found[-1].id)
    finally:
        await db.close()
    return count / (time.perf_counter() - begun)
