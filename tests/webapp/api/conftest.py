"""A device at a gate of the admission world, which calls over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from tests.domain.admission.world import DAY, Made, World, built


class Turnstile:
    """A device of the world, with what it would send."""

    def __init__(self, client: httpx2.AsyncClient, world: World, gate_id: str, key: str) -> None:
        self.client, self.world, self.gate_id, self.key = client, world, gate_id, key

    async def ticket(self, **values: Any) -> Made:
        now = datetime.now(UTC)
        window = {"valid_from": now - DAY, "valid_until": now + DAY}
        return await self.world.add_ticket(**window | values)

    async def send(
        self,
        body: object,
        *,
        gate_id: str = "",
        key: str = "",
        to: str = "redemptions",
        **options: Any,
    ) -> httpx2.Response:
        return await self.client.post(
            f"/api/gates/{gate_id or self.gate_id}/{to}",
            json=body,
            headers={"Authorization": f"Bearer {key or self.key}"} | options,
        )


@pytest.fixture
async def turnstile(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Turnstile]:
    async with built(app.state.db) as world:
        await world.change("areas", world.area_id, opens_at="00:00", closes_at="24:00")
        await world.change("areas", world.area_id, last_entry_at="24:00")
        gate_id = await world.add_gate()
        given = DeviceInput(
            name="t", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
        )
        now, db = datetime.now(UTC), app.state.db
        device_id = await db.act(devices.add, given, SYSTEM, now)
        key = await db.act(devices.issue_secret, device_id, app.state.vault, SYSTEM, now)
        yield Turnstile(client, world, gate_id, key)
