"""Confirming a preview, writing it, putting it back.

Up to AT_ONCE rows are written in one act: all of them or, when one has changed since, none. More
of them would keep gates and windows waiting, so a job writes them by pieces; when all-or-nothing
fails there, it puts back what it has written (but never what somebody changed since). The state
of each row is written with the row, so a job that was killed goes on where it was.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, Forbidden, InvalidInput, Message, say
from domain.kernel.states import move
from domain.operation import approvals, jobs
from domain.operation.audit import record
from domain.operation.batches import store
from domain.operation.batches.groups import FieldGroup, group_of, keep
from domain.operation.batches.looking import counts_of, get_batch
from domain.operation.batches.model import BATCH_MOVES, UNDER_WAY, BatchStatus, Change, RowStatus
from domain.operation.batches.previewing import must_cover, told
from domain.operation.batches.principles import MOST_ROWS
from domain.operation.jobs import JobStatus
from domain.operation.staff.signed_in import SignedIn

JOB = "batch"
AT_ONCE = 100
PIECE = 20
CHANGED = say("Somebody changed it since.")
STUCK = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


class Undone(NamedTuple):
    put_back: int
    kept: int


def register(group: FieldGroup) -> None:
    """Say, when a package is imported, what of its rows can be changed together."""
    effect = None
    if group.checked_by is not None:
        effect = approvals.Effect(_approved, _rejected, group.checked_by, group.title)
    keep(group, effect)


async def confirm(
    tx: Tx, batch_id: str, reason: str, actor: Actor, now: datetime, who: SignedIn | None = None
) -> BatchStatus:
    """Ask for the decision, or apply when nobody else must agree. Again changes nothing."""
    batch = await get_batch(tx, batch_id)
    if batch.created_by != actor.id:
        raise Forbidden()
    if batch.status != BatchStatus.PREVIEWED:
        return BatchStatus(batch.status)
    await _check_failures(tx, batch)
    group = group_of(batch.noun, batch.field)
    await _must_still_cover(tx, group, batch, who)
    reason = reason.strip()
    if group.checked_by is None:
        return await _begin(tx, batch, actor, now, reason)
    if not reason:
        raise InvalidInput({"reason": say("Say why, for whoever decides.")})
    approval_id = approvals.request(
        tx,
        actor,
        group.approval_kind,
        ("batch", batch_id),
        {"principle": batch.principle},
        now,
        reason=reason,
        area_id=batch.area_id or None,
    )
    await _to(tx, batch, BatchStatus.REQUESTED, the_approval=approval_id, the_reason=reason)
    _note(tx, actor, "batch.requested", batch, now, len(batch.parameters["rows"]))
    return BatchStatus.REQUESTED


async def undo(
    tx: Tx, batch_id: str, actor: Actor, now: datetime, who: SignedIn | None = None
) -> Undone | None:
    """Put back the rows that nobody touched since. None: a job does it, there are many."""
    batch = await get_batch(tx, batch_id)
    group = group_of(batch.noun, batch.field)
    await _must_still_cover(tx, group, batch, who)
    counts = await counts_of(tx, batch_id)
    if counts[RowStatus.APPLIED] > AT_ONCE:
        await _have_it_done(tx, batch, BatchStatus.UNDOING, actor, now)
        return None
    await _to(tx, batch, BatchStatus.UNDONE, undone=now)
    rows = await _rows(tx, batch_id, RowStatus.APPLIED, AT_ONCE)
    kept = len(await _put_back(tx, group, rows, actor, now))
    done = Undone(len(rows) - kept, kept)
    if not done.put_back:
        raise Conflict(say("Every row was changed since; nothing can be put back."))
    _note(tx, actor, "batch.undone", batch, now, done.put_back)
    return done


async def go_on(tx: Tx, batch_id: str, actor: Actor, now: datetime) -> None:
    """Have a batch finished whose job was stopped or gave up. Raises Conflict when it is not so."""
    batch = await get_batch(tx, batch_id)
    if BatchStatus(batch.status) not in UNDER_WAY:
        raise Conflict()
    if JobStatus((await jobs.get(tx, batch.job_id)).status) not in STUCK:
        raise Conflict(say("It is still under way."))
    await tx.run(store.SET_JOB, batch_id=batch.id, the_job=_job(tx, batch, actor, now))


async def piece(tx: Tx, batch_id: str, actor: Actor, now: datetime) -> bool:
    """Write or put back the next few rows of a batch under way. False: there is nothing left."""
    batch = await get_batch(tx, batch_id)
    status, group = BatchStatus(batch.status), group_of(batch.noun, batch.field)
    if status not in UNDER_WAY:
        return False
    if status is BatchStatus.APPLYING:
        rows = await _rows(tx, batch_id, RowStatus.PENDING, PIECE)
        if rows:
            await _write_piece(tx, group, batch, rows, actor, now)
            return True
    else:
        rows = await _rows(tx, batch_id, RowStatus.APPLIED, PIECE)
        if rows:
            await _put_back(tx, group, rows, actor, now)
            return True
    await _finish(tx, batch, status, actor, now)
    return False


async def _finish(tx: Tx, batch: Any, status: BatchStatus, actor: Actor, now: datetime) -> None:
    counts = await counts_of(tx, batch.id)
    if status is BatchStatus.APPLYING:
        await _to(tx, batch, BatchStatus.APPLIED, applied=now)
        _note(tx, actor, "batch.applied", batch, now, counts[RowStatus.APPLIED])
    elif status is BatchStatus.UNDOING:
        await _to(tx, batch, BatchStatus.UNDONE, undone=now)
        _note(tx, actor, "batch.undone", batch, now, counts[RowStatus.UNDONE])
    else:
        await _to(tx, batch, BatchStatus.FAILED, undone=now)
        _note(tx, actor, "batch.failed", batch, now, counts[RowStatus.UNDONE])


async def _begin(
    tx: Tx, batch: Any, actor: Actor, now: datetime, reason: str | None = None
) -> BatchStatus:
    """Write every pending row, or have it done by a job when they are many."""
    group = group_of(batch.noun, batch.field)
    rows = await _rows(tx, batch.id, RowStatus.PENDING, MOST_ROWS)
    if len(rows) > AT_ONCE:
        if not batch.is_partial:
            await _must_be_as_previewed(tx, group, rows)
        await _have_it_done(tx, batch, BatchStatus.APPLYING, actor, now, reason)
        return BatchStatus.APPLYING
    await _to(tx, batch, BatchStatus.APPLIED, applied=now, the_reason=reason)
    failed = await _write(tx, group, rows, batch.created_by, actor, now)
    for row, why in failed:
        if not batch.is_partial:
            code = "VERSION_CONFLICT" if why == CHANGED else None
            raise Conflict(_cannot(row, why), code=code)
        await _set_row(tx, row, RowStatus.FAILED, why)
    _note(tx, actor, "batch.applied", batch, now, len(rows) - len(failed))
    return BatchStatus.APPLIED


def _cannot(row: Any, why: Message) -> Message:
    if why == CHANGED:
        return say("{row}: somebody changed it since the preview.", row=row.label)
    return say("{row} cannot be changed: {why}", row=row.label, why=why)


async def _must_be_as_previewed(tx: Tx, group: FieldGroup, rows: list[Any]) -> None:
    living = {row.id: row for row in await group.read(tx, [row.subject_id for row in rows])}
    for row in rows:
        subject = living.get(row.subject_id)
        if subject is None or (subject.version, subject.value) != (row.seen_version, row.old_value):
            raise Conflict(_cannot(row, CHANGED), code="VERSION_CONFLICT")


async def _write_piece(
    tx: Tx, group: FieldGroup, batch: Any, rows: list[Any], actor: Actor, now: datetime
) -> None:
    failed = await _write(tx, group, rows, batch.created_by, actor, now)
    for row, why in failed:
        await _set_row(tx, row, RowStatus.FAILED, why)
    if failed and not batch.is_partial:
        await _to(tx, batch, BatchStatus.FAILING)


async def _write(
    tx: Tx, group: FieldGroup, rows: list[Any], made_by: str, actor: Actor, now: datetime
) -> list[tuple[Any, Message]]:
    """Give rows their new values; which ones could not get theirs, and why."""
    living = {row.id: row for row in await group.read(tx, [row.subject_id for row in rows])}
    failed, done = [], []
    for row in rows:
        subject, why = living.get(row.subject_id), CHANGED
        if subject and (subject.version, subject.value) == (row.seen_version, row.old_value):
            found = await _written(tx, group, row, row.new_value, made_by, actor, now)
            if found is None:
                done.append(row)
                continue
            why = found
        failed.append((row, why))
    versions = {row.id: row for row in await group.read(tx, [row.subject_id for row in done])}
    for row in done:
        await _set_row(tx, row, RowStatus.APPLIED, None, versions[row.subject_id].version)
    return failed


async def _put_back(
    tx: Tx, group: FieldGroup, rows: list[Any], actor: Actor, now: datetime
) -> list[Any]:
    """Give rows their old values again; those that somebody changed since are kept as they are."""
    living = {row.id: row for row in await group.read(tx, [row.subject_id for row in rows])}
    kept = []
    for row in rows:
        subject, why = living.get(row.subject_id), CHANGED
        if subject and (subject.version, subject.value) == (row.applied_version, row.new_value):
            found = await _written(
                tx, group, row, row.old_value, actor.id or "", actor, now, back=True
            )
            if found is None:
                await _set_row(tx, row, RowStatus.UNDONE, None)
                continue
            why = found
        kept.append(row)
        await _set_row(tx, row, RowStatus.KEPT, why)
    return kept


async def _written(
    tx: Tx,
    group: FieldGroup,
    row: Any,
    value: str,
    made_by: str,
    actor: Actor,
    now: datetime,
    *,
    back: bool = False,
) -> Message | None:
    """Why a row could not be written; the noun's act says so before it changes anything."""
    version = row.applied_version if back else row.seen_version
    try:
        await group.write(tx, Change(row.subject_id, version, value, made_by), actor, now)
    except InvalidInput as error:
        return next(iter(error.fields.values()), error.message)
    except DomainError as error:
        return CHANGED if error.code == "VERSION_CONFLICT" else error.message
    return None


async def _check_failures(tx: Tx, batch: Any) -> None:
    """All or nothing: a row without a value stops the batch, unless the rest may go alone."""
    counts = await counts_of(tx, batch.id)
    failed = counts[RowStatus.FAILED]
    if not counts[RowStatus.PENDING] or (failed and not batch.is_partial):
        raise InvalidInput({"rows": say("{rows} rows cannot be changed.", rows=failed)})


async def _must_still_cover(tx: Tx, group: FieldGroup, batch: Any, who: SignedIn | None) -> None:
    if who is not None:
        must_cover(group, await group.read(tx, batch.parameters["rows"]), who)


async def _have_it_done(
    tx: Tx,
    batch: Any,
    to: BatchStatus,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    await _to(tx, batch, to, the_job=_job(tx, batch, actor, now), the_reason=reason)
    _note(tx, actor, "batch.started", batch, now, len(batch.parameters["rows"]))


def _job(tx: Tx, batch: Any, actor: Actor, now: datetime) -> str:
    area_id = batch.area_id or None
    return jobs.request(tx, actor, JOB, {"batch_id": batch.id}, now, area_id=area_id)


async def _rows(tx: Tx, batch_id: str, status: RowStatus, most: int) -> list[Any]:
    return await tx.rows(store.ROWS_IN, batch_id=batch_id, status=status.value, most=most)


async def _set_row(
    tx: Tx, row: Any, status: RowStatus, why: Message | None, version: int | None = None
) -> None:
    kept = told(why)
    await tx.run(
        store.SET_ROW,
        of_batch=row.batch_id,
        at_position=row.position,
        to_status=status.value,
        why=kept["failure"],
        why_values=kept["failure_values"],
        got_version=version,
    )


SAME = {"the_approval": None, "the_job": None, "the_reason": None, "applied": None, "undone": None}


async def _to(tx: Tx, batch: Any, to: BatchStatus, **values: Any) -> None:
    """The batch's next status; of two at once one is told that somebody was first."""
    seen = BatchStatus(batch.status)
    move(BATCH_MOVES, seen, to)
    if not await tx.one(
        store.SET_STATUS,
        batch_id=batch.id,
        from_status=seen.value,
        to_status=to.value,
        **{**SAME, **values},
    ):
        raise Conflict()


def _note(tx: Tx, actor: Actor, act: str, batch: Any, now: datetime, rows: int) -> None:
    record(
        tx,
        actor,
        act,
        batch.id,
        now,
        area_id=batch.area_id or None,
        principle=batch.principle,
        rows=rows,
    )


async def _approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    await _begin(tx, await get_batch(tx, approval.subject_id), actor, now)


async def _rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    batch = await get_batch(tx, approval.subject_id)
    await _to(tx, batch, BatchStatus.REJECTED)
    _note(tx, actor, "batch.rejected", batch, now, len(batch.parameters["rows"]))
