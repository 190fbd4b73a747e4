"""The control item: which row is to get which value. Nothing but the preview is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, Message, say
from domain.operation.audit import record
from domain.operation.batches import store, values
from domain.operation.batches.groups import FieldGroup, group_of
from domain.operation.batches.model import (
    BatchInput,
    BatchStatus,
    RowStatus,
    Subject,
    Value,
    ValueKind,
)
from domain.operation.batches.principles import Principle, Row, Shares, check_rows, share_out
from domain.operation.staff.signed_in import SignedIn

TYPED = frozenset({Principle.UNIFORM, Principle.BY_ATTRIBUTE, Principle.MANUAL})
SETS = frozenset({Principle.UNIFORM, Principle.BY_ATTRIBUTE, Principle.MANUAL})
MOST_LABEL = 200


def principles_of(group: FieldGroup) -> list[Principle]:
    """By which principles its values can be shared out: what is typed is not dealt out in turns,
    and BY_ATTRIBUTE needs an attribute."""
    dealt = group.kind in (ValueKind.CHOICE, ValueKind.SET)
    return [
        each
        for each in Principle
        if (dealt or each in TYPED) and (each is not Principle.BY_ATTRIBUTE or group.attribute)
    ]


async def subjects_of(
    tx: Tx, group: FieldGroup, row_ids: list[str], who: SignedIn | None = None
) -> list[Subject]:
    """The rows in the order they were marked; all of one area, and all of them theirs to change.

    Raises InvalidInput: rows; Forbidden."""
    check_rows(row_ids)
    found = {row.id: row for row in await group.read(tx, list(row_ids))}
    areas = {row.area_id for row in found.values()}
    if len(found) < len(row_ids) or len(areas) > 1:
        raise InvalidInput({"rows": say("Some rows are gone or belong to another area.")})
    must_cover(group, found.values(), who)
    return [found[row_id] for row_id in row_ids]


def must_cover(group: FieldGroup, subjects: Any, who: SignedIn | None) -> None:
    """Raises Forbidden unless `who` may change every one of them, each where it stands."""
    for subject in subjects:
        if who is not None and not (
            who.may(group.permission, subject.at) or who.may(group.permission, subject.area_id)
        ):
            raise Forbidden()


class Plan(NamedTuple):
    """What a preview comes to: new values by row, and why a row has none."""

    subjects: Sequence[Subject]
    news: Mapping[str, str]
    failures: Mapping[str, Message]


async def prepare(
    db: Database, wanted: BatchInput, actor: Actor, now: datetime, who: SignedIn | None = None
) -> str:
    """`preview` of many rows: they are read and computed in a question, which keeps no gate and no
    window waiting; only what came out is written in an act. A row that changes in between has
    another version than the preview has seen, and is found when the batch is applied."""
    if await db.ask(_previewed, wanted, actor):
        return wanted.request_id
    plan = await db.ask(planned, wanted, who)
    return await db.act(keep_plan, wanted, plan, actor, now)


async def preview(
    tx: Tx, wanted: BatchInput, actor: Actor, now: datetime, who: SignedIn | None = None
) -> str:
    """Compute every row's new value and keep it. The same request again gives the same batch.

    `who` None is the system, which may change everything. Raises InvalidInput: rows, targets,
    weights; Forbidden; Conflict IDEMPOTENCY_CONFLICT.
    """
    if await _previewed(tx, wanted, actor):
        return wanted.request_id
    return await keep_plan(tx, wanted, await planned(tx, wanted, who), actor, now)


async def _previewed(tx: Tx, wanted: BatchInput, actor: Actor) -> bool:
    """Whether this very request was previewed; Conflict when its id came with another."""
    earlier = await tx.one(store.GET_BATCH, id=wanted.request_id)
    if earlier is None:
        return False
    if earlier.created_by != actor.id or earlier.parameters != _parameters(wanted):
        raise Conflict(code="IDEMPOTENCY_CONFLICT")
    return True


async def planned(tx: Tx, wanted: BatchInput, who: SignedIn | None = None) -> Plan:
    """What would become of each row. A question."""
    group = group_of(wanted.noun, wanted.field)
    subjects = await subjects_of(tx, group, list(wanted.row_ids), who)
    if subjects[0].area_id != wanted.area_id:
        raise InvalidInput({"rows": say("Some rows are gone or belong to another area.")})
    news, failures = await _computed(tx, group, wanted, subjects)
    await _judged(tx, group, subjects, news, failures, who)
    return Plan(subjects, news, failures)


async def keep_plan(tx: Tx, wanted: BatchInput, plan: Plan, actor: Actor, now: datetime) -> str:
    """Write a plan down. The same request again changes nothing."""
    if await _previewed(tx, wanted, actor):
        return wanted.request_id
    _add(tx, wanted, _parameters(wanted), actor, now)
    record(
        tx,
        actor,
        "batch.previewed",
        wanted.request_id,
        now,
        area_id=wanted.area_id or None,
        principle=wanted.principle.value,
        rows=len(plan.subjects),
    )
    for position, subject in enumerate(plan.subjects):
        why = plan.failures.get(subject.id)
        _add_row(tx, wanted.request_id, position, subject, plan.news, why)
    return wanted.request_id


def _add(
    tx: Tx, wanted: BatchInput, parameters: dict[str, Any], actor: Actor, now: datetime
) -> None:
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


def _add_row(
    tx: Tx,
    batch_id: str,
    position: int,
    subject: Subject,
    news: Mapping[str, str],
    why: Message | None,
) -> None:
    tx.add(
        store.ADD_ROW,
        batch_id=batch_id,
        position=position,
        subject_id=subject.id,
        label=subject.label[:MOST_LABEL],
        seen_version=subject.version,
        old_value=subject.value,
        new_value="" if why else news[subject.id],
        status=(RowStatus.FAILED if why else RowStatus.PENDING).value,
        **told(why),
    )


def told(why: Message | None) -> dict[str, Any]:
    """A sentence as a row keeps it, to be translated for whoever reads it."""
    if why is None:
        return {"failure": "", "failure_values": None}
    kept = {
        name: value if isinstance(value, int) else str(value) for name, value in why.values.items()
    }
    return {"failure": str(why)[:400], "failure_values": kept}


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


async def _computed(
    tx: Tx, group: FieldGroup, wanted: BatchInput, subjects: list[Subject]
) -> tuple[dict[str, str], dict[str, Message]]:
    """New values, and why rows have none. Values that the area does not know fail too."""
    if wanted.principle not in principles_of(group):
        raise InvalidInput({"principle": say("Choose a principle that this field knows.")})
    known = {value.id: value for value in await group.values(tx, wanted.area_id)}
    shares = _shares_for(group, wanted.principle, wanted.shares, known)
    rows = [Row(subject.id, subject.attribute) for subject in subjects]
    shared = share_out(wanted.principle, rows, shares)
    news, failures = dict(shared.values), dict(shared.failed)
    kept: dict[str, str | Message] = {}
    for row_id, text in news.items():
        if text not in kept:
            try:
                kept[text] = values.written(group.kind, text, known)
            except InvalidInput as error:
                kept[text] = error.message
        value = kept[text]
        if isinstance(value, Message):
            failures[row_id] = value
        else:
            news[row_id] = value
    return news, failures


def _shares_for(
    group: FieldGroup, principle: Principle, shares: Shares, known: Mapping[str, Value]
) -> Shares:
    """Choices must be known; several choices for all rows are one value of a set; what was typed
    for all rows must make sense."""
    if group.kind in (ValueKind.CHOICE, ValueKind.SET):
        if not set(shares.targets) <= known.keys():
            raise InvalidInput({"targets": values.NOT_IN_USE})
        if group.kind is ValueKind.SET and principle is Principle.UNIFORM and shares.targets:
            shares = shares._replace(targets=(values.joined(shares.targets),))
    elif principle is Principle.UNIFORM:
        for text in shares.targets:
            try:
                values.written(group.kind, text, known)
            except InvalidInput as error:
                raise InvalidInput({"targets": error.message}) from None
    return shares._replace(loads={value.id: value.load for value in known.values()})


async def _judged(
    tx: Tx,
    group: FieldGroup,
    subjects: list[Subject],
    news: dict[str, str],
    failures: dict[str, Message],
    who: SignedIn | None,
) -> None:
    """What whoever asks may not give themselves, a batch does not give either."""
    if group.judge is None or who is None:
        return
    for subject in subjects:
        if subject.id not in failures:
            why = await group.judge(tx, who, subject, news[subject.id])
            if why is not None:
                failures[subject.id] = why
