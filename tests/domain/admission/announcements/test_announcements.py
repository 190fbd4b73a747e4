"""Announcements: drafted by levels, released by people, shown where and while they hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.admission import announcements, occupancy
from domain.admission.announcements import Announcement, AnnouncementStatus, Place, Words
from domain.admission.announcements.saying import level_changed
from domain.admission.occupancy import CapacityLevel
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput
from tests.domain.admission.world import MINUTE
from tests.domain.admission.world import World as GatesWorld
from tests.domain.commerce.factories import NOON, World, add_world

HOUR = timedelta(hours=1)


def closure(world: World, **values: Any) -> Announcement:
    given = Announcement(
        world.area_id, Words("索道检修", "Cable car closed"), (Place.WINDOW,), NOON, NOON + HOUR
    )
    return given._replace(**values)


async def shown(db: Database, world: World, place: Place, now: datetime = NOON) -> list[str]:
    rows = await db.ask(announcements.live, world.area_id, place, now)
    return [row.text_zh for row in rows]


async def release(db: Database, world: World, which: str, now: datetime = NOON) -> None:
    row = await db.ask(announcements.get, which)

    async def act(tx: Tx) -> None:
        await announcements.release(tx, which, world.supervisor, now, version=row.version)

    await db.act(act)


async def test_a_draft_is_seen_once_it_is_released_where_and_while_it_holds(db: Database) -> None:
    world = await add_world(db)
    which = await db.act(announcements.draft, closure(world), world.supervisor, NOON)

    assert await shown(db, world, Place.WINDOW) == []
    await release(db, world, which)
    assert await shown(db, world, Place.WINDOW) == ["索道检修"]
    assert await shown(db, world, Place.GATE) == []
    assert await shown(db, world, Place.WINDOW, NOON + HOUR) == []
    with pytest.raises(Conflict):
        await release(db, world, which)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": Words("", "x")},
        {"places": ()},
        {"until_at": NOON},
        {"words": Words("长" * 301, "x")},
    ],
)
async def test_nonsense_is_not_drafted(db: Database, wrong: dict[str, Any]) -> None:
    world = await add_world(db)

    with pytest.raises(InvalidInput):
        await db.act(announcements.draft, closure(world, **wrong), world.supervisor, NOON)


async def test_each_level_drafts_its_words_and_room_again_ends_them(db: Database) -> None:
    world = await add_world(db)

    async def log() -> list[tuple[str, str]]:
        rows = await db.ask(announcements.log, [world.area_id], Cut())
        return [(row.level, row.status) for row in rows]

    await db.act(level_changed, world.area_id, CapacityLevel.YELLOW, 8_360, NOON)
    assert await shown(db, world, Place.GATE) == []
    (row,) = await db.ask(announcements.log, [world.area_id], Cut())
    assert "83%" in row.text_zh
    await release(db, world, row.id)
    await db.act(level_changed, world.area_id, CapacityLevel.RED, 10_000, NOON + HOUR)
    assert await log() == [("red", AnnouncementStatus.DRAFT), ("yellow", "released")]
    assert len(await shown(db, world, Place.KIOSK, NOON + HOUR)) == 1
    red = (await db.ask(announcements.log, [world.area_id], Cut()))[0]
    await release(db, world, red.id, NOON + HOUR)
    assert "暂停售票" in (await shown(db, world, Place.GATE, NOON + HOUR))[0]
    assert await log() == [("red", "released"), ("yellow", "withdrawn")]
    await db.act(level_changed, world.area_id, CapacityLevel.NORMAL, 100, NOON + 2 * HOUR)
    assert await shown(db, world, Place.GATE, NOON + 2 * HOUR) == []


async def test_people_at_the_gates_draft_what_is_said_at_80_90_and_100_percent(
    world: GatesWorld,
) -> None:
    """Of ten heads at once: what the gates count writes the drafts, one for each level."""
    await world.change("areas", world.area_id, instant_capacity=10, daily_capacity=1_000)
    gate_id = await world.add_gate()
    said: list[tuple[int, list[str]]] = []
    for inside, more in ((7, 7), (8, 1), (9, 1), (10, 1)):
        await world.walk(gate_id, None, persons=more)
        await world.db.act(occupancy.refresh, world.area_id, NOON + MINUTE)
        rows = await world.db.ask(announcements.log, [world.area_id], Cut())
        said.append((inside, [row.level for row in rows if row.status == "draft"]))
        for place in Place:
            assert await world.db.ask(announcements.live, world.area_id, place, NOON) == []

    assert said == [(7, []), (8, ["yellow"]), (9, ["orange"]), (10, ["red"])]
