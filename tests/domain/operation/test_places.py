"""Places are created under living parents, changed by version, and retired from the leaves up."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation import places
from domain.operation.places import PlaceKind, inputs

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MANAGER = Actor(ActorKind.STAFF, "manager")
AREA: dict[str, Any] = {
    "code": "YL",
    "name_zh": "云岭景区",
    "instant_capacity": 3400,
    "daily_capacity": 10200,
}


async def add(db: Database, kind: PlaceKind, **fields: Any) -> str:
    given = places.NOUNS[kind].input(**fields)
    return await db.act(places.add_place, kind, given, MANAGER, NOW)


async def add_area(db: Database, **fields: Any) -> str:
    unit_id = await add(db, PlaceKind.UNIT, code=f"U{fields.get('code', 'YL')}", name_zh="云岭文旅")
    return await add(db, PlaceKind.AREA, unit_id=unit_id, **(AREA | fields))


async def test_an_area_gets_the_next_number(db: Database) -> None:
    first, second = await add_area(db), await add_area(db, code="XH")

    numbers = [
        (await db.ask(places.get_place, PlaceKind.AREA, place_id)).number
        for place_id in (first, second)
    ]

    assert numbers == [1, 2]


async def test_the_same_code_twice_is_refused_at_its_field(db: Database) -> None:
    await add(db, PlaceKind.UNIT, code="A", name_zh="甲")

    with pytest.raises(InvalidInput) as refused:
        await add(db, PlaceKind.UNIT, code="a", name_zh="乙")

    assert set(refused.value.fields) == {"code"}
    assert len(await db.ask(places.list_places, PlaceKind.UNIT)) == 1


async def test_a_place_needs_a_living_parent(db: Database) -> None:
    with pytest.raises(InvalidInput):
        await add(db, PlaceKind.AREA, unit_id="nothing", **AREA)


async def test_spots_of_an_area_get_bits_of_their_own(db: Database) -> None:
    area_id = await add_area(db)
    ids = [
        await add(db, PlaceKind.SPOT, code=f"S{n}", name_zh=f"景点{n}", area_id=area_id)
        for n in range(31)
    ]

    bits = {(await db.ask(places.get_place, PlaceKind.SPOT, spot_id)).scope_bit for spot_id in ids}

    assert bits == set(range(1, 32))
    with pytest.raises(InvalidInput):
        await add(db, PlaceKind.SPOT, code="S99", name_zh="太多", area_id=area_id)


async def test_of_two_changes_to_one_version_the_second_is_told(db: Database) -> None:
    unit_id = await add(db, PlaceKind.UNIT, code="A", name_zh="甲")
    given = inputs.UnitInput(code="A", name_zh="丙")
    await db.act(change, unit_id, given, 1)

    with pytest.raises(Conflict) as refused:
        await db.act(change, unit_id, inputs.UnitInput(code="A", name_zh="丁"), 1)

    assert refused.value.code == "VERSION_CONFLICT"
    assert (await db.ask(places.get_place, PlaceKind.UNIT, unit_id)).name_zh == "丙"


async def change(tx: Tx, unit_id: str, given: inputs.PlaceInput, version: int) -> None:
    await places.change_place(tx, PlaceKind.UNIT, unit_id, given, MANAGER, NOW, version=version)


async def retire(tx: Tx, kind: PlaceKind, place_id: str) -> None:
    await places.retire_place(tx, kind, place_id, MANAGER, NOW, version=1)


async def test_what_others_hang_on_is_not_retired(db: Database) -> None:
    area_id = await add_area(db)
    site_id = await add(db, PlaceKind.SALES_SITE, code="N", name_zh="北门", area_id=area_id)

    with pytest.raises(Conflict, match="N"):
        await db.act(retire, PlaceKind.AREA, area_id)
    await db.act(retire, PlaceKind.SALES_SITE, site_id)
    await db.act(retire, PlaceKind.AREA, area_id)

    assert await db.ask(places.list_places, PlaceKind.AREA) == []


async def test_a_guard_of_another_package_can_forbid_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no(tx: Tx, place_id: str, now: datetime) -> None:
        raise Conflict()

    from domain.operation.places import editing

    monkeypatch.setitem(editing._guards, PlaceKind.UNIT, [no])
    unit_id = await add(db, PlaceKind.UNIT, code="A", name_zh="甲")

    with pytest.raises(Conflict):
        await db.act(retire, PlaceKind.UNIT, unit_id)


async def test_searching_finds_names_and_takes_percent_literally(db: Database) -> None:
    await add(db, PlaceKind.UNIT, code="A", name_zh="甲100%乙")
    await add(db, PlaceKind.UNIT, code="B", name_zh="丙")

    async def found(tx: Tx, words: str) -> list[str]:
        rows = await places.search_places(
            tx, PlaceKind.UNIT, words, code="", most=10, before=False, retired=False
        )
        return [row.code for row in rows]

    assert await db.ask(found, "100%") == ["A"]
    assert await db.ask(found, "") == ["A", "B"]
    assert await db.ask(found, "_") == []


async def test_an_unknown_place_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        await db.ask(places.get_place, PlaceKind.GATE, "nowhere")


def test_hours_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="keep this order"):
        inputs.AreaInput(unit_id="u", opens_at="18:00", closes_at="08:00", **AREA)
