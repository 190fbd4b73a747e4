"""Asking for a list as a file, and what becomes of the file.

The file is made by a job of kind "export"; whoever asked may fetch it until it expires.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation import jobs
from domain.operation.audit import record
from domain.reports.exports import store
from domain.reports.exports.model import KEPT, MOST_UNDER_WAY, ExportFormat

FIRST = Cut()


class Asked(NamedTuple):
    """`question` is the list's filters as they were typed: lists of texts by name."""

    noun: str
    format: ExportFormat
    question: Mapping[str, Sequence[str]]
    language: str


class Made(NamedTuple):
    """What was written."""

    rows: int
    size_bytes: int
    sha256: str


async def ask_for(tx: Tx, asked: Asked, actor: Actor, now: datetime) -> str:
    """Have a list written; gives the export's id. Raises Conflict when three are under way."""
    busy = await tx.one(store.UNDER_WAY, staff_id=actor.id)
    if busy.many >= MOST_UNDER_WAY:
        raise Conflict(
            say("{many} of your exports are still being made. Wait for one.", many=busy.many)
        )
    export_id = ids.new_id()
    job_id = jobs.request(tx, actor, "export", {"export_id": export_id}, now)
    tx.add(
        store.ADD,
        id=export_id,
        noun=asked.noun,
        format=asked.format.value,
        question={name: list(texts) for name, texts in asked.question.items()},
        language=asked.language,
        requested_by=actor.id,
        job_id=job_id,
        created_at=now,
    )
    after = {"list": asked.noun, "format": asked.format.value}
    record(tx, actor, "export.requested", export_id, now, after=after)
    return export_id


async def deliver(tx: Tx, export_id: str, made: Made, now: datetime) -> None:
    """The file is there. The same again changes nothing."""
    row = await tx.one(
        store.DELIVER,
        export_id=export_id,
        many_rows=made.rows,
        size=made.size_bytes,
        digest=made.sha256,
        now=now,
        until=now + KEPT,
    )
    if row is not None:
        record(tx, SYSTEM, "export.made", export_id, now, after=made._asdict())


async def get(tx: Tx, export_id: str, staff_id: str | None = None) -> Any:
    """The row with its job's `status`, `done_steps`, `all_steps` and `problem`. Raises NotFound,
    also when it is not this person's."""
    row = await tx.one(store.GET, export_id=export_id)
    if row is None or (staff_id is not None and row.requested_by != staff_id):
        raise NotFound()
    return row


async def list_of(tx: Tx, staff_id: str, cut: Cut = FIRST) -> list[Any]:
    """One person's exports, newest first; a cut's key is (created_at, id)."""
    return await store.LIST.page(tx, cut, staff_id=staff_id)


async def fetched(tx: Tx, export_id: str, actor: Actor, now: datetime) -> None:
    """Somebody took the file away: personal data left the house, so it is written down."""
    record(tx, actor, "export.fetched", export_id, now)


async def due_for_removal(tx: Tx, now: datetime, most: int = 100) -> list[Any]:
    """Exports whose file's time is over: (id, format)."""
    return await tx.rows(store.DUE, now=now, most=most)


async def note_removed(tx: Tx, export_id: str, now: datetime) -> None:
    await tx.run(store.NOTE_REMOVED, export_id=export_id, now=now)
