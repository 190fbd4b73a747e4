"""Drills: a copy is put back beside the house, verified and counted, as it would be in earnest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.columns import metadata
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import jobs
from domain.operation.audit import record
from domain.operation.backups import store
from domain.operation.backups.keeping import DRILL_JOB, get, must_be_made
from domain.operation.backups.model import DrillStatus


class Outcome(NamedTuple):
    """How a drill ended. `problem` is empty when it went well."""

    problem: str
    seconds: Mapping[str, float]  # by stage
    rows: Mapping[str, int]  # by table
    findings: int = 0


async def request(tx: Tx, actor: Actor, backup_id: str, now: datetime) -> str:
    """Put a copy on trial; gives the drill's id. Raises Conflict for a copy that is not there, and
    while another drill is under way."""
    must_be_made(await get(tx, backup_id))
    drill_id = ids.new_id()
    job_id = await jobs.request_alone(tx, actor, DRILL_JOB, {"drill_id": drill_id}, now)
    tx.add(
        store.ADD_DRILL,
        id=drill_id,
        backup_id=backup_id,
        job_id=job_id,
        requested_by=actor.id,
        status=DrillStatus.RUNNING.value,
        started_at=now,
        detail={},
    )
    record(tx, actor, "backup_drill.started", drill_id, now, after={"backup_id": backup_id})
    return drill_id


async def end(tx: Tx, drill_id: str, outcome: Outcome, now: datetime) -> None:
    """Write down how it went. The same again changes nothing."""
    drill = await get_drill(tx, drill_id)
    copied = await get(tx, drill.backup_id)
    how = DrillStatus.FAILED if outcome.problem else DrillStatus.PASSED
    took = round(sum(outcome.seconds.values()))
    saved = await tx.one(
        store.SAVE_DRILL,
        drill_id=drill_id,
        how=how.value,
        lost=round((drill.started_at - copied.started_at).total_seconds()),
        took=max(took, 1),
        reason=outcome.problem[:400],
        found={
            "seconds": dict(outcome.seconds),
            "rows": dict(outcome.rows),
            "findings": outcome.findings,
        },
        now=now,
    )
    if saved is None:
        return
    await tx.run(store.SAVE_TESTED, backup_id=copied.id, how=how.value, now=now)
    after = {"took_seconds": max(took, 1), "findings": outcome.findings}
    reason = outcome.problem or None
    record(tx, SYSTEM, f"backup_drill.{how.value}", drill_id, now, after=after, reason=reason)


async def rows_before(tx: Tx, started_at: datetime) -> Mapping[str, int]:
    """Rows by table in the last copy before that moment which stood its trial."""
    row = await tx.one(store.PASSED_BEFORE, before=started_at)
    return dict(row.detail.get("rows", {})) if row else {}


def tables_that_only_grow() -> list[str]:
    """Their rows are never removed: fewer in a newer copy means that something is lost."""
    return sorted(name for name, table in metadata.tables.items() if table.info.get("append_only"))


async def get_drill(tx: Tx, drill_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_DRILL, drill_id=drill_id)
    if row is None:
        raise NotFound()
    return row


async def drills_of(tx: Tx, backup_id: str, most: int = 20) -> list[Any]:
    """Of one copy, newest first."""
    return await tx.rows(store.DRILLS_OF, backup_id=backup_id, most=most)


async def stages_done(tx: Tx, drill: Any) -> Mapping[str, float]:
    """The seconds of each stage that is over, also while the drill is under way."""
    if drill.detail:
        return dict(drill.detail["seconds"])
    job = await tx.one(store.JOB_OF, job_id=drill.job_id)
    return dict(job.cursor["seconds"]) if job and job.cursor else {}


async def last_drill(tx: Tx) -> Any | None:
    """The newest one that has ended."""
    return await tx.one(store.LAST_DRILL)
