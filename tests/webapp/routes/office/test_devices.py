"""Devices in the office: added, paired, told, retired."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import Alarm, AlarmCode, AlarmSeverity
from domain.kernel import clock
from domain.kernel.db import Database
from domain.operation.staff import Role
from tests.places import House, build
from tests.webapp.people import sign_in_as


@pytest.fixture
async def house(app: Starlette, client: httpx2.AsyncClient) -> House:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    client.headers["Accept-Language"] = "zh"
    return house


async def added(client: httpx2.AsyncClient, house: House, **changed: str) -> str:
    fields = {"name": "南门闸机", "kind": "turnstile", "area_id": house.area, "gate_id": house.gate}
    response = await client.post("/office/devices", data=fields | changed)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"].rpartition("/")[2])


async def paired(app: Starlette, client: httpx2.AsyncClient, device_id: str) -> str:
    """By the code of its page; the code."""
    page = await client.post(f"/office/devices/{device_id}/codes")
    found = re.search(r"<strong>(\w{4}) (\w{4})</strong>", page.text)
    assert found and page.status_code == 201 and "data:image/png" in page.text
    code = found[1] + found[2]
    told = {"code": code, "serial": "SN-1", "model": "T-1000"}
    answer = await client.post("/api/devices/pairings", json=told)
    assert answer.status_code == 201
    return code


async def test_a_device_is_added_and_paired_by_its_code(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    device_id = await added(client, house)
    assert "未配对" in (await client.get("/office/devices")).text

    code = await paired(app, client, device_id)

    shown = (await client.get(f"/office/devices/{device_id}")).text
    assert "SN-1" in shown and "T-1000" in shown and "配对" in shown
    assert code not in shown


async def test_a_device_is_told_with_a_reason_and_in_time(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    device_id = await added(client, house)
    await paired(app, client, device_id)
    await sign_in_as(client, app, Role.SUPERVISOR)
    url = f"/office/devices/{device_id}/commands"

    missing = await client.post(url, data={"op": "open"})
    long = await client.post(url, data={"op": "open", "reason": "x", "seconds": "9999"})
    foreign = await client.post(url, data={"op": "reboot", "reason": "x"})
    done = await client.post(url, data={"op": "open", "reason": "轮椅", "seconds": "20"})

    assert [each.status_code for each in (missing, long, foreign, done)] == [422, 422, 422, 303]
    db: Database = app.state.db
    (told,) = [row for row in await db.ask(devices.commands_of, device_id) if row.op == "open"]
    assert (told.reason, (told.expires_at - told.requested_at).seconds) == ("轮椅", 20)
    assert "轮椅" in (await client.get(f"/office/devices/{device_id}")).text


async def test_an_alarm_is_seen_by_somebody(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    device_id, db = await added(client, house), app.state.db
    alarm = Alarm("a1", AlarmCode.JAM, AlarmSeverity.CRIT, True, "arm")
    await db.act(devices.report_alarm, device_id, alarm, clock.utc_now())
    (row,) = await db.ask(devices.alarms_of, device_id)
    await sign_in_as(client, app, Role.SUPERVISOR)

    response = await client.post(f"/office/device-alarms/{row.id}")

    assert response.status_code == 303
    assert (await db.ask(devices.alarms_of, device_id))[0].seen_at is not None


async def test_a_device_is_moved_and_retired(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    device_id = await added(client, house)
    url = f"/office/devices/{device_id}"
    fields = {"name": "备用机", "kind": "handheld", "area_id": house.area, "gate_id": ""}

    wrong = await client.post(
        url, data=fields | {"area_id": house.other_area, "gate_id": house.gate}
    )
    saved = await client.post(url, data=fields | {"version": "1"})
    stale = await client.post(url, data=fields | {"version": "1"})
    retired = await client.post(f"{url}/retire", data={"version": "2"})

    answers = [wrong.status_code, saved.status_code, stale.status_code, retired.status_code]
    assert answers == [422, 303, 422, 303]
    assert "备用机" not in (await client.get("/office/devices")).text
    assert "备用机" in (await client.get(url)).text


async def test_who_looks_after_another_gate_does_not_see_it(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    device_id = await added(client, house, gate_id="")
    await sign_in_as(client, app, Role.SUPERVISOR, gate_id=house.gate)

    assert "南门闸机" not in (await client.get("/office/devices")).text
    assert (await client.get(f"/office/devices/{device_id}")).status_code == 403
