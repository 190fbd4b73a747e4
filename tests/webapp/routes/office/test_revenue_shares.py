"""Setting who gets what of a ticket, in the office."""

import httpx2
from starlette.applications import Starlette

from domain.commerce import catalog
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import sign_in_as
from webapp import site

SHARES = "/office/revenue-shares"


async def form_for(app: Starlette, world: World) -> dict[str, str]:
    area = await app.state.db.ask(places.get_place, PlaceKind.AREA, world.area_id)
    return {"from_on": str(site.today()), "unit_id_0": area.unit_id, "parts_0": "3"}


async def test_shares_are_set_and_shown(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.FINANCE)
    address = f"{SHARES}/{world.adult_id}"
    assert (await client.get(address)).status_code == 200

    saved = await client.post(address, data=await form_for(app, world))

    assert saved.status_code == 303
    assert 'value="3"' in (await client.get(address)).text
    (row,) = [
        line for line in (await client.get(SHARES)).text.split("<tr>") if world.adult_id in line
    ]
    assert " 3" in row and "全部归景区所属单位" not in row
    assert await app.state.db.ask(catalog.list_ticket_types, world.area_id)


async def test_half_a_row_is_sent_back(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.FINANCE)
    form = await form_for(app, world)

    answers = [
        await client.post(f"{SHARES}/{world.adult_id}", data=form | wrong)
        for wrong in ({"parts_0": ""}, {"from_on": "2001-01-01"}, {"parts_1": "4"})
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert "每项分成要有单位和份数" in answers[0].text


async def test_who_only_sees_reports_sets_no_shares(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.SUPERVISOR)

    assert (await client.get(SHARES)).status_code == 403
