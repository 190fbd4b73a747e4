"""The OTA port over real HTTP: a pretend OTA that signs, and strangers who do not."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import agents
from domain.kernel import clock
from domain.kernel.clock import local_day
from gateways.payments.pretend.serving import bound, serving, url_of
from tests.domain.admission.ota.pretend import SHANGHAI, PretendOta, add_ota
from tests.domain.commerce.factories import World, add_world
from webapp.guesses import MOST_GUESSES


@pytest.fixture
async def them(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[PretendOta]:
    world: World = await add_world(app.state.db)
    app.state.agent_id, _ = await add_ota(app.state.db, app.state.vault, world, clock.utc_now())
    listening = bound()
    async with serving(app, listening), httpx2.AsyncClient(base_url=url_of(listening)) as line:

        async def post(message: bytes) -> bytes:
            answer = await line.post("/api/ota/orders", content=message)
            assert answer.status_code in (200, 429)
            return answer.content if answer.status_code == 200 else b""

        ota = PretendOta(post, "ctrip01")
        ota.now = clock.utc_now()
        yield ota


async def test_an_order_over_the_wire(app: Starlette, them: PretendOta) -> None:
    day = (local_day(them.now, SHANGHAI) + timedelta(days=3)).isoformat()
    items = [them.item(2, useStartDate=day, useEndDate=day)]

    assert (await them.ask("VerifyOrder", them.order(items=items)))[0] == "0000"
    order = await them.create(items=items)
    assert await them.state(order) == (2, 2, 0, 0)
    assert await them.cancel(order, 2) == "0000"
    assert await them.state(order) == (5, 2, 0, 2)
    agent = await app.state.db.ask(agents.get, app.state.agent_id)
    assert agent.prepaid_minor == 1_000_000


async def test_who_guesses_is_kept_waiting(them: PretendOta) -> None:
    for _ in range(MOST_GUESSES):
        assert (await them.ask("QueryOrder", {}, sign="0" * 32))[0] == "0002"
    assert await them.post(them.message("QueryOrder", {})) == b""


async def test_only_so_much_is_read(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/ota/orders", content=b"[" * 300_000)
    assert answer.status_code == 413
