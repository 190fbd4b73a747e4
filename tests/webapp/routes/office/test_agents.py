"""Agents in the office: levels with net prices, an agent with its account, money that comes."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import agents, capacity, orders
from domain.commerce.agents import AgentInput, LevelInput
from domain.commerce.orders import FromAccount, Order, Sale, Wanted
from domain.commerce.payments import Tender
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.operation.staff import Role
from domain.operation.staff.passwords import hash_password
from tests.domain.commerce.factories import World, add_world
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Desk:
    """An area with one agent, ten per cent below the list price."""

    def __init__(self, app: Starlette, client: httpx2.AsyncClient, world: World) -> None:
        self.app, self.client, self.world = app, client, world
        self.db: Database = app.state.db
        self.level_id = self.agent_id = ""

    async def post(self, path: str, **data: Any) -> httpx2.Response:
        return await self.client.post(f"/office/agents/{self.agent_id}{path}", data=data)

    async def agent(self) -> Any:
        return await self.db.ask(agents.get, self.agent_id)

    async def buys(self, quantity: int) -> Order:
        """Adult tickets for today, from its account."""
        now = clock.utc_now()
        wanted = (Wanted(self.world.adult_id, quantity, clock.local_day(now, SHANGHAI)),)
        sale = Sale(
            ids.new_id(), self.world.area_id, Channel.AGENT, wanted, member_id=self.agent_id
        )
        lane = capacity.lane(self.world.area_id)
        order = await self.db.act(orders.place, sale, SYSTEM, now, lane=lane)
        asked = FromAccount(ids.new_id(), order.id, Tender.AGENT, self.agent_id)
        paid: Order = await self.db.act(orders.pay_from, asked, SYSTEM, now, lane=lane)
        return paid


@pytest.fixture
async def desk(app: Starlette, client: httpx2.AsyncClient) -> Desk:
    desk = Desk(app, client, await add_world(app.state.db))
    now = clock.utc_now() - timedelta(days=1)
    level = LevelInput("一级", "Level 1", 1_000, {desk.world.child_id: (5_000, 4_000)})
    area_id = desk.world.area_id
    desk.level_id = await desk.db.act(agents.save_level, area_id, None, level, 1, SYSTEM, now)
    given = AgentInput("黔行旅行社", "陈", "0859-1", "a@b.cn", desk.level_id, 1_000_000)
    desk.agent_id = await desk.db.act(agents.add_agent, area_id, "QX", given, SYSTEM, now)
    return desk


async def test_an_agent_is_taken_on_found_and_changed(desk: Desk) -> None:
    await sign_in_as(desk.client, desk.app, Role.SUPERVISOR)
    form = {
        "code": "CQ-01",
        "name": "春秋旅行社",
        "level_id": desk.level_id,
        "credit_limit_minor": "10000",
    }

    made = await desk.client.post("/office/agents", data=form)
    again = await desk.client.post("/office/agents", data=form)
    found = await desk.client.get("/office/agents", params={"q": "春秋"})

    assert made.status_code == 303 and again.status_code == 422
    assert "已被占用" in again.text or "已被使用" in again.text
    assert "CQ-01" in found.text and "10,000.00" in found.text and "黔行" not in found.text
    address = made.headers["Location"]
    changed = form | {"version": "1", "credit_limit_minor": "20000", "status": "suspended"}
    assert (await desk.client.post(address, data=changed)).status_code == 303
    assert (await desk.client.post(address, data=changed)).status_code == 422  # an old version
    shown = await desk.client.get(address)
    assert "20,000.00" in shown.text and "暂停" in shown.text
    listed = await desk.client.get("/office/agents", params={"status": "active"})
    assert "CQ-01" not in listed.text and "QX" in listed.text


async def test_money_is_looked_at_and_then_written_down_once(desk: Desk) -> None:
    await desk.buys(10)  # 882.00 on credit
    await sign_in_as(desk.client, desk.app, Role.FINANCE)
    address = f"/office/agents/{desk.agent_id}/receipts"

    wrong = await desk.client.get(f"{address}/new?amount_minor=-5&reference=x")
    asked = {"amount_minor": "1000", "reference": "BOC 42"}
    look = await desk.client.get(f"{address}/new", params=asked)
    request_id = re.findall(r'name="request_id" value="([^"]+)"', look.text)[0]
    first = await desk.post("/receipts", **asked, request_id=request_id)
    second = await desk.post("/receipts", **asked, request_id=request_id)
    other = await desk.post("/receipts", **asked | {"amount_minor": "9"}, request_id=request_id)

    assert wrong.status_code == 422
    assert "882.00" in look.text and "118.00" in look.text
    assert first.status_code == second.status_code == 303 and other.status_code == 422
    agent = await desk.agent()
    assert (agent.prepaid_minor, agent.owed_minor) == (11_800, 0)
    shown = await desk.client.get(f"/office/agents/{desk.agent_id}")
    assert "BOC 42" in shown.text and "882.00" in shown.text


async def test_a_month_is_shown_with_what_moved(desk: Desk) -> None:
    order = await desk.buys(10)
    later = clock.utc_now() + timedelta(days=40)
    await agents.every_day(desk.db, later)
    await sign_in_as(desk.client, desk.app, Role.FINANCE)
    stated = (await desk.db.ask(agents.statements_of, desk.agent_id))[-1]

    page = await desk.client.get(f"/office/agents/{desk.agent_id}/statements/{stated.id}")
    elsewhere = await desk.client.get(f"/office/agents/{ids.new_id()}/statements/{stated.id}")

    assert page.status_code == 200 and elsewhere.status_code == 404
    if stated.charged_minor:  # the order was not yesterday's, in another month
        assert order.number in page.text and "882.00" in page.text


async def test_keys_and_access_are_shown_once(desk: Desk) -> None:
    await sign_in_as(desk.client, desk.app, Role.SUPERVISOR)

    made = await desk.post("/keys", key_name="预订系统")
    token = re.findall(r'id="secret">([^<]+)<', made.text)[0]
    assert await desk.db.ask(agents.behind_key, token)
    access = re.findall(r'id="secret">([^<]+)<', (await desk.post("/access")).text)[0]
    shown = await desk.client.get(f"/office/agents/{desk.agent_id}")

    assert token not in shown.text and access not in shown.text
    assert access == agents.as_typed(access) and "已有登录码" in shown.text
    (key,) = await desk.db.ask(agents.keys_of, desk.agent_id)
    assert (await desk.post(f"/keys/{key.id}/end")).status_code == 303
    assert await desk.db.ask(agents.behind_key, token) is None
    assert (await desk.post("/access/end")).status_code == 303
    assert await desk.db.ask(agents.at_door, "QX") is None
    assert (await desk.post("/keys", key_name=" ")).status_code == 422


async def test_a_level_has_its_rate_and_rates_of_its_own(desk: Desk) -> None:
    await sign_in_as(desk.client, desk.app, Role.SUPERVISOR)
    address = f"/office/agent-levels/{desk.level_id}"
    form = {
        "version": "1",
        "name_zh": "一级",
        "off_bps": "20",
        "type_id": [desk.world.adult_id, desk.world.child_id, ids.new_id()],
        "type_off": ["", "12.5", "1"],
        "type_floor": ["80", "", ""],
    }

    saved = await desk.client.post(address, data=form)
    shown = await desk.client.get(address)
    wrong = await desk.client.post(address, data=form | {"version": "2", "type_off": ["x"] * 3})

    assert saved.status_code == 303 and wrong.status_code == 422
    own = await desk.db.ask(agents.prices_of, desk.level_id)
    assert own == {desk.world.adult_id: (2_000, 8_000), desk.world.child_id: (1_250, 0)}
    assert "80.00" in shown.text and "42.87" in shown.text  # 98 less a fifth is below the floor
    made = await desk.client.post(
        "/office/agent-levels", data={"area_id": desk.world.area_id, "name_zh": "二级"}
    )
    assert made.status_code == 303
    assert "二级" in (await desk.client.get("/office/agent-levels")).text


async def test_who_only_sees_changes_nothing(desk: Desk) -> None:
    await sign_in_as(desk.client, desk.app, Role.CUSTOMER_SERVICE)

    page = await desk.client.get(f"/office/agents/{desk.agent_id}")

    assert page.status_code == 200 and "生成密钥" not in page.text and "登记来款" not in page.text
    assert (await desk.post("/keys", key_name="x")).status_code == 403
    assert (await desk.post("/receipts")).status_code == 403


async def test_the_list_is_taken_away(desk: Desk) -> None:
    await sign_in_as(desk.client, desk.app, Role.FINANCE)
    async with at_work(desk.app):
        rows = await taken(desk.client, "agents", "status=active")

    assert [(row["编号"], row["可用额度"]) for row in rows] == [("QX", "10000.00")]


async def test_who_is_late_spends_only_the_deposit_until_it_settles(desk: Desk) -> None:
    order = await desk.buys(10)  # 882.00 on credit
    access = "K7QM-4XTP-9RWD-2HVN"
    now = clock.utc_now()
    await desk.db.act(agents.set_access, desk.agent_id, hash_password(access), SYSTEM, now)
    await agents.every_day(desk.db, now + timedelta(days=35))
    assert (await desk.agent()).credit_frozen_at is None  # stated, and not yet late
    await agents.every_day(desk.db, now + timedelta(days=75))

    await desk.client.post("/agents/sign-in", data={"code": "QX", "access": access})
    booking = {
        "request_id": ids.new_id(),
        "on": clock.local_day(now, SHANGHAI).isoformat(),
        f"q.{desk.world.adult_id}": "1",
    }
    for path in ("/agents", "/agents/statements"):
        assert "授信冻结，预存款仍可使用" in (await desk.client.get(path)).text, path
    refused = await desk.client.post("/agents/orders", data=booking)
    assert refused.status_code == 422 and order.number not in refused.text

    await sign_in_as(desk.client, desk.app, Role.FINANCE)
    assert "冻结" in (await desk.client.get(f"/office/agents/{desk.agent_id}")).text
    money = {"amount_minor": "882", "reference": "BOC 7", "request_id": ids.new_id()}
    assert (await desk.post("/receipts", **money)).status_code == 303
    assert (await desk.agent()).credit_frozen_at is None

    assert "授信冻结，预存款仍可使用" not in (await desk.client.get("/agents")).text
    booked = await desk.client.post("/agents/orders", data=booking)
    assert booked.status_code == 303, booked.text
