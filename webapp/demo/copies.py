"""The demo's first copy of its database, with its checksum, as the server makes them at night: a
house that has none for a day and a half is warned about it. The server tries the copy out later."""

from datetime import timedelta

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.operation import backups, jobs
from domain.operation.backups import BackupCause
from domain.operation.backups.keeping import JOB
from domain.operation.jobs import running
from webapp.safekeeping import desk
from webapp.settings import Settings

LEASE = timedelta(minutes=5)


async def keep_one(db: Database, settings: Settings) -> None:
    """Asked for and carried out; nothing where a server that runs already has taken the work."""
    now = clock.utc_now()
    await db.act(backups.request, SYSTEM, BackupCause.SCHEDULED, now)
    for job in await db.act(running.lease, [JOB], now, 1, now + LEASE):
        progress = await desk.step(db, job, settings)
        while not progress.is_finished:
            job = job._replace(cursor=progress.cursor, done_steps=progress.done_steps)
            await advance(db, job, progress)
            progress = await desk.step(db, job, settings)
        await advance(db, job, progress)


async def advance(db: Database, job: jobs.Job, progress: jobs.Progress) -> None:
    now = clock.utc_now()
    await db.act(jobs.advance, job, progress, now + LEASE, now)
