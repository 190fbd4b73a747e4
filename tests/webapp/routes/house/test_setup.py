"""The first start: one page, once, for whoever reads the console."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from domain.kernel import ids
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from domain.operation import places, settings, setup
from domain.operation.places import PlaceKind
from domain.operation.staff import people, roles
from tests.staffing import NOON, password_hash

FORM = {
    "unit_name": "云岭文旅有限公司",
    "area_name": "云岭景区",
    "area_name_en": "Yunling",
    "instant_capacity": "1700",
    "daily_capacity": "5100",
    "login": "yangmin",
    "name": "杨敏",
    "password": "birch-Rain-1896",
    "again": "birch-Rain-1896",
}


@pytest.fixture
async def newcomer(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A visitor of a house that nobody set up yet."""
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://park.test"
        ) as client,
    ):
        yield client


def code(app: Starlette) -> str:
    return ids.shown_code(setup.code_of(app.state.vault)).lower()


async def test_every_page_leads_to_the_set_up_page_and_it_opens_the_house(
    app: Starlette, newcomer: httpx2.AsyncClient
) -> None:
    assert (await newcomer.get("/office/staff")).headers["Location"] == "/setup"
    assert (await newcomer.get("/setup")).status_code == 200

    response = await newcomer.post("/setup", data={**FORM, "code": code(app)})

    assert response.status_code == 303
    assert (await newcomer.get("/office/staff")).status_code == 200
    (area,) = await app.state.db.ask(places.list_places, PlaceKind.AREA)
    assert (area.name_zh, area.instant_capacity) == ("云岭景区", 1700)
    assert (await app.state.db.ask(settings.current)).name_zh == "云岭景区"


async def test_afterwards_the_page_is_dead(app: Starlette, newcomer: httpx2.AsyncClient) -> None:
    await newcomer.post("/setup", data={**FORM, "code": code(app)})
    newcomer.cookies.clear()

    assert (await newcomer.get("/setup")).status_code == 404
    second = await newcomer.post("/setup", data={**FORM, "login": "evil", "code": code(app)})
    assert second.status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "0000-0000-0000-0000"}, "这不是服务器控制台上显示的代码。"),
        ({"code": "ä"}, "这不是服务器控制台上显示的代码。"),
        ({"password": "1234567890", "again": "1234567890"}, "容易"),
        ({"again": "another one"}, "两次输入的密码不一致。"),
        ({"daily_capacity": "100"}, "日承载量不能小于瞬时承载量。"),
        ({"login": "杨"}, "aria-invalid"),
        ({"instant_capacity": "-1"}, "aria-invalid"),
    ],
)
async def test_a_mistake_is_marked_and_changes_nothing(
    app: Starlette, newcomer: httpx2.AsyncClient, change: dict[str, str], sentence: str
) -> None:
    response = await newcomer.post("/setup", data={**FORM, "code": code(app), **change})

    assert response.status_code == 422
    assert sentence in response.text
    assert FORM["password"] not in response.text
    assert not await app.state.db.ask(people.is_anybody)


async def test_of_two_who_set_up_at_once_one_does(db: Database) -> None:
    def beginning(n: int) -> setup.Beginning:
        return setup.Beginning("单位", "景区", "Area", 10, 20, f"boss{n}", "Boss")

    results = await asyncio.gather(
        *(db.act(setup.set_up, beginning(n), password_hash(), NOON) for n in range(6)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, str) for result in results) == 1
    assert len(await db.ask(places.list_places, PlaceKind.UNIT)) == 1
    holders = await db.ask(roles.holders)
    assert list(holders.values()) == [1]


def test_the_code_follows_from_the_installation_s_secret() -> None:
    one, other = Vault({1: b"a" * 32}), Vault({1: b"b" * 32})

    assert setup.code_of(one) == setup.code_of(one)
    assert setup.code_of(one) != setup.code_of(other)
    assert len(setup.code_of(one)) == ids.CODE_LENGTH
    assert setup.is_code(one, ids.shown_code(setup.code_of(one)).lower())
    assert not setup.is_code(one, setup.code_of(other))
