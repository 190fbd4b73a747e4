"""An announcement as a message to those who have tickets of a day: counted before, once for each
phone, never twice for one announcement and day. The house's limits spread them over the minutes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission.announcements import store
from domain.admission.announcements.model import AnnouncementStatus
from domain.admission.announcements.saying import get
from domain.commerce import notices
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.kernel.vault import Vault
from domain.operation.audit import record
from domain.operation.messages import Messenger
from domain.operation.messages.model import MOST_OF_VALUE
from domain.operation.outbox import Carrier, Parcel, enqueue
from domain.operation.places import PlaceKind, get_place

AREA_NOTICE = "area.notice"
MOST_AHEAD = 30  # days


async def audience(tx: Tx, area_id: str, visit_on: date) -> Sequence[Any]:
    """Orders (order_id) of everybody who may still come on the day and left a phone, the newest of
    each phone. A question."""
    return await tx.rows(store.AUDIENCE, area=area_id, day=visit_on)


async def told_days(tx: Tx, announcement_id: str) -> list[Any]:
    """Which days were told, how many, and when. A question."""
    return await tx.rows(store.TOLD, announcement=announcement_id)


async def tell(
    tx: Tx, announcement_id: str, visit_on: date, people: int, actor: Actor, now: datetime
) -> int:
    """Write to everybody of the day; how many. `people` is how many whoever sends was told of:
    Refused QUOTE_CHANGED when they are more by now. Conflict unless it is released, not over, and
    that day was not told yet. In the lane `notice:<announcement>`."""
    row = await get(tx, announcement_id)
    if row.status != AnnouncementStatus.RELEASED or row.until_at <= now:
        raise Conflict(say("Only what is released and not over is sent."))
    await check(tx, row, visit_on, now)
    if any(one.visit_on == visit_on for one in await told_days(tx, row.id)):
        raise Conflict(say("Visitors of this day were told already."))
    found = await audience(tx, row.area_id, visit_on)
    if len(found) > people:
        raise Refused(
            Refusal.QUOTE_CHANGED, say("It would now be {many} messages.", many=len(found))
        )
    tx.add(
        store.ADD_TOLD,
        id=ids.new_id(),
        announcement_id=row.id,
        visit_on=visit_on,
        people=len(found),
        told_by=actor.id,
        told_at=now,
    )
    for one in found:
        payload = {"announcement": row.id, "visit_on": visit_on.isoformat()}
        enqueue(tx, AREA_NOTICE, "order", one.order_id, payload, now, area_id=row.area_id)
    after = {"people": len(found), "day": visit_on.isoformat()}
    record(tx, actor, "announcement.sent", row.id, now, after=after, area_id=row.area_id)
    return len(found)


async def check(tx: Tx, row: Any, visit_on: date, now: datetime) -> None:
    area = await get_place(tx, PlaceKind.AREA, row.area_id)
    ahead = (visit_on - local_day(now, ZoneInfo(area.time_zone))).days
    if not 0 <= ahead <= MOST_AHEAD:
        raise InvalidInput({"visit_on": say("A day from today to {most} ahead.", most=MOST_AHEAD)})
    if max(len(row.text_zh), len(row.text_en)) > MOST_OF_VALUE:
        raise InvalidInput(
            {}, say("Too long for a message: at most {most} characters.", most=MOST_OF_VALUE)
        )


def carriers(db: Database, vault: Vault, messenger: Messenger) -> dict[str, Carrier]:
    """What the outbox needs to write to visitors. What was withdrawn meanwhile is not sent, nor
    after the day."""

    async def carry(parcel: Parcel) -> None:
        said = parcel.payload
        row = await db.ask(get, said["announcement"])
        if row.status != AnnouncementStatus.RELEASED:
            return
        day = date.fromisoformat(said["visit_on"])
        area = await db.ask(get_place, PlaceKind.AREA, row.area_id)
        until = day_bounds(day, ZoneInfo(area.time_zone))[1]
        texts = {"zh": row.text_zh, "en": row.text_en}
        await notices.deliver(
            db,
            vault,
            messenger,
            parcel,
            AREA_NOTICE,
            until,
            lambda language: {
                "visit_on": day.isoformat(),
                "notice": texts["en" if language == "en" else "zh"],
            },
        )

    return {AREA_NOTICE: carry}
