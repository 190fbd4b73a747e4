"""The run, in small steps, and who asks for it every day."""

from datetime import datetime

from domain.kernel import clock
from domain.kernel.db import Database
from domain.kernel.errors import Conflict
from domain.operation import jobs
from domain.operation.jobs import Job, Progress
from domain.retention import faces, removing
from domain.retention.model import IdentityKind

DAY = 86_400
HOUR = 3_600
KINDS = tuple(IdentityKind)


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.register(removing.JOB, step)
    jobs.every("retention.look", DAY, look)
    jobs.every("retention.faces", HOUR, faces.forget)


async def step(db: Database, job: Job) -> Progress:
    """A few hundred of one kind. A step that is done twice removes the next few, and the report
    counts them in the transaction that removes them: a kill loses and doubles nothing."""
    run_id, at = job.params["run_id"], int((job.cursor or {}).get("kind", 0))
    now = clock.utc_now()
    if at == len(KINDS):
        removed = await db.act(removing.end, run_id, now)
        return Progress(None, job.done_steps, job.done_steps, True, dict(removed))
    many = await db.act(removing.remove_some, run_id, KINDS[at], now)
    following = at if many == removing.AT_ONCE else at + 1
    return Progress({"kind": following}, job.done_steps + many)


async def look(db: Database, now: datetime) -> None:
    try:
        await db.act(removing.request_if_due, now)
    except Conflict:
        return  # one is under way
