"""The background work of imports, and the sweep that throws away files that lie about."""

from datetime import datetime

from domain.kernel import clock
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from domain.operation import imports, jobs
from domain.operation.imports import Worker
from domain.operation.jobs import Job, Progress

SWEEP_SECONDS = 3_600


def register(vault: Vault) -> None:
    async def step(db: Database, job: Job) -> Progress:
        return await Worker(db, vault, clock.utc_now).step(job)

    async def sweep(db: Database, now: datetime) -> None:
        await db.act(imports.forget_stale, now)

    jobs.register("import", step)
    jobs.every("imports.sweep", SWEEP_SECONDS, sweep)
