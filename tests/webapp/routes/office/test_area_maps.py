"""The map of an area in the office: uploaded, what stands on it said in numbers, seen by others."""

import httpx2
from starlette.applications import Starlette

from domain.operation import places
from domain.operation.staff import Role
from tests.domain.operation.test_files import drawn
from tests.places import House, build
from tests.webapp.people import sign_in_as


async def uploaded(client: httpx2.AsyncClient, house: House, content: bytes) -> httpx2.Response:
    return await client.post(
        f"/office/areas/{house.area}/map/picture",
        data={"version": "1"},
        files={"picture": ("map.png", content, "image/png")},
    )


async def test_a_map_is_uploaded_and_places_are_put_on_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    address = f"/office/areas/{house.area}/map"

    assert (await uploaded(client, house, drawn("PNG", (600, 400)))).status_code == 303
    typed = {"version": "2", f"x_{house.spot}": "125", f"y_{house.spot}": "900"}
    assert (await client.post(address, data=typed)).status_code == 303

    area_map = await app.state.db.ask(places.map_of, house.area)
    assert [(pin.id, pin.at) for pin in area_map.shown] == [(house.spot, (125, 900))]
    for page in (address, f"/office/areas/{house.area}"):
        shown = (await client.get(page)).text
        assert f'href="/files/{area_map.file_id}"' in shown
        assert "索道" in shown
        assert "放到地图上" in shown
    client.cookies.clear()
    picture = await client.get(f"/files/{area_map.file_id}")
    assert picture.headers["content-type"] == "image/webp"


async def test_wrong_numbers_stay_in_their_fields(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    typed = {"version": "1", f"x_{house.spot}": "1001", f"y_{house.spot}": "", "x_nowhere": "5"}

    response = await client.post(f"/office/areas/{house.area}/map", data=typed)

    assert response.status_code == 422
    assert f'id="x_{house.spot}-error"' in response.text
    assert f'id="y_{house.spot}-error"' in response.text
    assert 'value="1001"' in response.text


async def test_a_stale_map_and_a_broken_picture_change_nothing(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    address = f"/office/areas/{house.area}/map"

    broken = await uploaded(client, house, b"no picture")
    assert broken.status_code == 422
    assert "PNG、JPEG" in broken.text
    stale = await client.post(
        address, data={"version": "9", f"x_{house.spot}": "1", f"y_{house.spot}": "1"}
    )
    assert stale.status_code == 422

    area_map = await app.state.db.ask(places.map_of, house.area)
    assert (area_map.file_id, area_map.shown) == (None, ())


async def test_a_map_is_removed_and_who_only_looks_changes_nothing(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    address = f"/office/areas/{house.area}/map"
    await uploaded(client, house, drawn("PNG"))

    assert (await client.post(f"{address}/removal", data={"version": "2"})).status_code == 303
    assert (await app.state.db.ask(places.map_of, house.area)).file_id is None

    await sign_in_as(client, app, Role.AUDITOR)
    assert "readonly" in (await client.get(address)).text
    assert (await client.post(address, data={"version": "3"})).status_code == 403
