"""Keeping a report: under a name, for oneself or for all, and sent or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.reports.exports.model import ExportFormat
from domain.reports.saved import store
from domain.reports.saved.model import MOST_RECIPIENTS, Period, Rhythm, addresses_in, next_due

MOST_OF_ONE = 100
MOST_NAME = 80


class Kept(NamedTuple):
    """What somebody says of a report that is kept. `recipients` as typed."""

    name: str
    period: Period
    is_shared: bool = False
    rhythm: Rhythm = Rhythm.NEVER
    format: ExportFormat = ExportFormat.XLSX
    recipients: str = ""


class Asked(NamedTuple):
    """Which report, with which filters: lists of texts by name, without days."""

    report: str
    question: Mapping[str, Sequence[str]]
    language: str


def checked(kept: Kept) -> list[str]:
    """The recipients. Raises InvalidInput."""
    if not kept.name.strip() or len(kept.name) > MOST_NAME:
        raise InvalidInput({"name": say("A name of at most {most} characters.", most=MOST_NAME)})
    found = addresses_in(kept.recipients)
    if found is None or len(found) > MOST_RECIPIENTS:
        sentence = say("Up to {most} mail addresses, apart by commas.", most=MOST_RECIPIENTS)
        raise InvalidInput({"recipients": sentence})
    if kept.rhythm is not Rhythm.NEVER and not found:
        raise InvalidInput({"recipients": say("To whom shall it be sent?")})
    return found


async def keep(
    tx: Tx, asked: Asked, kept: Kept, zone: ZoneInfo, actor: Actor, now: datetime
) -> str:
    """Keep a report; its id."""
    recipients = checked(kept)
    if (await tx.one(store.COUNT_OF, staff_id=actor.id)).many >= MOST_OF_ONE:
        raise Conflict(say("You keep {most} reports already.", most=MOST_OF_ONE))
    saved_id = ids.new_id()
    tx.add(
        store.ADD,
        id=saved_id,
        name=kept.name.strip(),
        report=asked.report,
        question={name: list(texts) for name, texts in asked.question.items()},
        period=kept.period.value,
        owner_id=actor.id,
        is_shared=kept.is_shared,
        rhythm=kept.rhythm.value,
        format=kept.format.value,
        recipients=recipients,
        language=asked.language,
        next_at=next_due(kept.rhythm, now, zone),
        created_at=now,
    )
    after = {"name": kept.name.strip(), "rhythm": kept.rhythm.value}
    record(tx, actor, "saved_report.added", saved_id, now, after=after)
    return saved_id


async def get(tx: Tx, saved_id: str, staff_id: str) -> Any:
    """One's own, or one that is shared. Raises NotFound."""
    row = await tx.one(store.GET, id=saved_id)
    if row is None or (row.owner_id != staff_id and not row.is_shared):
        raise NotFound()
    return row


async def seen_by(tx: Tx, staff_id: str, most: int = 200) -> list[Any]:
    return await tx.rows(store.SEEN_BY, staff_id=staff_id, most=most)


async def deliveries_of(tx: Tx, saved_id: str, most: int = 20) -> list[Any]:
    """Each time that it was sent, newest first."""
    return await tx.rows(store.DELIVERIES, saved_id=saved_id, most=most)


async def change(
    tx: Tx,
    saved_id: str,
    kept: Kept,
    version: int,
    zone: ZoneInfo,
    actor: Actor,
    now: datetime,
) -> None:
    """Only its owner may. Conflict when it was changed meanwhile."""
    await own(tx, saved_id, actor)
    recipients = checked(kept)
    changed = await tx.one(
        store.CHANGE,
        saved=saved_id,
        seen=version,
        new_name=kept.name.strip(),
        new_period=kept.period.value,
        new_shared=kept.is_shared,
        new_rhythm=kept.rhythm.value,
        new_format=kept.format.value,
        new_recipients=recipients,
        new_next=next_due(kept.rhythm, now, zone),
    )
    if changed is None:
        raise Conflict()
    after = {"name": kept.name.strip(), "rhythm": kept.rhythm.value}
    record(tx, actor, "saved_report.changed", saved_id, now, after=after)


async def remove(tx: Tx, saved_id: str, actor: Actor, now: datetime) -> None:
    """Only its owner may."""
    await own(tx, saved_id, actor)
    if await tx.one(store.REMOVE, saved=saved_id, at=now) is None:
        raise NotFound()
    record(tx, actor, "saved_report.removed", saved_id, now)


async def own(tx: Tx, saved_id: str, actor: Actor) -> Any:
    row = await get(tx, saved_id, actor.id or "")
    if row.owner_id != actor.id:
        raise Forbidden()
    return row
