"""Taking identities out when their time is over: little by little, with a report of each run.

The rows stay, so that every count, sum and chain is what it was; a document or a phone finds them
no more. The audit trail never held identity numbers or phones.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx, keyset
from domain.kernel.errors import NotFound
from domain.operation import jobs, settings
from domain.operation.audit import record
from domain.retention import store
from domain.retention.model import Cut, IdentityKind, cuts

JOB = "retention"
AT_ONCE = 200
BY_MOMENT = (IdentityKind.HOLDERS, IdentityKind.CUSTOMERS)  # they have no day of a visit
COUNTED = 10_000  # a preview counts no further
FIRST = keyset.Cut()


class Due(NamedTuple):
    """What the next run would remove of a kind, and what holds keep; counted up to COUNTED."""

    kind: IdentityKind
    before: date
    many: int
    held: int


async def preview(tx: Tx, now: datetime) -> list[Due]:
    """By kind; what is kept for ever is left out."""
    chosen = await settings.current(tx)
    return [await _due(tx, kind, cut) for kind, cut in cuts(chosen, now).items()]


async def _due(tx: Tx, kind: IdentityKind, cut: Cut) -> Due:
    statements, asked = store.KINDS[kind], _asked(kind, cut)
    due = await tx.one(statements.how_many, most=COUNTED, **asked)
    held = await tx.one(statements.how_many_held, most=COUNTED, **asked)
    return Due(kind, cut.day, int(due.many), int(held.many))


def _asked(kind: IdentityKind, cut: Cut) -> Mapping[str, Any]:
    return {"at": cut.at} if kind in BY_MOMENT else {"day": cut.day, "at": cut.at}


async def request(tx: Tx, actor: Actor, now: datetime) -> str:
    """Have all that is due removed; gives the run's id. What is due is fixed now. Raises Conflict
    while another run is under way."""
    run_id = ids.new_id()
    chosen = await settings.current(tx)
    job_id = await jobs.request_alone(tx, actor, JOB, {"run_id": run_id}, now)
    days = {kind.value: cut.day.isoformat() for kind, cut in cuts(chosen, now).items()}
    zone = chosen.time_zone
    tx.add(
        store.ADD_RUN,
        id=run_id,
        job_id=job_id,
        requested_by=actor.id,
        started_at=now,
        cuts={"zone": zone, "before": days},
        removed={},
        held={},
    )
    record(tx, actor, "retention_run.started", run_id, now, after={"before": days})
    return run_id


async def request_if_due(tx: Tx, now: datetime) -> None:
    """Every day: ask for a run, when there is something to remove."""
    if any(due.many for due in await preview(tx, now)):
        await request(tx, SYSTEM, now)


async def remove_some(tx: Tx, run_id: str, kind: IdentityKind, now: datetime) -> int:
    """Blank up to AT_ONCE of a kind, and count them in the run's report, in one transaction; gives
    how many. Nothing is left to do when it gives 0."""
    run = await tx.one(store.LOCK_RUN, run_id=run_id)
    cut = cut_of(run, kind)
    if cut is None:
        return 0
    statements = store.KINDS[kind]
    found = await tx.rows(statements.due, most=AT_ONCE, **_asked(kind, cut))
    if not found:
        return 0
    blanked = [row.id for row in found]
    photos = await _photos(tx, kind, blanked)
    for statement in statements.blank:
        await tx.run(statement, ids=blanked)
    if photos:
        await tx.run(store.DROP_FILES, ids=photos)
    removed = {**run.removed, kind.value: run.removed.get(kind.value, 0) + len(blanked)}
    await tx.run(store.SAVE_REMOVED, run_id=run_id, many=removed)
    return len(blanked)


async def _photos(tx: Tx, kind: IdentityKind, blanked: list[str]) -> list[str]:
    if kind is not IdentityKind.HOLDERS:
        return []
    return [row.photo_file_id for row in await tx.rows(store.PHOTOS, ids=blanked)]


def cut_of(run: Any, kind: IdentityKind) -> Cut | None:
    """What the run's days mean; None for a kind that is kept for ever."""
    before = run.cuts["before"].get(kind.value)
    if before is None:
        return None
    day = date.fromisoformat(before)
    return Cut(day, datetime.combine(day, time(), ZoneInfo(run.cuts["zone"])))


async def end(tx: Tx, run_id: str, now: datetime) -> Mapping[str, int]:
    """The report is complete; gives what was removed. The same again changes nothing."""
    run = await get_run(tx, run_id)
    held = {}
    for kind in IdentityKind:
        if cut := cut_of(run, kind):
            held[kind.value] = (await _due(tx, kind, cut)).held
    if await tx.one(store.END_RUN, run_id=run_id, kept=held, now=now):
        after = {"removed": dict(run.removed), "held": held}
        record(tx, SYSTEM, "retention_run.done", run_id, now, after=after)
    return dict(run.removed)


async def get_run(tx: Tx, run_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_RUN, run_id=run_id)
    if row is None:
        raise NotFound()
    return row


async def list_runs(tx: Tx, cut: keyset.Cut = FIRST) -> list[Any]:
    """Newest first; a cut's key is (started_at, id)."""
    return await store.LIST_RUNS.page(tx, cut)
