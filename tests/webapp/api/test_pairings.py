"""Devices getting their secret, to the letter of the contract."""

from datetime import UTC, datetime

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind, PairingCode
from domain.kernel.actors import SYSTEM
from tests.domain.admission.world import built
from webapp.machines import BrokerAddress


async def pairing_code(app: Starlette) -> PairingCode:
    now = datetime.now(UTC)
    async with built(app.state.db) as world:
        gate_id = await world.add_gate()
        given = DeviceInput(
            name="t", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
        )
        device_id = await app.state.db.act(devices.add, given, SYSTEM, now)
        made: PairingCode = await app.state.db.act(devices.make_code, device_id, SYSTEM, now)
        return made


async def test_a_code_gives_id_secret_and_broker(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    made = await pairing_code(app)
    body = {"code": made.code, "serial": "SN1", "model": "T800"}

    answer = await client.post("/api/devices/pairings", json=body)

    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"device_id", "secret", "mqtt", "protocol"}
    assert told["mqtt"] == {"host": "127.0.0.1", "port": 1884, "tls": False, "ca": None}
    assert told["protocol"] == [1, 1]
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.post("/api/devices/pairings", json=body)).status_code == 403


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
async def test_a_device_elsewhere_is_told_that_the_broker_is_for_this_machine(
    app: Starlette, address: str
) -> None:
    made = await pairing_code(app)
    transport = httpx2.ASGITransport(app, client=(address, 5))
    async with httpx2.AsyncClient(transport=transport, base_url="http://park.test") as client:
        answer = await client.post("/api/devices/pairings", json={"code": made.code})

    assert answer.status_code == 201
    assert "SHANMEN_MQTT_LAN_HOST" in answer.json()["warning"]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("address", ["192.0.2.7", "127.0.0.1"])
async def test_a_broker_on_the_network_needs_no_warning(app: Starlette, address: str) -> None:
    made = await pairing_code(app)
    app.state.broker_address = BrokerAddress("192.0.2.1", 8884, True, None)
    transport = httpx2.ASGITransport(app, client=(address, 5))
    async with httpx2.AsyncClient(transport=transport, base_url="http://park.test") as client:
        answer = await client.post("/api/devices/pairings", json={"code": made.code})

    assert answer.json()["mqtt"]["host"] == "192.0.2.1"
    assert "warning" not in answer.json()


async def test_after_five_wrong_codes_an_address_waits(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    made = await pairing_code(app)
    tries = [
        (await client.post("/api/devices/pairings", json={"code": "WRONG000"})).status_code
        for _ in range(6)
    ]

    assert tries == [403] * 5 + [429]
    assert (await client.post("/api/devices/pairings", json={"code": made.code})).status_code == 429


async def test_nonsense_is_said_so(client: httpx2.AsyncClient) -> None:
    for raw in (b"", b"[]", b"{}", b'{"code":1}', b'{"code":"x","serial":["a"]}', b'{"a":' * 3_000):
        assert (await client.post("/api/devices/pairings", content=raw)).status_code == 400
