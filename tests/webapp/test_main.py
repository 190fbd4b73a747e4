"""The product put together: the faces with the device hub beside them."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from tests.devicehub.conftest import Foreigner, free_port
from tests.devicehub.hubs import ADMIN
from tests.domain.admission.world import built
from webapp.app import create_app
from webapp.main import lan_names, name_for_devices, with_devices
from webapp.settings import Settings

pytestmark = pytest.mark.broker
BASE_URL = "http://localhost:8000"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mqtt_port": free_port(), "base_url": BASE_URL})


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[tuple[Starlette, httpx2.AsyncClient]]:
    app = create_app(settings, companions=[with_devices])
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE_URL) as client,
    ):
        yield app, client


async def broker_report(client: httpx2.AsyncClient) -> dict[str, object]:
    report: dict[str, object] = (await client.get("/readyz")).json()["checks"]["broker"]
    return report


async def until_devices_can_come(app: Starlette) -> None:
    async with asyncio.timeout(10):
        while not hasattr(app.state, "hub") or app.state.hub.reason:  # noqa: ASYNC110 (a test)
            await asyncio.sleep(0.02)


async def new_code(db: Database) -> str:
    async with built(db) as world:
        given = DeviceInput(
            name="南门",
            kind=DeviceKind.TURNSTILE,
            area_id=world.area_id,
            gate_id=await world.add_gate(),
        )
    device_id = await db.act(devices.add, given, ADMIN, utc_now())
    return (await db.act(devices.make_code, device_id, ADMIN, utc_now())).code


async def test_a_device_pairs_and_signs_in_at_once(settings: Settings) -> None:
    async with started(settings) as (app, client):
        await until_devices_can_come(app)
        code = await new_code(app.state.db)

        paired = (await client.post("/api/devices/pairings", json={"code": code})).json()

        assert (paired["mqtt"]["port"], paired["mqtt"]["tls"]) == (settings.mqtt_port, False)
        device = Foreigner(settings.mqtt_port, paired["device_id"], paired["secret"])
        assert await device.publish(f"shanmen/1/{paired['device_id']}/up/hb", "x") == 0
        assert (await broker_report(client)) == {"ok": True, "detail": ""}
        figures = (await client.get("/metrics")).text
        assert "shanmen_mqtt_up 1.0" in figures


async def test_devices_on_the_local_network_are_told_whom_to_trust(settings: Settings) -> None:
    lan = {"mqtt_lan_host": "127.0.0.1", "mqtt_lan_port": free_port()}
    async with started(settings.model_copy(update=lan)) as (app, client):
        await until_devices_can_come(app)
        code = await new_code(app.state.db)

        told = (await client.post("/api/devices/pairings", json={"code": code})).json()["mqtt"]

        assert (told["host"], told["port"], told["tls"]) == (
            "127.0.0.1",
            lan["mqtt_lan_port"],
            True,
        )
        context = ssl.create_default_context(cadata=told["ca"])
        _, writer = await asyncio.open_connection(told["host"], told["port"], ssl=context)
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("base_url", "lan", "told"),
    [
        ("https://park.example", {"mqtt_lan_host": "0.0.0.0"}, "park.example"),
        ("http://127.0.0.1:8000", {"mqtt_lan_host": "192.0.2.1"}, "192.0.2.1"),
        ("http://127.0.0.1:8000", {"mqtt_lan_host": "0.0.0.0", "mqtt_lan_names": ["a", "b"]}, "a"),
    ],
)
def test_devices_are_told_an_address_that_they_can_reach(
    settings: Settings, base_url: str, lan: dict[str, Any], told: str
) -> None:
    chosen = settings.model_copy(update=lan | {"base_url": base_url})

    assert name_for_devices(chosen) == told
    assert told in lan_names(chosen)


def test_listening_everywhere_means_the_address_on_the_network(settings: Settings) -> None:
    chosen = settings.model_copy(
        update={"mqtt_lan_host": "0.0.0.0", "base_url": "http://127.0.0.1:8000"}
    )

    told = name_for_devices(chosen)

    assert told not in {"", "0.0.0.0"}
    assert told in lan_names(chosen)


async def test_one_process_of_an_installation_speaks_with_devices(settings: Settings) -> None:
    async with started(settings) as (app, _):
        await until_devices_can_come(app)
        async with started(settings) as (_, second_client):
            report = await broker_report(second_client)
            assert report["ok"] and "another process" in str(report["detail"])


async def test_without_a_hub_nothing_is_started(settings: Settings) -> None:
    async with started(settings.model_copy(update={"hub": False})) as (app, client):
        assert "broker" not in (await client.get("/readyz")).json()["checks"]
        assert not hasattr(app.state, "hub")


async def test_a_taken_port_is_said_on_readyz(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.mqtt_port))
        async with started(settings) as (app, client):
            await until_it_is_known(app)
            answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert f"port {settings.mqtt_port} on 127.0.0.1 is taken" in str(answer.json()["reasons"])


async def until_it_is_known(app: Starlette) -> None:
    async with asyncio.timeout(5):
        while not hasattr(app.state, "hub") or "taken" not in app.state.hub.reason:  # noqa: ASYNC110 (a test)
            await asyncio.sleep(0.02)
