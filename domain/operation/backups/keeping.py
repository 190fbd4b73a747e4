"""What becomes of each copy: begun, made, tested, removed. The files themselves are the server's
business (`webapp/safekeeping`); here stands what is known of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation import jobs
from domain.operation.audit import record
from domain.operation.backups import store
from domain.operation.backups.model import BackupCause, BackupStatus, Held

FIRST = Cut()
JOB, DRILL_JOB = "backup", "backup.drill"
STOPPED = "STOPPED: the work was stopped"


class Copied(NamedTuple):
    """A file that is whole."""

    size_bytes: int
    sha256: str


class Standing(NamedTuple):
    """How safe the house is. `problem`: why somebody must look, in a word; "" when all is well."""

    last_good: Any
    since: datetime | None  # of the last good copy, else since the house was set up
    last: Any
    problem: str


async def request(tx: Tx, actor: Actor, cause: BackupCause, now: datetime) -> str:
    """Have a copy made; gives the job's id. Raises Conflict while another is being made."""
    return await jobs.request_alone(tx, actor, JOB, {"cause": cause.value}, now)


async def begin(
    tx: Tx, job_id: str, name: str, cause: BackupCause, by: str | None, now: datetime
) -> Any:
    """The row of this job's copy. After a kill or a failure the same row begins again."""
    row = await tx.one(store.OF_JOB, job_id=job_id)
    if row is None:
        tx.add(
            store.ADD,
            id=ids.new_id(),
            name=name,
            cause=cause.value,
            status=BackupStatus.MAKING.value,
            job_id=job_id,
            requested_by=by,
            started_at=now,
        )
    elif row.status != BackupStatus.MADE:
        await tx.run(store.BEGIN_AGAIN, of_job=job_id, now=now)
    return await tx.one(store.OF_JOB, job_id=job_id)


async def note_made(tx: Tx, backup_id: str, made: Copied, now: datetime) -> None:
    """The file is whole. The same again changes nothing."""
    saved = await tx.one(
        store.SAVE_MADE, backup_id=backup_id, size=made.size_bytes, digest=made.sha256, now=now
    )
    if saved is not None:
        record(tx, SYSTEM, "backup.made", backup_id, now, after=made._asdict())


async def note_failed(tx: Tx, backup_id: str, reason: str, now: datetime) -> None:
    if await tx.one(store.SAVE_FAILED, backup_id=backup_id, reason=reason[:400]):
        record(tx, SYSTEM, "backup.failed", backup_id, now, reason=reason)


async def note_copied(tx: Tx, backup_id: str, at: datetime | None, reason: str = "") -> None:
    """It lies in the second folder too; or why not."""
    await tx.run(store.SAVE_COPIED, backup_id=backup_id, at=at, reason=reason[:400])


async def note_removed(tx: Tx, backup_id: str, now: datetime) -> None:
    if await tx.one(store.SAVE_REMOVED, backup_id=backup_id, now=now):
        record(tx, SYSTEM, "backup.removed", backup_id, now)


async def adopt(tx: Tx, name: str, made: Copied, made_at: datetime, now: datetime) -> None:
    """List a copy that lies in the folder and that nobody here has made."""
    if name in {row.name for row in await tx.rows(store.NAMES)}:
        return
    backup_id = ids.new_id()
    tx.add(
        store.ADD,
        id=backup_id,
        name=name,
        cause=BackupCause.FOUND.value,
        status=BackupStatus.MADE.value,
        started_at=made_at,
        made_at=made_at,
        size_bytes=made.size_bytes,
        sha256=made.sha256,
    )
    record(tx, SYSTEM, "backup.found", backup_id, now, after=made._asdict())


async def fetched(tx: Tx, backup_id: str, actor: Actor, now: datetime) -> None:
    """Somebody took the whole database away."""
    record(tx, actor, "backup.fetched", backup_id, now)


async def close_abandoned(tx: Tx, now: datetime) -> list[str]:
    """What was stopped for good is not under way any more; gives the drills that were."""
    for row in await tx.rows(store.ABANDONED, reason=STOPPED):
        record(tx, SYSTEM, "backup.failed", row.id, now, reason=STOPPED)
    drills = await tx.rows(store.ABANDONED_DRILLS, reason=STOPPED, now=now)
    for row in drills:
        record(tx, SYSTEM, "backup_drill.failed", row.id, now, reason=STOPPED)
    return [str(row.id) for row in drills]


# -- questions


async def get(tx: Tx, backup_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET, backup_id=backup_id)
    if row is None:
        raise NotFound()
    return row


async def page(tx: Tx, cut: Cut = FIRST) -> list[Any]:
    """Newest first; a cut's key is (started_at, id)."""
    return await store.LIST.page(tx, cut)


async def names(tx: Tx) -> set[str]:
    """The files that are known, those that were removed as well."""
    return {row.name for row in await tx.rows(store.NAMES)}


async def held(tx: Tx) -> Mapping[str, Any]:
    """Copies that lie in the folder, by id, newest first."""
    return {row.id: row for row in await tx.rows(store.HELD)}


def as_held(row: Any) -> Held:
    return Held(row.id, row.started_at, row.tested != "failed")


async def last_begun(tx: Tx) -> datetime | None:
    """When the last planned copy was begun; before the first, when the house was set up."""
    begun = await tx.one(store.LAST_BEGUN)
    if begun is not None and begun.at is not None:
        return begun.at  # type: ignore[no-any-return]
    first = await tx.one(store.SET_UP)
    return first.at if first else None


async def standing(tx: Tx, now: datetime, old_hours: int) -> Standing:
    """What the dashboard asks."""
    good, last = await tx.one(store.LAST_GOOD), await tx.one(store.LAST)
    first = None if good else await tx.one(store.SET_UP)
    since = good.started_at if good else first.at if first else None
    problem = ""
    if last is not None and last.status == "made" and last.tested == "failed":
        problem = "test_failed"
    elif last is not None and last.status == "failed":
        problem = "failed"
    elif since is not None and now - since > timedelta(hours=old_hours):
        problem = "old" if good else "none"
    elif last is not None and last.copy_problem:
        problem = "copy_failed"
    return Standing(good, since, last, problem)


def must_be_made(row: Any) -> None:
    """Raises Conflict for a copy that is not there, or not any more."""
    if row.status != BackupStatus.MADE:
        raise Conflict(say("This copy is not there."))
