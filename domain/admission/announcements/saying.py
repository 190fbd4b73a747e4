"""Drafting, releasing and withdrawing; and what is shown somewhere now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission import occupancy
from domain.admission.announcements import store
from domain.admission.announcements.model import (
    EVERYWHERE,
    Announcement,
    AnnouncementStatus,
    Place,
    check,
    words_for,
)
from domain.admission.occupancy import CapacityLevel
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation.audit import record
from domain.operation.places import PlaceKind, get_place


async def get(tx: Tx, announcement_id: str) -> Any:
    row = await tx.one(store.GET, id=announcement_id)
    if row is None:
        raise NotFound()
    return row


async def draft(
    tx: Tx,
    given: Announcement,
    actor: Actor,
    now: datetime,
    *,
    level: CapacityLevel | None = None,
) -> str:
    """Write down what is to be said; nobody sees it before it is released. Gives its id."""
    check(given)
    announcement_id = ids.new_id()
    tx.add(
        store.ADD,
        id=announcement_id,
        area_id=given.area_id,
        level=None if level is None else level.value,
        text_zh=given.words.zh.strip(),
        text_en=given.words.en.strip(),
        places=[place.value for place in given.places],
        from_at=given.from_at,
        until_at=given.until_at,
        status=AnnouncementStatus.DRAFT.value,
        drafted_by=actor.id,
        drafted_at=now,
    )
    after = {"text": given.words.zh.strip()}
    where = given.area_id
    record(tx, actor, "announcement.drafted", announcement_id, now, after=after, area_id=where)
    return announcement_id


async def release(
    tx: Tx, announcement_id: str, actor: Actor, now: datetime, *, version: int
) -> None:
    """Show it. What a level said before is withdrawn when another level speaks. Conflict when it
    is no draft any more, or its time is over."""
    row = await get(tx, announcement_id)
    if row.until_at <= now:
        raise Conflict(say("The time of this announcement is over."))
    if not await tx.one(store.RELEASE, which=row.id, seen=version, by=actor.id, now=now):
        raise Conflict(code="VERSION_CONFLICT")
    if row.level is not None:
        await end_levels(tx, row.area_id, row.id, actor, now)
    after = {"text": row.text_zh}
    record(tx, actor, "announcement.released", row.id, now, after=after, area_id=row.area_id)


async def withdraw(
    tx: Tx, announcement_id: str, actor: Actor, now: datetime, *, version: int
) -> None:
    """Show it no more, or drop the draft."""
    row = await get(tx, announcement_id)
    if not await tx.one(store.WITHDRAW, which=row.id, seen=version, by=actor.id, now=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "announcement.withdrawn", row.id, now, area_id=row.area_id)


async def end_levels(tx: Tx, area_id: str, but: str, actor: Actor, now: datetime) -> None:
    for row in await tx.rows(store.OF_LEVELS, area=area_id):
        if row.id != but:
            await withdraw(tx, row.id, actor, now, version=row.version)


async def level_changed(
    tx: Tx, area_id: str, level: CapacityLevel, percent_bps: int, now: datetime
) -> None:
    """A level drafts its own words, until the end of the day, for the safety officer to release.
    Room again: what levels said is withdrawn. Drafts of another level are dropped."""
    for row in await tx.rows(store.OF_LEVELS, area=area_id):
        if row.status == AnnouncementStatus.DRAFT or level is CapacityLevel.NORMAL:
            await withdraw(tx, row.id, SYSTEM, now, version=row.version)
    if (words := words_for(level, percent_bps)) is None:
        return
    area = await get_place(tx, PlaceKind.AREA, area_id)
    zone = ZoneInfo(area.time_zone)
    until = day_bounds(local_day(now, zone), zone)[1]
    given = Announcement(area_id, words, EVERYWHERE, now, until)
    await draft(tx, given, SYSTEM, now, level=level)


async def live(tx: Tx, area_id: str, place: Place, now: datetime) -> list[Any]:
    """What is shown at a place of the area now, the newest first. A question."""
    rows = await tx.rows(store.LIVE, area=area_id, now=now)
    return [row for row in rows if place.value in row.places]


async def log(tx: Tx, areas: Sequence[str], cut: Cut) -> list[Any]:
    """Everything that was drafted, newest first, by (drafted_at, id). A question."""
    return await store.LOG.page(tx, cut, areas=list(areas))


occupancy.when_level_changes(level_changed)
