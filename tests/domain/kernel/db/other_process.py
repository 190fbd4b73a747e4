"""Another process with the same database, for test_processes.py.

    python -m tests.domain.kernel.db.other_process URL stream PREFIX   # acts for ever, 32 at once
    python -m tests.domain.kernel.db.other_process URL take MANY       # takes of row "a", 8 at once
    python -m tests.domain.kernel.db.other_process URL hold            # writes, and never commits

It says each key on a line of its own as soon as that act is acknowledged.
"""

import asyncio
import itertools
import sys
import time

import structlog

from domain.kernel.db import Database
from tests.domain.kernel.db import samples as s
from tests.domain.kernel.db.test_cancellation import pair
from tests.dying import say

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # keys only


async def stream(db: Database, prefix: str) -> None:
    numbers = itertools.count()

    async def till() -> None:
        for number in numbers:
            await db.act(pair, f"{prefix}{number:06}")
            say(f"{prefix}{number:06}")

    await asyncio.gather(*(till() for _ in range(32)))


async def take(db: Database, many: str) -> None:
    """Says how long the slowest act took, in milliseconds."""
    slowest = 0.0
    left = itertools.count(int(many) - 1, -1)

    async def gate() -> None:
        nonlocal slowest
        while next(left) >= 0:
            started = time.perf_counter()
            assert await db.act(s.take, "a")
            slowest = max(slowest, time.perf_counter() - started)

    await asyncio.gather(*(gate() for _ in range(8)))
    say(str(round(slowest * 1000)))


async def hold(db: Database) -> None:
    async with db.write() as tx:
        await s.add_and_forget(tx, "never")
        say("held")
        await asyncio.sleep(3600)


async def main(url: str, what: str, *args: str) -> None:
    db = await Database.open(url)
    say("ready")
    if what == "hold":
        await hold(db)
    else:
        await {"stream": stream, "take": take}[what](db, *args)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
