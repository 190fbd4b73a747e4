"""Preview, confirm, apply, undo. Each is one act: after a crash a batch is whole or not there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    Message,
    NotFound,
    say,
)
from domain.kernel.states import move
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.batches import store
from domain.operation.batches.groups import FieldGroup
from domain.operation.batches.model import (
    BATCH_MOVES,
    BatchInput,
    BatchStatus,
    RowStatus,
    Subject,
)
from domain.operation.batches.principles import Row, check_rows, share_out

_groups: dict[tuple[str, str], FieldGroup] = {}


def register(group: FieldGroup) -> None:
    """Say, when a package is imported, what of its rows can be changed together."""
    _groups[group.noun, group.field] = group
    if group.checked_by is not None:
        effect = approvals.Effect(_approved, _rejected, group.checked_by, group.title)
        approvals.register(group.kind, effect)


def group_of(noun: str, field: str) -> FieldGroup:
    """Raises NotFound."""
    try:
        return _groups[noun, field]
    except KeyError:
        raise NotFound() from None


async def get_batch(tx: Tx, batch_id: str) -> Any:
    row = await tx.one(store.GET_BATCH, id=batch_id)
    if row is None:
        raise NotFound()
    return row


async def rows_of(tx: Tx, batch_id: str, after: int, most: int) -> list[Any]:
    """One page of a batch's rows: those behind position `after`."""
    return list(await tx.rows(store.ROWS_AFTER, batch_id=batch_id, after=after, most=most))


async def totals_of(tx: Tx, batch_id: str) -> list[Any]:
    """How many rows go from which value to which, by status."""
    return list(await tx.rows(store.TOTALS, batch_id=batch_id))


async def preview(tx: Tx, wanted: BatchInput, actor: Actor, now: datetime) -> str:
    """Compute every row's new value and keep it. The same request again gives the same batch.

    Raises InvalidInput: rows, targets, weights; Conflict IDEMPOTENCY_CONFLICT.
    """
    group = group_of(wanted.noun, wanted.field)
    parameters = _parameters(wanted)
    earlier = await tx.one(store.GET_BATCH, id=wanted.request_id)
    if earlier is not None:
        if earlier.created_by == actor.id and earlier.parameters == parameters:
            return wanted.request_id
        raise Conflict(code="IDEMPOTENCY_CONFLICT")
    check_rows(wanted.row_ids)
    subjects = await _subjects(tx, group, wanted)
    news, failures = await _computed(tx, group, wanted, subjects)
    tx.add(
        store.ADD_BATCH,
        id=wanted.request_id,
        area_id=wanted.area_id,
        noun=wanted.noun,
        field=wanted.field,
        principle=wanted.principle.value,
        parameters=parameters,
        is_partial=wanted.is_partial,
        status=BatchStatus.PREVIEWED.value,
        created_by=actor.id,
        created_at=now,
    )
    for position, subject in enumerate(subjects):
        why = failures.get(subject.id)
        tx.add(
            store.ADD_ROW,
            batch_id=wanted.request_id,
            position=position,
            subject_id=subject.id,
            label=subject.label,
            seen_version=subject.version,
            old_value=subject.value,
            new_value=news.get(subject.id, ""),
            status=(RowStatus.FAILED if why else RowStatus.PENDING).value,
            failure=why.in_english() if why else "",
        )
    return wanted.request_id


async def confirm(tx: Tx, batch_id: str, reason: str, actor: Actor, now: datetime) -> BatchStatus:
    """Ask for the decision, or apply when nobody else must agree. Again changes nothing."""
    batch = await get_batch(tx, batch_id)
    if batch.created_by != actor.id:
        raise Forbidden()
    if batch.status != BatchStatus.PREVIEWED:
        return BatchStatus(batch.status)
    await _check_failures(tx, batch)
    group = group_of(batch.noun, batch.field)
    if group.checked_by is None:
        await _apply(tx, batch, actor, now)
        return BatchStatus.APPLIED
    if not reason.strip():
        raise InvalidInput({"reason": say("Say why, for whoever decides.")})
    approval_id = approvals.request(
        tx,
        actor,
        group.kind,
        ("batch", batch_id),
        {"principle": batch.principle},
        now,
        reason=reason.strip(),
        area_id=batch.area_id,
    )
    await _to(tx, batch, BatchStatus.REQUESTED, approval_id=approval_id)
    return BatchStatus.REQUESTED


async def undo(tx: Tx, batch_id: str, actor: Actor, now: datetime) -> tuple[int, int]:
    """Put back the rows that nobody touched since: how many were put back, how many were kept."""
    batch = await get_batch(tx, batch_id)
    group = group_of(batch.noun, batch.field)
    await _to(tx, batch, BatchStatus.UNDONE, undone=now)
    applied = [row for row in await _rows(tx, batch_id) if row.status == RowStatus.APPLIED]
    living = {row.id: row for row in await group.read(tx, [row.subject_id for row in applied])}
    counts = {RowStatus.UNDONE: 0, RowStatus.KEPT: 0}
    for row in applied:
        subject = living.get(row.subject_id)
        why: Message | None = CHANGED
        if subject is not None and subject.version == row.applied_version:
            why = await _written(
                tx, group, row.subject_id, subject.version, row.old_value, actor, now
            )
        status = RowStatus.KEPT if why else RowStatus.UNDONE
        counts[status] += 1
        await _set_row(tx, row, status, why)
    if not counts[RowStatus.UNDONE]:
        raise Conflict(say("Every row was changed since; nothing can be put back."))
    record(
        tx,
        actor,
        "batch.undone",
        batch_id,
        now,
        area_id=batch.area_id,
        rows=counts[RowStatus.UNDONE],
    )
    return counts[RowStatus.UNDONE], counts[RowStatus.KEPT]


CHANGED = say("Somebody changed it since.")


def _parameters(wanted: BatchInput) -> dict[str, Any]:
    """All that was asked, as JSON: it is shown, and compared when the request comes again."""
    shares = wanted.shares
    return {
        "noun": wanted.noun,
        "field": wanted.field,
        "area_id": wanted.area_id,
        "rows": list(wanted.row_ids),
        "principle": wanted.principle.value,
        "is_partial": wanted.is_partial,
        "targets": list(shares.targets),
        "weights": dict(shares.weights),
        "table": dict(shares.table),
        "typed": dict(shares.typed),
    }


async def _subjects(tx: Tx, group: FieldGroup, wanted: BatchInput) -> list[Subject]:
    """The rows in the order they were marked; all of the area in which the maker may do this."""
    found = {row.id: row for row in await group.read(tx, list(wanted.row_ids))}
    if any(
        row_id not in found or found[row_id].area_id != wanted.area_id for row_id in wanted.row_ids
    ):
        raise InvalidInput({"rows": say("Some rows are gone or belong to another area.")})
    return [found[row_id] for row_id in wanted.row_ids]


async def _computed(
    tx: Tx, group: FieldGroup, wanted: BatchInput, subjects: list[Subject]
) -> tuple[Mapping[str, str], dict[str, Message]]:
    """New values, and why rows have none. Values that the area does not know fail too."""
    known = {value.id: value.load for value in await group.values(tx, wanted.area_id)}
    if not set(wanted.shares.targets) <= set(known):
        raise InvalidInput({"targets": say("Choose one that is in use.")})
    rows = [Row(subject.id, subject.attribute) for subject in subjects]
    shared = share_out(wanted.principle, rows, wanted.shares._replace(loads=known))
    failures = dict(shared.failed)
    for row_id, value in shared.values.items():
        if value not in known:
            failures[row_id] = say("Choose one that is in use.")
    return shared.values, failures


async def _check_failures(tx: Tx, batch: Any) -> None:
    """All or nothing: a row without a value stops the batch, unless the rest may go alone."""
    rows = await _rows(tx, batch.id)
    failed = sum(row.status == RowStatus.FAILED for row in rows)
    if failed == len(rows) or (failed and not batch.is_partial):
        raise InvalidInput({"rows": say("{rows} rows cannot be changed.", rows=failed)})


async def _apply(tx: Tx, batch: Any, actor: Actor, now: datetime) -> None:
    """Write every pending row. All or nothing raises VERSION_CONFLICT at the first that changed."""
    group = group_of(batch.noun, batch.field)
    await _to(tx, batch, BatchStatus.APPLIED, applied=now)
    pending = [row for row in await _rows(tx, batch.id) if row.status == RowStatus.PENDING]
    done = []
    for row in pending:
        why = await _written(tx, group, row.subject_id, row.seen_version, row.new_value, actor, now)
        if why is None:
            done.append(row)
        elif batch.is_partial:
            await _set_row(tx, row, RowStatus.FAILED, why)
        else:
            raise Conflict(
                say("{row}: changed since the preview, or not possible any more.", row=row.label),
                code="VERSION_CONFLICT",
            )
    ids = [row.subject_id for row in done]
    versions = {row.id: row.version for row in await group.read(tx, ids)}
    for row in done:
        await _set_row(tx, row, RowStatus.APPLIED, None, versions[row.subject_id])
    record(
        tx,
        actor,
        "batch.applied",
        batch.id,
        now,
        area_id=batch.area_id,
        principle=batch.principle,
        rows=len(done),
    )


async def _written(
    tx: Tx, group: FieldGroup, row_id: str, version: int, value: str, actor: Actor, now: datetime
) -> Message | None:
    """Why a row could not be written; the noun's act says so before it changes anything."""
    try:
        await group.write(tx, row_id, version, value, actor, now)
    except DomainError as error:
        return error.message
    return None


async def _rows(tx: Tx, batch_id: str) -> list[Any]:
    return list(await tx.rows(store.ROWS, batch_id=batch_id))


async def _set_row(
    tx: Tx, row: Any, status: RowStatus, why: Message | None, version: int | None = None
) -> None:
    await tx.run(
        store.SET_ROW,
        of_batch=row.batch_id,
        at_position=row.position,
        to_status=status.value,
        why=why.in_english()[:400] if why else "",
        got_version=version,
    )


async def _to(
    tx: Tx,
    batch: Any,
    to: BatchStatus,
    *,
    approval_id: str | None = None,
    applied: datetime | None = None,
    undone: datetime | None = None,
) -> None:
    """The batch's next status; of two at once one is told that somebody was first."""
    seen = BatchStatus(batch.status)
    move(BATCH_MOVES, seen, to)
    if not await tx.one(
        store.SET_STATUS,
        batch_id=batch.id,
        from_status=seen.value,
        to_status=to.value,
        the_approval=approval_id,
        applied=applied,
        undone=undone,
    ):
        raise Conflict()


async def _approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    await _apply(tx, await get_batch(tx, approval.subject_id), actor, now)


async def _rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    await _to(tx, await get_batch(tx, approval.subject_id), BatchStatus.REJECTED)
