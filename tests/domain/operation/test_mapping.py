"""The map of an area: a picture, what stands on it, and who may not be overwritten."""

import pytest

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation import audit, files, places
from domain.operation.places import PlaceKind, Position, inputs
from tests.domain.operation.test_files import drawn
from tests.places import House, build
from tests.staffing import NOON


async def set_map(db: Database, area_id: str, version: int = 1) -> str:
    async def act(tx: Tx) -> str:
        file_id = await files.add_picture(tx, SYSTEM, "map", drawn("PNG", (400, 300)), NOON)
        await places.set_map(tx, area_id, file_id, SYSTEM, NOON, version=version)
        return file_id

    return await db.act(act)


async def place(
    db: Database, house: House, wanted: dict[str, Position | None], version: int
) -> None:
    async def act(tx: Tx) -> None:
        await places.place_pins(tx, house.area, wanted, SYSTEM, NOON, version=version)

    await db.act(act)


async def test_a_map_shows_what_was_placed_on_it(db: Database) -> None:
    house = await build(db)
    file_id = await set_map(db, house.area)

    await place(db, house, {house.spot: Position(250, 1_000), house.gate: Position(0, 7)}, 2)

    found = await db.ask(places.map_of, house.area)
    assert (found.file_id, found.width, found.height, found.version) == (file_id, 400, 300, 3)
    assert {pin.id: pin.at for pin in found.shown} == {house.spot: (250, 1_000), house.gate: (0, 7)}
    assert {pin.kind for pin in found.pins} == set(places.MAPPED)
    acts = [entry.act for entry in await db.ask(audit.history, "area", house.area, 10)]
    assert acts[:2] == ["area.pins_placed", "area.map_changed"]


async def test_places_keep_their_spot_when_the_rest_of_them_is_changed(db: Database) -> None:
    house = await build(db)
    file_id = await set_map(db, house.area)
    await place(db, house, {house.spot: Position(250, 500)}, 2)
    spot = await db.ask(places.get_place, PlaceKind.SPOT, house.spot)
    area = await db.ask(places.get_place, PlaceKind.AREA, house.area)

    async def change(tx: Tx) -> None:
        for kind, row in ((PlaceKind.SPOT, spot), (PlaceKind.AREA, area)):
            given = places.NOUNS[kind].input(**{**row._asdict(), "name_zh": "新名"})
            await places.change_place(tx, kind, row.id, given, SYSTEM, NOON, version=row.version)

    await db.act(change)

    found = await db.ask(places.map_of, house.area)
    assert [(pin.name_zh, pin.at) for pin in found.shown] == [("新名", (250, 500))]
    assert found.file_id == file_id


async def test_of_two_who_move_places_the_second_looks_again(db: Database) -> None:
    house = await build(db)
    await place(db, house, {house.spot: Position(1, 1)}, 1)

    with pytest.raises(Conflict) as refused:
        await place(db, house, {house.spot: Position(2, 2)}, 1)

    assert refused.value.code == "VERSION_CONFLICT"
    assert [pin.at for pin in (await db.ask(places.map_of, house.area)).shown] == [(1, 1)]


async def test_a_place_leaves_the_map_and_nothing_is_written_without_a_change(db: Database) -> None:
    house = await build(db)
    await place(db, house, {house.spot: Position(1, 1)}, 1)
    await place(db, house, {house.spot: Position(1, 1)}, 1)  # as it is: nobody is in the way
    await place(db, house, {house.spot: None}, 2)

    assert (await db.ask(places.map_of, house.area)).shown == ()


async def test_places_of_another_area_and_beyond_the_edge_are_refused(db: Database) -> None:
    house = await build(db)
    with pytest.raises(NotFound):
        await place(db, house, {house.other_sales_site: Position(1, 1)}, 1)
    for beyond in (Position(1_001, 0), Position(0, -1)):
        with pytest.raises(InvalidInput) as refused:
            await place(db, house, {house.spot: beyond}, 1)
        assert set(refused.value.fields) == {house.spot}
    with pytest.raises(NotFound):
        await db.ask(places.map_of, house.gate)
    assert (await db.ask(places.map_of, house.area)).shown == ()


async def test_a_retired_place_leaves_the_map(db: Database) -> None:
    house = await build(db)
    await place(db, house, {house.spot: Position(1, 1)}, 1)

    async def retire(tx: Tx) -> None:
        await places.retire_place(tx, PlaceKind.SPOT, house.spot, SYSTEM, NOON, version=1)

    await db.act(retire)
    assert (await db.ask(places.map_of, house.area)).shown == ()
    assert (
        inputs.SpotInput(code="X", name_zh="景", area_id="a")
        .model_dump()
        .keys()
        .isdisjoint({"map_x_permille", "map_y_permille"})
    )
