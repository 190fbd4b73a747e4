"""Staff, roles and sessions on office pages."""

import asyncio
import re
from typing import Any

import httpx2
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.operation import staff
from domain.operation.places import PlaceKind
from domain.operation.staff import Grant, Role
from tests.places import House, build
from tests.webapp.people import PASSWORD, add_person, sign_in, sign_in_as


async def role_id(db: Database, role: Role) -> str:
    return await db.ask(staff.roles.id_of, role)


async def boss(app: Starlette, client: httpx2.AsyncClient) -> Database:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    db: Database = app.state.db
    return db


async def row_of(db: Database, login: str) -> Any:
    return await db.ask(staff.people.find_by_login, login)


async def test_somebody_is_taken_on_signs_in_and_gets_a_role(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    created = await client.post(
        "/office/staff", data={"name": "李秀英", "login": "Xiuying", "refund_limit_minor": "200"}
    )
    assert created.status_code == 201
    password = re.search(r'id="password">([^<]+)<', created.text)
    assert password is not None
    row = await row_of(db, "xiuying")
    assert (row.name, row.refund_limit_minor, row.must_change_password) == ("李秀英", 20_000, True)

    house = await build(db)
    grants = {
        "role": [await role_id(db, Role.CASHIER), "-"],
        "place": [f"window:{house.window}", "everywhere:"],
    }
    saved = await client.post(f"/office/staff/{row.id}/grants", data=grants)
    assert saved.status_code == 303
    (held,) = await db.ask(staff.grants.of, row.id)
    assert (held.code, held.place_kind, held.place_id) == ("cashier", "window", house.window)

    page = (await client.get(f"/office/staff/{row.id}")).text
    assert password[1] not in page
    assert "售票员 @ W0" in page
    client.cookies.clear()
    door = {"login": "xiuying", "password": password[1]}
    assert (await client.post("/sign-in", data=door)).status_code == 303


async def test_a_mistake_stands_beside_its_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await boss(app, client)
    for form, sentence in (
        ({"name": "A", "login": "administrator"}, "已"),
        ({"name": "A", "login": "A B"}, "aria-invalid"),
        ({"login": "ming"}, "aria-invalid"),
        ({"name": "A", "login": "ming", "refund_limit_minor": "-5"}, "aria-invalid"),
    ):
        response = await client.post("/office/staff", data=form)
        assert response.status_code == 422
        assert sentence in response.text


async def test_of_two_who_edit_the_second_is_told(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    staff_id = await add_person(db, Role.CASHIER)
    form = {"name": "First", "version": "1"}

    assert (await client.post(f"/office/staff/{staff_id}", data=form)).status_code == 303
    second = await client.post(f"/office/staff/{staff_id}", data={**form, "name": "Second"})

    assert second.status_code == 422
    assert 'role="alert"' in second.text
    assert (await db.ask(staff.people.get, staff_id)).name == "First"


async def test_a_person_s_account_is_managed(app: Starlette, client: httpx2.AsyncClient) -> None:
    db = await boss(app, client)
    staff_id = await add_person(db, Role.CASHIER, name="李秀英")
    base = f"/office/staff/{staff_id}"

    reset = await client.post(f"{base}/password")
    password = re.search(r'id="password">([^<]+)<', reset.text)
    assert password is not None
    row = await db.ask(staff.people.get, staff_id)
    assert staff.passwords.is_right(row.password_hash, password[1])
    assert not staff.passwords.is_right(row.password_hash, PASSWORD)

    for step in ("sign-out", "unlocking", "totp/removal", "retirement"):
        assert (await client.post(f"{base}/{step}")).status_code == 303, step
    assert (await db.ask(staff.people.get, staff_id)).status == "retired"
    assert "李秀英" not in (await client.get("/office/staff?q=cashier")).text
    assert "李秀英" in (await client.get("/office/staff?q=cashier&retired=on")).text
    assert (await client.post(f"{base}/return")).status_code == 303
    assert (await client.get("/office/staff/no-such-id")).status_code == 404


async def limited(app: Starlette, client: httpx2.AsyncClient) -> tuple[Database, House, str]:
    """Somebody who manages staff in one area only."""
    db: Database = app.state.db
    house = await build(db)
    editor = await add_person(db, Role.CASHIER, login="hong")
    administrator = await role_id(db, Role.ADMINISTRATOR)
    supervisor = await role_id(db, Role.SUPERVISOR)
    held = {Grant(each, PlaceKind.AREA, house.area) for each in (administrator, supervisor)}
    await db.act(staff.grants.replace, None, SYSTEM, editor, held, clock.utc_now())
    await sign_in(client, app, editor)
    return db, house, editor


async def take_on(db: Database, client: httpx2.AsyncClient) -> str:
    """Somebody new, by whoever is signed in."""
    await client.post("/office/staff", data={"name": "新人", "login": "newcomer"})
    return str((await row_of(db, "newcomer")).id)


async def test_who_manages_one_area_touches_nobody_beyond_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db, house, _ = await limited(app, client)
    top = (await row_of(db, "administrator")).id

    for step in ("", "/grants", "/password", "/retirement", "/sign-out", "/totp/removal"):
        data = {"name": "X", "version": "1"}
        response = await client.post(f"/office/staff/{top}{step}", data=data)
        assert response.status_code == 403, step
    newcomer = await take_on(db, client)
    cashier = await role_id(db, Role.CASHIER)
    for place, status in (
        (f"window:{house.window}", 303),
        (f"window:{house.other_window}", 403),
        ("everywhere:", 403),
    ):
        data = {"role": cashier, "place": place}
        response = await client.post(f"/office/staff/{newcomer}/grants", data=data)
        assert response.status_code == status, place
    assert (await client.post("/office/roles", data={"code": "x"})).status_code == 403


async def test_a_role_that_may_do_more_is_refused_in_words(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db, house, editor = await limited(app, client)
    newcomer = await take_on(db, client)
    data = {"role": await role_id(db, Role.FINANCE), "place": f"area:{house.area}"}

    stronger = await client.post(f"/office/staff/{newcomer}/grants", data=data)
    own = await client.post(f"/office/staff/{editor}/grants", data=data)

    assert (stronger.status_code, own.status_code) == (403, 403)
    assert "该角色的权限超出您在此处的权限" in stronger.text
    assert "本人的角色须由他人修改" in own.text
    assert await db.ask(staff.grants.of, newcomer) == []
    assert len(await db.ask(staff.grants.of, editor)) == 2


async def test_nobody_raises_their_own_refund_limit(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await sign_in_as(client, app, Role.ADMINISTRATOR)
    data = {"name": "X", "version": "1", "refund_limit_minor": "99999"}

    response = await client.post(f"/office/staff/{staff_id}", data=data)

    assert response.status_code == 422
    assert "本人的退款限额须由他人修改" in response.text


async def test_nonsense_in_the_roles_form_is_refused(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    staff_id = await add_person(db, Role.CASHIER)
    for role, place in (("x", "nowhere:1"), ("x", "everywhere:"), ("-", "x"), ("x", "window:y")):
        data = {"role": role, "place": place}
        response = await client.post(f"/office/staff/{staff_id}/grants", data=data)
        assert response.status_code in (303, 404, 422)
    many = {"role": ["x"] * 100, "place": ["everywhere:"] * 100}
    assert (await client.post(f"/office/staff/{staff_id}/grants", data=many)).status_code == 422


async def test_an_own_role_is_made_changed_and_ended(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = await boss(app, client)
    form = {"code": "guide", "name_zh": "导游", "name_en": "Guide", "permissions": "gates.watch"}

    created = await client.post("/office/roles", data=form)
    assert created.status_code == 303
    address = created.headers["Location"]
    change = {**form, "permissions": ["gates.watch", "gates.scan"], "version": "1"}
    assert (await client.post(address, data=change)).status_code == 303
    assert (await client.post(address, data=change)).status_code == 422  # an old version
    assert "导游" in (await client.get("/office/roles")).text
    for wrong in ({**form, "code": "guide"}, {**form, "permissions": "fly"}, {"code": "z9"}):
        assert (await client.post("/office/roles", data=wrong)).status_code == 422
    ended = await client.post(f"{address}/retirement", data={"version": "2"})
    assert ended.status_code == 303
    builtin = await role_id(db, Role.CASHIER)
    spoiled = await client.post(f"/office/roles/{builtin}", data={**change, "version": "1"})
    assert spoiled.status_code == 403


async def test_sessions_are_seen_and_ended(app: Starlette, client: httpx2.AsyncClient) -> None:
    db = await boss(app, client)
    staff_id = await add_person(db, Role.CASHIER)
    await db.act(
        staff.sessions.open_session, staff_id, staff.sessions.Browser("192.0.2.9"), clock.utc_now()
    )
    (session,) = await db.ask(staff.sessions.list_of, staff_id, clock.utc_now())

    assert "192.0.2.9" in (await client.get("/office/sessions")).text
    ended = await client.post(f"/office/sessions/{session.id}/revocation")
    assert ended.status_code == 303
    assert "192.0.2.9" not in (await client.get("/office/sessions")).text
    assert (await client.post(f"/office/sessions/{session.id}/revocation")).status_code == 404


async def test_a_revoked_session_is_out_within_half_a_second(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    """Another process revoked it: only the database tells."""
    staff_id = await sign_in_as(client, app, Role.ADMINISTRATOR)
    assert (await client.get("/office/staff")).status_code == 200

    await app.state.db.act(staff.sessions.revoke_all, SYSTEM, staff_id, clock.utc_now())
    await asyncio.sleep(0.6)

    assert (await client.get("/office/staff")).status_code == 303


async def test_htmx_gets_only_the_list(app: Starlette, client: httpx2.AsyncClient) -> None:
    await boss(app, client)

    response = await client.get("/office/staff?q=admin", headers={"HX-Request": "true"})

    assert response.text.lstrip().startswith('<div id="list">')
