"""A portal of agents for tests: an area, and an agent with an access code."""

import re
from typing import Any, NamedTuple

import httpx2
from starlette.applications import Starlette

from domain.commerce import agents, orders
from domain.commerce.agents import AgentInput, LevelInput
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from domain.kernel.db import Database
from domain.operation.staff import passwords
from tests.domain.commerce.factories import World, add_world
from webapp.site import SHANGHAI

ACCESS = "K7QM-4XTP-9RWD-2HVN"


class Portal(NamedTuple):
    app: Starlette
    client: httpx2.AsyncClient
    world: World
    agent_id: str

    @property
    def db(self) -> Database:
        db: Database = self.app.state.db
        return db

    async def come_in(self, code: str = "QX", access: str = ACCESS) -> httpx2.Response:
        return await self.client.post("/agents/sign-in", data={"code": code, "access": access})

    def booking(self, quantity: int = 2, **fields: str) -> dict[str, str]:
        """The form of adult tickets for today."""
        day = local_day(clock.utc_now(), SHANGHAI).isoformat()
        form = {
            "request_id": ids.new_id(),
            "on": day,
            f"q.{self.world.adult_id}": str(quantity),
            "note": "CQ-1102",
        }
        return form | fields

    async def book(self, quantity: int = 2, **fields: str) -> Order:
        response = await self.client.post("/agents/orders", data=self.booking(quantity, **fields))
        assert response.status_code == 303, response.text
        found = re.search(r"/agents/orders/([0-9a-f-]{36})", response.headers["location"])
        assert found is not None
        order: Order = await self.db.ask(orders.get_order, found[1])
        return order

    async def agent(self) -> Any:
        return await self.db.ask(agents.get, self.agent_id)


async def add_agent(db: Database, world: World, code: str = "QX", **given: Any) -> str:
    """Ten per cent below the list price, children half but never below 40 yuan."""
    now = clock.utc_now()
    level = LevelInput("一级", "Level 1", 1_000, {world.child_id: (5_000, 4_000)})
    level_id = await db.act(agents.save_level, world.area_id, None, level, 1, SYSTEM, now)
    about = AgentInput("黔行旅行社", "陈", "", "", level_id, given.get("limit", 1_000_000))
    agent_id = await db.act(agents.add_agent, world.area_id, code, about, SYSTEM, now)
    access_hash = passwords.hash_password(given.get("access", ACCESS))
    await db.act(agents.set_access, agent_id, access_hash, SYSTEM, now)
    return agent_id


async def open_portal(app: Starlette, client: httpx2.AsyncClient, **given: Any) -> Portal:
    world = await add_world(app.state.db)
    return Portal(app, client, world, await add_agent(app.state.db, world, **given))
