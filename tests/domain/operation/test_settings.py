"""The operator's choices: of the house, of an area, changed by two at once."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation import audit, settings
from tests.staffing import NOON


async def choose(
    db: Database, wanted: Mapping[str, Any], *, area_id: str = "", edition: int = 0
) -> None:
    async def act(tx: Tx) -> None:
        await settings.change(tx, SYSTEM, wanted, NOON, area_id=area_id, edition=edition)

    await db.act(act)


async def test_an_area_has_its_own_choice_else_the_house_s_else_the_default(
    db: Database,
) -> None:
    await choose(db, {"hold_minutes": 20, "free_reprints": 1})
    await choose(db, {"hold_minutes": 30}, area_id="a1")

    house, area = await db.ask(settings.current), await db.ask(settings.current, "a1")
    assert (house.hold_minutes, house.free_reprints, house.slot_grace_minutes) == (20, 1, 30)
    assert (area.hold_minutes, area.free_reprints) == (30, 1)

    await choose(db, {"hold_minutes": None}, area_id="a1", edition=1)
    assert (await db.ask(settings.current, "a1")).hold_minutes == 20
    assert (await db.ask(settings.own, "a1")).values == {}


async def test_of_two_who_edit_the_same_page_the_second_is_told(db: Database) -> None:
    results = await asyncio.gather(
        *(choose(db, {"hold_minutes": 20 + n}) for n in range(5)), return_exceptions=True
    )

    assert results.count(None) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 4
    assert (await db.ask(settings.own)).edition == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"no_such_setting": 1},
        {"hold_minutes": 0},
        {"hold_minutes": "soon"},
        {"languages": ["fr"]},
        {"languages": []},
        {"name_zh": ""},
    ],
)
async def test_nonsense_changes_nothing(sqlite_db: Database, wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as told:
        await choose(sqlite_db, wanted)

    assert set(told.value.fields) == set(wanted)
    assert (await sqlite_db.ask(settings.own)).edition == 0


async def test_an_area_cannot_choose_for_the_house(sqlite_db: Database) -> None:
    with pytest.raises(InvalidInput):
        await choose(sqlite_db, {"session_hours": 1}, area_id="a1")


async def test_before_and_after_stand_in_the_audit_trail(db: Database) -> None:
    await choose(db, {"hold_minutes": 20})
    await choose(db, {"hold_minutes": 25, "free_reprints": 1}, edition=1)

    newest, _ = await db.ask(audit.history, "settings", "house")
    assert newest.detail == {
        "before": {"hold_minutes": 20, "free_reprints": None},
        "after": {"hold_minutes": 25, "free_reprints": 1},
    }
