"""An agent with a key and money, in a small area with a day ticket and a boat by slots."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx2

from domain.commerce import agents
from domain.commerce.agents import AgentInput, LevelInput, Receipt
from domain.commerce.capacity.tables import slots
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from tests.domain.commerce.factories import World, add, add_world

ZONE = ZoneInfo("Asia/Shanghai")
PAID_IN = 1_000_000
SEATS = 10


class Reseller(NamedTuple):
    """`day` is the day after tomorrow there, when a boat leaves at nine."""

    world: World
    agent_id: str
    key: str
    day: date
    boat_at: str  # the boat's availability

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Octo-Capabilities": "octo/pricing"}

    async def balance(self, db: Database) -> int:
        agent = await db.ask(agents.get, self.agent_id)
        return int(agent.prepaid_minor - agent.owed_minor)


async def add_reseller(db: Database, *, limit: int = 0) -> Reseller:
    world, now = await add_world(db), datetime.now(UTC)
    level = LevelInput("一级", "Level 1", 1_000, {})
    level_id = await db.act(agents.save_level, world.area_id, None, level, 1, SYSTEM, now)
    given = AgentInput("黔行旅行社", "陈", "0859-1", "a@b.cn", level_id, limit)
    agent_id = await db.act(agents.add_agent, world.area_id, "QX", given, SYSTEM, now)
    await db.act(agents.receive, Receipt("r", agent_id, PAID_IN, "BOC 42"), SYSTEM, now)
    key = await db.act(agents.make_key, agent_id, "OCTO", SYSTEM, now)
    day = (now.astimezone(ZONE) + timedelta(days=2)).date()
    starts_at = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
    await db.act(add_boat, world, starts_at)
    return Reseller(world, agent_id, key, day, starts_at.isoformat())


async def add_boat(tx: Tx, world: World, starts_at: datetime) -> None:
    await add(
        tx,
        slots,
        product_id=world.boat_id,
        area_id=world.area_id,
        visit_on=starts_at.date(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        quota=SEATS,
        kept_left=0,
    )


class Program:
    """A reseller's program over HTTP."""

    def __init__(self, client: httpx2.AsyncClient, reseller: Reseller) -> None:
        self.client, self.reseller = client, reseller

    async def call(
        self, method: str, path: str, body: Any = None, status: int = 200, **headers: Any
    ) -> Any:
        answer = await self.client.request(
            method, f"/octo{path}", json=body, headers=self.reseller.headers | headers
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def wanted(self, **changed: Any) -> dict[str, Any]:
        """Two adults on the day."""
        world = self.reseller.world
        return {
            "uuid": "b-1",
            "productId": world.product_id,
            "optionId": "DEFAULT",
            "availabilityId": self.reseller.day.isoformat(),
            "unitItems": [{"uuid": f"u-{number}", "unitId": world.adult_id} for number in (1, 2)],
        } | changed

    async def hold(self, status: int = 200, **changed: Any) -> Any:
        return await self.call("POST", "/bookings", self.wanted(**changed), status)

    async def confirm(self, uuid: str = "b-1", status: int = 200, **body: Any) -> Any:
        return await self.call("POST", f"/bookings/{uuid}/confirm", body, status)
