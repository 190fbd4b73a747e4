"""Sending reports: at their time a file is asked for as their owner sees it; when it is there, a
message of kind "email" stands in the outbox, whose carrier attaches the file
(`webapp/report_mails.py`). Without a mail server it fails there, to be seen.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict
from domain.operation import outbox, settings
from domain.operation.audit import record
from domain.reports import exports
from domain.reports.exports import ExportFormat
from domain.reports.saved import store
from domain.reports.saved.model import DeliveryStatus, Period, Rhythm, days_of, next_due

EMAIL_MESSAGE = "email"
MOST_AT_ONCE = 50
ENDED_BADLY = ("failed", "cancelled")


async def send_due(db: Database, now: datetime) -> None:
    """Ask for the files of reports whose time has come, then hand over those that are there. One
    owner's files are made three at a time: the others wait for the next run."""
    said = await db.ask(settings.current, settings.HOUSE)
    zone = ZoneInfo(said.time_zone)
    for row in await db.ask(due, now):
        try:
            await db.act(begin, row, zone, now)
        except Conflict:
            continue
    for row in await db.ask(being_made):
        await db.act(hand_over, row, now)


async def due(tx: Tx, now: datetime) -> list[Any]:
    return await tx.rows(store.DUE, now=now, most=MOST_AT_ONCE)


async def being_made(tx: Tx) -> list[Any]:
    return await tx.rows(store.MAKING, most=MOST_AT_ONCE)


async def begin(tx: Tx, row: Any, zone: ZoneInfo, now: datetime) -> None:
    """Ask for its file. Of two who do it at once, one does. After a long silence it is sent once,
    not once for every time that was missed."""
    then = next_due(Rhythm(row.rhythm), now, zone)
    if await tx.one(store.TAKE, saved=row.id, seen_next=row.next_at, then=then) is None:
        return
    first, last = days_of(Period(row.period), local_day(row.next_at, zone))
    question = {**row.question, "from_on": [first.isoformat()], "until_on": [last.isoformat()]}
    asked = exports.Asked(f"report.{row.report}", ExportFormat(row.format), question, row.language)
    owner = Actor(ActorKind.STAFF, row.owner_id)
    export_id = await exports.ask_for(tx, asked, owner, now)
    tx.add(
        store.ADD_DELIVERY,
        id=ids.new_id(),
        saved_report_id=row.id,
        due_at=row.next_at,
        status=DeliveryStatus.MAKING.value,
        export_id=export_id,
    )


async def hand_over(tx: Tx, row: Any, now: datetime) -> None:
    """The file is there: write the message. A file that never comes is said in the trail."""
    if row.ready_at is None:
        if row.job_status in ENDED_BADLY and await note(tx, row, DeliveryStatus.FAILED, None):
            record(tx, SYSTEM, "saved_report.not_sent", row.saved_id, now, export=row.export_id)
        return
    payload = {
        "to": list(row.recipients),
        "subject": row.name,
        "language": row.language,
        "attachment": {"export_id": row.export_id, "format": row.format},
    }
    message_id = outbox.enqueue(tx, EMAIL_MESSAGE, "saved_report", row.saved_id, payload, now)
    if not await note(tx, row, DeliveryStatus.HANDED_OVER, message_id):
        raise Conflict()
    many = len(row.recipients)
    record(tx, SYSTEM, "saved_report.sent", row.saved_id, now, export=row.export_id, to=many)


async def note(tx: Tx, row: Any, to: DeliveryStatus, message_id: str | None) -> bool:
    noted = await tx.one(store.NOTE, delivery=row.id, to_status=to.value, message=message_id)
    return noted is not None
