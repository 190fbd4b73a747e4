"""Jobs: step by step, again after a failure, taken over after a kill, cancelled; schedules."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict
from domain.operation import audit, jobs
from domain.operation.jobs import Clockwork, Job, Progress, Runner, running, schedules
from tests.staffing import NOON

ROOT = Path(__file__).parents[4]
BOSS = Actor(ActorKind.STAFF, "boss")
SHORT = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_other_kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(running, "_steps", {})
    monkeypatch.setattr(schedules, "_sweeps", {})
    yield


@asynccontextmanager
async def runner(db: Database, **options: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(Runner(db, poll_seconds=0.02, **options).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ask_for(db: Database, kind: str = "count", **params: Any) -> str:
    async def act(tx: Tx) -> str:
        return jobs.request(tx, BOSS, kind, params, utc_now())

    return await db.act(act)


async def when(db: Database, job_id: str, holds: Callable[[Any], bool]) -> Any:
    """The job, once something holds of it: it stands in a table, so we look again and again."""
    async with asyncio.timeout(20):
        while not holds(job := await db.ask(jobs.get, job_id)):  # noqa: ASYNC110  # a table
            await asyncio.sleep(0.02)
    return job


async def until(db: Database, job_id: str, status: str) -> Any:
    return await when(db, job_id, lambda job: job.status == status)


async def count(db: Database, job: Job) -> Progress:
    """Counts to `upto`, one a step."""
    done = (job.cursor or 0) + 1
    finished = done >= job.params["upto"]
    return Progress(done, done, job.params["upto"], finished, {"sum": done} if finished else None)


async def test_a_job_runs_to_its_end_and_keeps_its_result(db: Database) -> None:
    jobs.register("count", count)
    job_id = await ask_for(db, upto=5)

    async with runner(db):
        job = await until(db, job_id, "done")

    assert (job.done_steps, job.all_steps, job.result) == (5, 5, {"sum": 5})
    assert job.finished_at is not None
    acts = [entry.act for entry in await db.ask(audit.history, "job", job_id)]
    assert acts == ["job.done", "job.requested"]


async def test_two_processes_share_the_work_and_do_nothing_twice(db: Database) -> None:
    seen: list[tuple[str, int]] = []

    async def step(db: Database, job: Job) -> Progress:
        seen.append((job.id, job.cursor or 0))
        await asyncio.sleep(0.01)
        return await count(db, job)

    jobs.register("count", step)
    ids = [await ask_for(db, upto=5) for _ in range(4)]

    async with runner(db), runner(db):
        for job_id in ids:
            await until(db, job_id, "done")

    assert sorted(seen) == sorted((job_id, n) for job_id in ids for n in range(5))


async def test_a_step_that_fails_goes_on_where_it_stopped(db: Database) -> None:
    problems = [RuntimeError("boom"), None]

    async def step(db: Database, job: Job) -> Progress:
        if job.cursor == 2 and (problem := problems.pop(0)):
            raise problem
        return await count(db, job)

    jobs.register("count", step)
    job_id = await ask_for(db, upto=4)

    async with runner(db):
        job = await when(db, job_id, lambda job: bool(job.error))
    assert (job.status, job.cursor, job.attempts, job.error) == ("waiting", 2, 1, "RuntimeError")

    async with runner(db, clock=lambda: utc_now() + 2 * MINUTE):
        assert (await until(db, job_id, "done")).result == {"sum": 4}


async def test_a_job_that_always_fails_is_given_to_a_person_who_may_try_again(
    db: Database,
) -> None:
    broken = True

    async def step(db: Database, job: Job) -> Progress:
        if broken:
            raise RuntimeError("boom")
        return await count(db, job)

    jobs.register("count", step)
    job_id = await ask_for(db, upto=1)
    for tries, minutes in enumerate((0, 2, 8, 25), start=1):
        async with runner(db, clock=lambda m=minutes: utc_now() + m * MINUTE):
            await when(db, job_id, lambda job, n=tries: job.attempts == n)  # type: ignore[misc]
    assert (await db.ask(jobs.get, job_id)).status == "failed"

    broken = False
    await db.act(jobs.retry, BOSS, job_id, utc_now())
    async with runner(db):
        await until(db, job_id, "done")


async def test_a_cancelled_job_stops(db: Database) -> None:
    going = asyncio.Event()

    async def step(db: Database, job: Job) -> Progress:
        going.set()
        await asyncio.sleep(0.05)
        return await count(db, job)

    jobs.register("count", step)
    job_id = await ask_for(db, upto=1000)
    async with runner(db):
        await going.wait()
        await db.act(jobs.cancel, BOSS, job_id, utc_now())
        await asyncio.sleep(0.3)
        steps = (await db.ask(jobs.get, job_id)).done_steps
        await asyncio.sleep(0.2)
        job = await db.ask(jobs.get, job_id)

    assert (job.status, job.done_steps) == ("cancelled", steps)
    with pytest.raises(Conflict):
        await db.act(jobs.cancel, BOSS, job_id, utc_now())


async def test_a_step_longer_than_its_lease_keeps_the_job(db: Database) -> None:
    seen = 0

    async def step(db: Database, job: Job) -> Progress:
        nonlocal seen
        seen += 1
        await asyncio.sleep(2.5)
        return await count(db, job)

    jobs.register("count", step)
    job_id = await ask_for(db, upto=1)
    async with runner(db, lease_for=SHORT), runner(db, lease_for=SHORT):
        await until(db, job_id, "done")

    assert seen == 1


async def test_a_stopped_process_gives_its_job_back(db: Database) -> None:
    going = asyncio.Event()

    async def step(db: Database, job: Job) -> Progress:
        going.set()
        if job.cursor:
            await asyncio.sleep(3600)
        return await count(db, job)

    jobs.register("count", step)
    job_id = await ask_for(db, upto=3)
    async with runner(db):
        await when(db, job_id, lambda job: job.done_steps >= 1)

    job = await db.ask(jobs.get, job_id)
    assert (job.status, job.cursor, job.leased_until) == ("waiting", 1, None)


KILLED = """
import asyncio, sys
from datetime import timedelta
from domain.kernel.db import Database
from domain.operation import jobs

async def step(db, job):
    done = (job.cursor or 0) + 1
    print(done, flush=True)
    await asyncio.sleep(0.05)
    return jobs.Progress(done, done, 1000)

async def main():
    db = await Database.open(sys.argv[1])
    jobs.register("count", step)
    await jobs.Runner(db, lease_for=timedelta(seconds=1), poll_seconds=0.05).run()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_after_kill_9_another_process_goes_on_from_the_last_step(
    database_url: str,
) -> None:
    db = await Database.open(database_url)
    job_id = await ask_for(db, upto=12)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, database_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    printed = [await child.stdout.readline() for _ in range(6)]
    child.kill()
    await child.wait()
    assert printed[-1] == b"6\n"
    first_seen: list[int] = []

    async def step(db: Database, job: Job) -> Progress:
        first_seen.append(job.cursor)
        return await count(db, job)

    jobs.register("count", step)
    async with runner(db, lease_for=SHORT):
        job = await until(db, job_id, "done")
    await db.close()

    assert first_seen[0] >= 5  # steps 1 to 5 were noted before the sixth began
    assert (job.result, job.fence) == ({"sum": 12}, 2)


async def test_only_one_of_a_kind_when_asked_for_alone(db: Database) -> None:
    await db.act(jobs.request_alone, BOSS, "backup", {}, NOON)

    with pytest.raises(Conflict):
        await db.act(jobs.request_alone, BOSS, "backup", {}, NOON)


async def test_progress_noted_by_a_lost_job_is_undone_with_its_act(db: Database) -> None:
    jobs.register("count", count)
    await ask_for(db, upto=3)
    now = utc_now()
    (old,) = await db.act(running.lease, ["count"], now, 1, now)
    (new,) = await db.act(running.lease, ["count"], now, 1, now + MINUTE)

    with pytest.raises(Conflict):
        await db.act(jobs.advance, old, Progress(1, 1), now, now)
    await db.act(jobs.advance, new, Progress(1, 1), now + MINUTE, now)


async def test_a_sweep_runs_once_a_period_however_many_processes(db: Database) -> None:
    ran: list[datetime] = []

    async def sweep(db: Database, now: datetime) -> None:
        ran.append(now)

    jobs.every("sweep", 60, sweep)
    moment = datetime(2026, 7, 1, 4, tzinfo=UTC)
    clocks = [Clockwork(db, clock=lambda: moment) for _ in range(4)]

    for minutes in (0, 0, 1, 1, 2):
        moment = NOON + minutes * MINUTE
        await asyncio.gather(*(clock.turn() for clock in clocks))

    assert ran == [NOON, NOON + MINUTE, NOON + 2 * MINUTE]


async def test_a_sweep_that_fails_is_shown_and_tried_again(db: Database) -> None:
    problems: list[Exception | None] = [RuntimeError("boom"), None]

    async def sweep(db: Database, now: datetime) -> None:
        if problem := problems.pop(0):
            raise problem

    jobs.every("sweep", 60, sweep)
    moment = NOON
    clock = Clockwork(db, clock=lambda: moment)

    errors = []
    for _ in range(2):
        await clock.turn()
        (row,) = await db.ask(jobs.list_schedules)
        errors.append(row.last_error)
        moment += MINUTE

    assert errors == ["RuntimeError", ""]
    assert SYSTEM.id is None
