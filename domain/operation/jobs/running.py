"""Doing long work step by step, so that it survives a restart, a kill and a takeover.

A kind registers a step: `async def step(db, job) -> Progress`. A step does a bounded piece of work
(a few seconds), and says how far it came; its cursor is where the next step, in whatever process,
goes on. Between doing and noting a process may die: then the step is done again with the same
cursor. A step that must not, notes its progress itself, by `advance`, in the act that does it.

A job is leased, and the lease renewed while a step runs. Whoever takes over a job whose lease ran
out has a higher fence, and the one before can note nothing any more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, DomainError
from domain.operation.audit import record
from domain.operation.jobs import store
from domain.operation.reasons import reason_of

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
POLL_SECONDS = 1.0
MOST_AT_ONCE = 2


class Job(NamedTuple):
    """What a step gets. `cursor` is None at the very beginning."""

    id: str
    kind: str
    params: dict[str, Any]
    cursor: Any
    done_steps: int
    all_steps: int | None
    attempts: int
    requested_by: str | None
    fence: int


class Progress(NamedTuple):
    """How far it came. `all_steps` None: nobody knows yet. A finished job may have a result."""

    cursor: Any
    done_steps: int
    all_steps: int | None = None
    is_finished: bool = False
    result: Any = None


Step = Callable[[Database, Job], Awaitable[Progress]]
_steps: dict[str, Step] = {}


def register(kind: str, step: Step) -> None:
    """Say, when the program is put together, how work of a kind is done."""
    _steps[kind] = step


async def is_any_due(tx: Tx, kinds: Sequence[str], now: datetime) -> bool:
    """Looked at without waiting for writers: mostly nothing is."""
    return bool(await tx.rows(store.FIND_DUE, kinds=list(kinds), now=now, most=1))


async def lease(
    tx: Tx, kinds: Sequence[str], now: datetime, most: int, until: datetime
) -> list[Job]:
    """Take up to `most` jobs that are due and that nobody works on."""
    taken: list[Job] = []
    for row in await tx.rows(store.FIND_DUE, kinds=list(kinds), now=now, most=most):
        mine = await tx.one(store.LEASE, job_id=row.id, seen_fence=row.fence, until=until, now=now)
        if mine is not None:
            taken.append(
                Job(
                    row.id,
                    row.kind,
                    row.params,
                    row.cursor,
                    row.done_steps,
                    row.all_steps,
                    row.attempts,
                    row.requested_by,
                    mine.fence,
                )
            )
    return taken


async def advance(tx: Tx, job: Job, progress: Progress, until: datetime, now: datetime) -> None:
    """Note how far a job came, in the transaction that did it. Raises Conflict when the job was
    cancelled, or taken over by another process."""
    mine = {
        "job_id": job.id,
        "my_fence": job.fence,
        "done": progress.done_steps,
        "all": progress.all_steps,
    }
    if not progress.is_finished:
        if not await tx.one(store.SAVE_STEP, new_cursor=progress.cursor, until=until, **mine):
            raise Conflict(code="JOB_LOST")
        return
    if not await tx.one(store.SAVE_DONE, outcome=progress.result, now=now, **mine):
        raise Conflict(code="JOB_LOST")
    record(tx, SYSTEM, "job.done", job.id, now, kind=job.kind)


async def note_failure(tx: Tx, job: Job, reason: str, now: datetime) -> None:
    """Go on in 1, 5, 15 minutes; then a person must look."""
    tries = job.attempts + 1
    mine = {"job_id": job.id, "my_fence": job.fence, "tries": tries, "reason": reason}
    if tries <= len(BACKOFF):
        await tx.one(store.SAVE_AGAIN, again_at=now + BACKOFF[tries - 1], **mine)
    elif await tx.one(store.SAVE_FAILED, now=now, **mine):
        record(tx, SYSTEM, "job.failed", job.id, now, kind=job.kind, reason=reason)


async def give_back(tx: Tx, job: Job, now: datetime) -> None:
    """Let another process go on at once: this one stops."""
    await tx.one(
        store.SAVE_AGAIN,
        job_id=job.id,
        my_fence=job.fence,
        again_at=now,
        tries=job.attempts,
        reason="",
    )


async def renew(tx: Tx, job: Job, until: datetime) -> bool:
    """Still working on it. False: it is no longer ours."""
    mine = await tx.one(store.RENEW, job_id=job.id, my_fence=job.fence, until=until)
    return mine is not None


class Runner:
    """One in each process; they share the work."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease_for: timedelta = LEASE,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._db, self._clock = db, clock
        self._lease_for, self._poll_seconds = lease_for, poll_seconds
        self._working: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; what is under way then is given back."""
        try:
            while True:
                try:
                    await self._start_due()
                except Exception:  # the edge of this loop: it must go on
                    log.exception("jobs.turn_failed")
                await asyncio.sleep(self._poll_seconds)
        finally:
            for task in self._working:
                task.cancel()
            await asyncio.gather(*self._working, return_exceptions=True)

    async def _start_due(self) -> None:
        free = MOST_AT_ONCE - len(self._working)
        if free < 1 or not _steps:
            return
        now = self._clock()
        if not await self._db.ask(is_any_due, list(_steps), now):
            return
        for job in await self._db.act(lease, list(_steps), now, free, now + self._lease_for):
            task = asyncio.create_task(self._work(job), name=f"job-{job.kind}")
            self._working.add(task)
            task.add_done_callback(self._working.discard)

    async def _work(self, job: Job) -> None:
        """All steps of one job, until it is finished, lost, or fails."""
        try:
            while not (progress := await self._held(job)).is_finished:
                job = job._replace(
                    cursor=progress.cursor,
                    done_steps=progress.done_steps,
                    all_steps=progress.all_steps,
                    attempts=0,
                )
        except asyncio.CancelledError:
            await self._db.act(give_back, job, self._clock())
            raise
        except Exception as problem:  # whatever a step runs into is that job's failure
            if isinstance(problem, Conflict) and problem.code == "JOB_LOST":
                log.info("job.lost", job_id=job.id, kind=job.kind)
                return
            log.warning(
                "job.step_failed",
                job_id=job.id,
                kind=job.kind,
                reason=reason_of(problem),
                exc_info=not isinstance(problem, DomainError),
            )
            await self._db.act(note_failure, job, reason_of(problem), self._clock())

    async def _held(self, job: Job) -> Progress:
        """One step, with the lease renewed while it runs, and its progress noted."""
        beating = asyncio.create_task(self._beat(job))
        stepping = asyncio.ensure_future(_steps[job.kind](self._db, job))
        try:
            await asyncio.wait({beating, stepping}, return_when=asyncio.FIRST_COMPLETED)
            if not stepping.done():
                raise Conflict(code="JOB_LOST")
            progress = stepping.result()
        finally:
            beating.cancel()
            stepping.cancel()
            await asyncio.gather(beating, stepping, return_exceptions=True)
        now = self._clock()
        await self._db.act(advance, job, progress, now + self._lease_for, now)
        return progress

    async def _beat(self, job: Job) -> None:
        """Ends when the job is no longer ours."""
        while True:
            await asyncio.sleep(self._lease_for.total_seconds() / 3)
            if not await self._db.act(renew, job, self._clock() + self._lease_for):
                return
