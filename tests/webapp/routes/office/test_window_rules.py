"""What a window sells and who may stand at it, chosen in the office and felt at the window."""

import httpx2
from starlette.applications import Starlette

from domain.commerce import catalog, shifts
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.webapp.people import add_person, sign_in, sign_in_as


async def save(client: httpx2.AsyncClient, window_id: str, **typed: object) -> httpx2.Response:
    given = {"version": "1", "sells": "everything", "takes": "anybody", **typed}
    return await client.post(f"/office/windows/{window_id}/rules", data=given)


async def test_a_window_kept_for_one_cashier_refuses_the_others(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    named = await add_person(app.state.db, Role.CASHIER, login="named", name="李秀英")
    other = await add_person(app.state.db, Role.CASHIER, login="other", name="王建国")
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    page = await client.get(f"/office/windows/{world.window_id}/rules")
    assert "李秀英 (named)" in page.text

    saved = await save(client, world.window_id, takes="chosen", staff_ids=[named])

    assert saved.status_code == 303
    shown = (await client.get(f"/office/windows/{world.window_id}")).text
    assert shown.count("李秀英") >= 2  # among the rules, and in the history
    await sign_in(client, app, other)
    assert world.window_id not in (await client.get("/window/tills")).text
    refused = await client.post("/window/tills", data={"window_id": world.window_id})
    assert refused.status_code == 403
    assert "该窗口已指定其他售票员" in refused.text
    await sign_in(client, app, named)
    stood = await client.post("/window/tills", data={"window_id": world.window_id})
    assert stood.status_code == 303
    opened = await client.post("/window/shifts", data={"float_minor": "100"})
    assert opened.status_code == 303
    assert await app.state.db.ask(shifts.current, world.window_id) is not None


async def test_a_window_sells_only_what_is_ticked(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    saved = await save(client, world.window_id, sells="chosen", type_ids=[world.child_id])

    assert saved.status_code == 303
    assert await app.state.db.ask(catalog.window_types, world.window_id) == {world.child_id}


async def test_nothing_and_nobody_and_strangers_are_refused_beside_the_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    stranger = await add_person(app.state.db, Role.GATE_STAFF, login="stranger")
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    for typed in (
        {"takes": "chosen"},
        {"takes": "chosen", "staff_ids": [stranger]},
        {"sells": "chosen"},
        {"sells": "chosen", "type_ids": [world.area_id]},
        {"sells": "everybody"},
        {"version": "7"},
    ):
        response = await save(client, world.window_id, **typed)
        assert response.status_code == 422, typed

    window = await app.state.db.ask(places.get_place, PlaceKind.WINDOW, world.window_id)
    assert (window.any_cashier, window.sells_everything, window.version) == (True, True, 1)
