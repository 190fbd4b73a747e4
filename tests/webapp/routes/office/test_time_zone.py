"""The operator's time zone: what pages call a day, and what filters mean by one."""

from datetime import UTC, datetime

import httpx2
import pytest
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import audit
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as

LATE = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)  # 1 July 01:00 in Shanghai, 30 June in Kashi


def form(**more: str) -> dict[str, str]:
    return {"edition": "0", "time_zone": "Asia/Urumqi", **more}


@pytest.fixture
async def administrator(app: Starlette, client: httpx2.AsyncClient) -> str:
    return await sign_in_as(client, app, Role.ADMINISTRATOR)


async def told(app: Starlette) -> None:
    async def act(tx: Tx) -> None:
        audit.record(tx, SYSTEM, "demo.loaded", "late-evening", LATE)

    await app.state.db.act(act)


async def test_a_day_of_a_filter_is_a_day_of_the_operator_s_clock(
    app: Starlette, client: httpx2.AsyncClient, administrator: str
) -> None:
    await told(app)
    june, july = (f"/office/audit?from_on={day}&until_on={day}" for day in DAYS)
    assert "6月30日" not in (await client.get(june)).text
    assert "01:00" in (await client.get(july)).text

    saved = await client.post("/office/settings", data=form())

    assert saved.status_code == 303
    assert "23:00" in (await client.get(june)).text
    assert "01:00" not in (await client.get(july)).text


DAYS = ("2026-06-30", "2026-07-01")


async def test_a_zone_that_nobody_knows_is_refused_beside_its_field(
    client: httpx2.AsyncClient, administrator: str
) -> None:
    for wrong in ("Mars/Olympus", "Asia", "../etc/passwd", "+08:00"):
        response = await client.post("/office/settings", data=form(time_zone=wrong))

        assert response.status_code == 422, wrong
        assert "请输入时区" in response.text


async def test_a_new_area_is_proposed_the_operator_s_zone(
    client: httpx2.AsyncClient, administrator: str
) -> None:
    await client.post("/office/settings", data=form())

    assert 'value="Asia/Urumqi"' in (await client.get("/office/areas/new")).text


def test_folders_and_odd_names_are_no_zones() -> None:
    assert clock.is_zone("Asia/Urumqi")
    assert clock.is_zone("UTC")
    assert not any(map(clock.is_zone, ("", "Asia", "/etc/passwd", "Asia/urumqi\0", "no/where")))
