"""A gate of the admission world in a running house, and a tablet in front of it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.domain.admission.world import DAY, Made, World, built
from tests.webapp.people import sign_in_as


class Tablet:
    """A browser of the gate staff, and the world behind it."""

    def __init__(self, client: httpx2.AsyncClient, world: World, gate_id: str) -> None:
        self.client, self.world, self.gate_id = client, world, gate_id

    async def ticket(self, **values: Any) -> Made:
        now = datetime.now(UTC)
        return await self.world.add_ticket(
            **{"valid_from": now - DAY, "valid_until": now + DAY} | values
        )

    async def send(self, to: str = "redemptions", **fields: Any) -> httpx2.Response:
        return await self.client.post(f"/gate/{self.gate_id}/{to}", data=fields)

    async def scan(self, code: str, scan_id: str = "s1", **fields: Any) -> httpx2.Response:
        return await self.send(code=code, scan_id=scan_id, **fields)


def state_of(response: httpx2.Response) -> str:
    found = re.search(r'id="answer" data-state="(\w+)"', response.text)
    return found[1] if found else ""


@pytest.fixture
async def tablet(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Tablet]:
    async with built(app.state.db) as world:
        day = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
        await world.change("areas", world.area_id, **day)
        gate_id = await world.add_gate(name_zh="南门 3 号", name_en="South gate 3")
        await sign_in_as(client, app, Role.GATE_STAFF)
        client.headers["Accept-Language"] = "zh"
        yield Tablet(client, world, gate_id)
