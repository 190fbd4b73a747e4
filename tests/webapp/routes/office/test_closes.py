"""Daily closes in the office: drawn up, stated, explained, signed by one, checked by another."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.webapp.people import sign_in, sign_in_as
from webapp.demo import building


async def with_days(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Three days of the demo; what is posted to draw yesterday up."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 2)
    monkeypatch.setattr(building, "UNUSED_TODAY", 10)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 5)
    await building.load(app.state.db, app.state.vault, lambda text: None)
    area = (await app.state.db.ask(places.list_places, PlaceKind.AREA))[0]
    yesterday = local_day(clock.utc_now(), ZoneInfo(area.time_zone)) - timedelta(days=1)
    return {"area_id": area.id, "day": yesterday.isoformat()}


async def test_a_day_is_closed_by_two_people(
    app: Starlette, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_day = await with_days(app, monkeypatch)
    maker = await sign_in_as(client, app, Role.FINANCE)
    assert "待日结" in (await client.get("/office/closes")).text

    made = await client.post("/office/closes", data=of_day)
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    shown = (await client.get(address)).text
    assert "未录入对账单" in shown
    assert (await client.post(f"{address}/signatures")).status_code == 422
    wrong = await client.post(address, data={"scan": "viel"})
    assert wrong.status_code == 422
    assert (await client.post(address, data={"scan": "1.00"})).status_code == 303
    shown = (await client.get(address)).text
    assert "与对账单不符" in shown
    (line,) = re.findall(rf"{address}/lines/[0-9a-f-]+", shown)
    await explained_and_signed(client, address, line)

    waiting = (await client.get(address)).text
    await checked_by_another(client, app, waiting.partition("/office/approvals/")[2][:36])
    await sign_in(client, app, maker)
    closed = (await client.get(address)).text
    assert "已日结" in closed and "平台次日到账" in closed
    assert (await client.post("/office/closes", data=of_day)).status_code == 422
    paper = await client.get(f"{address}/paper.pdf")
    assert paper.content.startswith(b"%PDF")


async def explained_and_signed(client: httpx2.AsyncClient, address: str, line: str) -> None:
    assert (await client.post(line, data={"note": " "})).status_code == 422
    assert (await client.post(line, data={"note": "平台次日到账"})).status_code == 303
    assert (await client.post(f"{address}/signatures")).status_code == 303
    assert (await client.post(line, data={"note": "太晚"})).status_code == 422


async def checked_by_another(client: httpx2.AsyncClient, app: Starlette, approval: str) -> None:
    yes = {"to": "approve", "note": ""}
    assert (await client.post(f"/office/approvals/{approval}", data=yes)).status_code == 403
    await sign_in_as(client, app, Role.SUPERVISOR)
    assert (await client.post(f"/office/approvals/{approval}", data=yes)).status_code == 303


async def test_who_may_only_look_draws_nothing_up(
    app: Starlette, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_day = await with_days(app, monkeypatch)
    await sign_in_as(client, app, Role.SUPERVISOR)

    assert (await client.get("/office/closes")).status_code == 200
    assert (await client.post("/office/closes", data=of_day)).status_code == 403
    await sign_in_as(client, app, Role.CASHIER)
    assert (await client.get("/office/closes")).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"day": "9999-12-31"}, {"day": "0001-01-01"}, {"day": "gestern"}, {"area_id": "x"}]
)
async def test_a_day_that_cannot_be_closed_is_refused(
    app: Starlette,
    client: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, Any],
) -> None:
    of_day = await with_days(app, monkeypatch)
    await sign_in_as(client, app, Role.FINANCE)

    assert (await client.post("/office/closes", data=of_day | wrong)).status_code == 422
