"""The job that writes large batches, and puts them back: a few rows an act."""

from collections.abc import Callable
from datetime import datetime

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.operation import jobs
from domain.operation.batches.applying import JOB, piece
from domain.operation.batches.looking import counts_of, get_batch
from domain.operation.batches.model import BatchStatus, RowStatus
from domain.operation.jobs import Job, Progress, Step

PIECES_A_STEP = 5


def register_work(clock: Callable[[], datetime] = utc_now) -> None:
    jobs.register(JOB, step_by(clock))


def step_by(clock: Callable[[], datetime]) -> Step:
    async def step(db: Database, job: Job) -> Progress:
        batch_id, actor = job.params["batch_id"], Actor(ActorKind.STAFF, job.requested_by)
        goes_on = True
        for _ in range(PIECES_A_STEP):
            goes_on = goes_on and await db.act(piece, batch_id, actor, clock())
        counts = await db.ask(counts_of, batch_id)
        batch = await db.ask(get_batch, batch_id)
        left = counts[RowStatus.PENDING if batch.status == BatchStatus.APPLYING else "applied"]
        everything = sum(counts.values())
        done = everything if not goes_on else everything - left
        return Progress(batch.status, done, everything, is_finished=not goes_on)

    return step
