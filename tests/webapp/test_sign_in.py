"""The door: in, out, and where one goes afterwards."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.webapp.people import PASSWORD, add_person, sign_in
from webapp import signin
from webapp.signin import COOKIE, local_path

RIGHT = {"login": "administrator", "password": PASSWORD}


async def test_the_right_password_opens_a_session(client: httpx2.AsyncClient) -> None:
    response = await client.post("/sign-in", data={**RIGHT, "next": "/office/orders?q=1"})

    assert response.status_code == 303
    assert response.headers["Location"] == "/office/orders?q=1"
    cookie = response.headers["Set-Cookie"]
    assert COOKIE in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie


async def test_a_cookie_over_https_is_secure_only(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"base_url": "https://park.test"})

    response = await client.post("/sign-in", data=RIGHT)

    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("login", ["administrator", "nobody"])
async def test_a_wrong_password_and_an_unknown_name_sound_alike(
    client: httpx2.AsyncClient, login: str
) -> None:
    response = await client.post("/sign-in", data={"login": login, "password": "wrong password 1"})

    assert response.status_code == 422
    assert "工号或密码不对。" in response.text
    assert f'value="{login}"' in response.text
    assert "wrong password 1" not in response.text
    assert COOKIE not in response.headers.get("Set-Cookie", "")


async def test_too_many_tries_lock_the_door(client: httpx2.AsyncClient) -> None:
    for _ in range(6):
        await client.post("/sign-in", data={"login": "administrator", "password": "wrong"})

    response = await client.post("/sign-in", data=RIGHT)

    assert response.status_code == 422
    assert "尝试次数过多" in response.text


async def test_missing_fields_are_marked(client: httpx2.AsyncClient) -> None:
    response = await client.post("/sign-in", data={"login": "", "password": ""})

    assert response.status_code == 422
    assert response.text.count('aria-invalid="true"') == 2
    assert 'aria-describedby="login-error"' in response.text


async def test_signing_out_ends_the_session_on_the_server(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    token = await sign_in(client, app, await add_person(app.state.db, Role.CASHIER))

    response = await client.post("/sign-out")

    assert response.headers["Location"] == "/sign-in"
    client.cookies.set(COOKIE, token)  # a copy of the old cookie
    assert (await client.get("/sign-in")).status_code == 200


async def test_whoever_is_in_is_not_asked_again(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in(client, app, await add_person(app.state.db, Role.CASHIER))

    response = await client.get("/sign-in?next=/office/orders")

    assert response.headers["Location"] == "/office/orders"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/office/orders?q=1", "/office/orders?q=1"),
        ("http://park.test/office", "/office"),
        ("https://evil.test//evil.test", None),
        ("//evil.test", None),
        ("/\\evil.test", None),
        ("javascript:alert(1)", None),
        ("/a\r\nSet-Cookie: x", None),
        ("", None),
        (None, None),
    ],
)
def test_one_never_comes_back_to_another_site(address: str | None, path: str | None) -> None:
    assert local_path(address) == path


async def test_an_empty_house_leads_to_the_set_up_page(app: Starlette) -> None:
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://park.test") as client,
    ):
        for path in ("/", "/sign-in", "/office/orders", "/nowhere"):
            assert (await client.get(path)).headers["Location"] == signin.SETUP
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/static/icons.svg")).status_code == 200
        await add_person(app.state.db, Role.ADMINISTRATOR)
        assert (await client.get("/sign-in")).status_code == 200
