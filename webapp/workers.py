"""What works in the background of every server process: the outbox, jobs, and what is swept.

`register_house_work` is what every installation has; other packages register their carriers, jobs
and sweeps beside it, in `webapp/main.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.db import Database
from domain.operation import audit, batches, jobs, messages, outbox
from domain.operation.jobs import Clockwork, Runner
from domain.operation.outbox import worklist
from domain.operation.printers import worklist as print_jobs
from domain.operation.staff import sessions
from webapp.health import Check, Report
from webapp.safekeeping import desk
from webapp.settings import Settings

HOUR = 3_600
SEAL_SECONDS = 10
MOST_LAG = timedelta(minutes=15)  # work that waits longer than this is not being done


def register_house_work(settings: Settings) -> None:
    """Sealing the audit trail, forgetting what is over, making copies."""
    desk.register(settings)
    batches.register_work()
    jobs.every("audit.seal", SEAL_SECONDS, audit.Sealer().run)
    jobs.every("house.sweep", HOUR, sweep)


async def sweep(db: Database, now: datetime) -> None:
    """Let go of sessions, messages and jobs that ended long ago."""
    await db.act(sessions.forget_old, now)
    await db.act(worklist.forget_done, now)
    await db.act(jobs.forget_old, now)
    await db.act(print_jobs.forget_old, now)
    await db.act(messages.codes.forget_old, now)


@asynccontextmanager
async def working(app: Starlette) -> AsyncIterator[None]:
    """A companion of the app: from the start of the server to its end."""
    db: Database = app.state.db
    app.state.checks["outbox"] = _keeps_up(db)
    loops = (outbox.Worker(db), Runner(db), Clockwork(db))
    tasks = [asyncio.create_task(loop.run(), name=type(loop).__name__) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _keeps_up(db: Database) -> Check:
    async def check() -> Report:
        lag = await db.ask(worklist.lag, clock.utc_now())
        return Report(lag < MOST_LAG, f"{round(lag.total_seconds())} s behind")

    return check
