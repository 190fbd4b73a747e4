"""Asking for long work, looking at it, stopping it, trying it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation.audit import record
from domain.operation.jobs import store
from domain.operation.staff.model import Permission
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn

FIRST = Cut()
KEPT = timedelta(days=90)
FORGET_AT_ONCE = 1_000


def request(
    tx: Tx,
    actor: Actor,
    kind: str,
    params: Mapping[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    area_id: str | None = None,
) -> str:
    """Have work of a kind done in the background; gives the job's id. Work about one area says so:
    else only who sees everything sees it."""
    job_id = ids.new_id()
    tx.add(
        store.ADD_JOB,
        id=job_id,
        kind=kind,
        params=dict(params),
        due_at=due_at or now,
        requested_by=actor.id,
        area_id=area_id,
        created_at=now,
    )
    record(tx, actor, "job.requested", job_id, now, kind=kind, area_id=area_id)
    return job_id


async def request_alone(
    tx: Tx, actor: Actor, kind: str, params: Mapping[str, Any], now: datetime
) -> str:
    """The same, when no other of its kind may wait or run. Raises Conflict."""
    if await tx.one(store.FIND_OPEN, kind=kind):
        raise Conflict(say("This is already under way."), code="DUPLICATE")
    return request(tx, actor, kind, params, now)


async def get(tx: Tx, job_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_JOB, job_id=job_id)
    if row is None:
        raise NotFound()
    return row


async def find(tx: Tx, job_id: str) -> Any | None:
    """The row; None for one that was forgotten."""
    return await tx.one(store.GET_JOB, job_id=job_id)


async def page(tx: Tx, cut: Cut = FIRST, viewer: SignedIn | None = None) -> list[Any]:
    """Newest first; a cut's key is (created_at, id). Only what `viewer` may see, if one is said."""
    areas = viewer.covered(Permission.JOBS_SEE) if viewer else None
    if viewer is None or areas is None:
        return await store.LIST_JOBS.page(tx, cut)
    return await store.LIST_JOBS_WITHIN.page(tx, cut, areas=areas, viewer=viewer.id)


def is_open_to(row: Any, who: SignedIn, permission: Permission) -> bool:
    """One's own work, that of areas where one has the permission; of the house, with it
    everywhere."""
    return row.requested_by == who.id or who.may(permission, row.area_id or EVERYWHERE)


async def cancel(tx: Tx, actor: Actor, job_id: str, now: datetime) -> None:
    """Stop it. The step under way may still finish; what it did stays done."""
    row = await get(tx, job_id)
    if await tx.one(store.CANCEL, job_id=job_id, now=now) is None:
        raise Conflict()
    record(tx, actor, "job.cancelled", job_id, now, area_id=row.area_id)


async def retry(tx: Tx, actor: Actor, job_id: str, now: datetime) -> None:
    """Go on with a failed one where it stopped."""
    row = await get(tx, job_id)
    if await tx.one(store.RETRY, job_id=job_id, now=now) is None:
        raise Conflict()
    record(tx, actor, "job.retried", job_id, now, area_id=row.area_id)


async def list_schedules(tx: Tx) -> list[Any]:
    """What is done again and again, and how it went the last time."""
    return await tx.rows(store.LIST_SCHEDULES)


async def forget_old(tx: Tx, now: datetime) -> None:
    """Let go of jobs that ended long ago."""
    await tx.run(store.FORGET_JOBS, long_ago=now - KEPT, most=FORGET_AT_ONCE)
