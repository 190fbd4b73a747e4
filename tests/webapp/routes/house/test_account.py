"""One's own account, through the door and back: password, one-time codes, sessions."""

import re
from datetime import timedelta

import httpx2
import pyotp
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role, credentials, people, sessions
from tests.webapp.people import PASSWORD, add_person, password_hash, sign_in
from webapp.signin import COOKIE

NEW = "birch-Rain-1896"


async def somebody(app: Starlette, client: httpx2.AsyncClient) -> str:
    staff_id = await add_person(app.state.db, Role.CASHIER)
    await sign_in(client, app, staff_id)
    return staff_id


def token_in(response: httpx2.Response) -> str:
    found = re.search(rf"{COOKIE}=([^;]+)", response.headers["Set-Cookie"])
    assert found is not None
    return found[1]


async def test_a_new_password_opens_and_the_old_one_does_not(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await somebody(app, client)
    await app.state.db.act(sessions.open_session, staff_id, sessions.Browser(), clock.utc_now())
    old_token = client.cookies[COOKIE]

    form = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    response = await client.post("/account/password", data=form)

    assert response.status_code == 303
    assert token_in(response) != old_token
    open_now = await app.state.db.ask(sessions.list_of, staff_id, clock.utc_now())
    assert len(open_now) == 1  # this one, under a new token
    client.cookies.clear()
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        again = await client.post("/sign-in", data={"login": "cashier", "password": password})
        assert again.status_code == status


async def test_each_mistake_stands_beside_its_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await somebody(app, client)
    for form, sentence in (
        ({"password": "wrong", "new_password": NEW, "again": NEW}, "这不是您的密码。"),
        ({"password": PASSWORD, "new_password": NEW, "again": NEW + "x"}, "两次输入的密码不一致。"),
        ({"password": PASSWORD, "new_password": "short", "again": "short"}, "密码至少 10 个字符。"),
        ({"password": PASSWORD, "new_password": PASSWORD, "again": PASSWORD}, "请换一个"),
        ({}, "aria-invalid"),
    ):
        response = await client.post("/account/password", data=form)
        assert response.status_code == 422
        assert sentence in response.text


async def test_guessing_the_password_of_an_open_session_is_locked(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await somebody(app, client)
    form = {"password": "wrong", "new_password": NEW, "again": NEW}
    for _ in range(5):
        await client.post("/account/password", data=form)

    response = await client.post("/account/password", data={**form, "password": PASSWORD})

    assert "尝试次数过多" in response.text


async def test_who_got_a_password_from_others_chooses_one_first(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await add_person(app.state.db, Role.ADMINISTRATOR, login="ming")
    await app.state.db.act(
        credentials.reset_password, SYSTEM, staff_id, password_hash(), clock.utc_now()
    )
    await sign_in(client, app, staff_id)

    response = await client.get("/office/staff")
    assert response.headers["Location"] == "/account/password"

    form = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    client.cookies.set(COOKIE, token_in(await client.post("/account/password", data=form)))
    assert (await client.get("/office/staff")).status_code == 200


async def test_one_time_codes_from_the_qr_code_to_the_door(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await somebody(app, client)
    page = (await client.get("/account/totp")).text
    secret = re.search(r'<code class="num">([A-Z2-7]+)</code>', page)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert secret and sealed
    codes = pyotp.TOTP(secret[1])

    wrong = await client.post("/account/totp", data={"sealed": sealed[1], "code": "000000"})
    assert wrong.status_code == 422
    assert secret[1] in wrong.text  # the same secret: the phone has it already
    then = clock.utc_now() - timedelta(seconds=30)
    form = {"sealed": sealed[1], "code": codes.at(then)}
    right = await client.post("/account/totp", data=form)
    assert right.status_code == 303

    client.cookies.clear()
    door = {"login": "cashier", "password": PASSWORD}
    without = await client.post("/sign-in", data=door)
    assert (without.status_code, COOKIE in without.headers.get("Set-Cookie", "")) == (422, False)
    code = codes.at(clock.utc_now())
    opened = await client.post("/sign-in", data={**door, "totp": code})
    assert opened.status_code == 303
    client.cookies.clear()
    replayed = await client.post("/sign-in", data={**door, "totp": code})
    assert replayed.status_code == 422

    client.cookies.set(COOKIE, token_in(opened))
    assert (await client.post("/account/totp/removal", data={"password": "x"})).status_code == 422
    removed = await client.post("/account/totp/removal", data={"password": PASSWORD})
    assert removed.headers["Location"] == "/sign-in"
    client.cookies.clear()
    assert (await client.post("/sign-in", data=door)).status_code == 303


async def test_a_sealed_secret_of_somebody_else_is_not_taken(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await somebody(app, client)
    for sealed in ("", "nonsense", "AAAA", "é"):
        response = await client.post("/account/totp", data={"sealed": sealed, "code": "123456"})
        assert response.headers["Location"] == "/account/totp"


async def test_sessions_are_ended_one_by_one_and_all_at_once(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await somebody(app, client)
    for _ in range(3):
        await app.state.db.act(sessions.open_session, staff_id, sessions.Browser(), clock.utc_now())
    listed = await app.state.db.ask(sessions.list_of, staff_id, clock.utc_now())

    await client.post(f"/account/sessions/{listed[0].id}/revocation")
    assert len(await app.state.db.ask(sessions.list_of, staff_id, clock.utc_now())) == 3
    await client.post("/account/sessions/revocation")
    assert len(await app.state.db.ask(sessions.list_of, staff_id, clock.utc_now())) == 1
    assert (await client.get("/account")).status_code == 200

    other = await add_person(app.state.db, Role.CASHIER, login="other")
    await sign_in(client, app, other)
    response = await client.post(f"/account/sessions/{listed[3].id}/revocation")
    assert response.status_code == 404


async def test_language_and_light_are_remembered(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await somebody(app, client)

    response = await client.post("/account", data={"language": "en", "theme": "dark"})

    assert response.status_code == 303
    row = await app.state.db.ask(people.get, staff_id)
    assert (row.language, row.theme) == ("en", "dark")
    assert "My account" in (await client.get("/account")).text
    assert (await client.post("/account", data={"language": "fr"})).status_code == 422
