"""The worklist of what is wrong with devices."""

import httpx2
from starlette.applications import Starlette

from domain.admission import devices, faults
from domain.admission.devices import DeviceInput, DeviceKind, Presence
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.domain.admission.world import VAULT, World, built
from tests.webapp.people import add_person, sign_in_as

ALL = "/office/device-faults"


async def a_fault(world: World, gate_id: str, name: str = "南门闸机") -> str:
    """A device that fell silent and sends what nobody can read; the id of the latter's."""
    now = clock.utc_now()
    given = DeviceInput(
        name=name, kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    device_id = await world.db.act(devices.add, given, SYSTEM, now)
    await world.db.act(devices.issue_secret, device_id, VAULT, SYSTEM, now)
    await world.db.act(devices.report_state, device_id, Presence.ONLINE, "b1", 0, now)
    await world.db.act(devices.report_state, device_id, Presence.OFFLINE, "b1", 0, now)
    await world.db.act(devices.count_bad_messages, device_id, 3, now)
    await world.db.act(faults.look, now)
    found = await world.rows("device_faults")
    (fault,) = [row for row in found if row.device_id == device_id and row.cause == "messages"]
    return str(fault.id)


async def test_an_exception_is_acknowledged_assigned_and_resolved(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        one = f"{ALL}/{await a_fault(world, await world.add_gate())}"
        handler = await add_person(app.state.db, Role.SUPERVISOR, login="tech", name="孙技师")
        await sign_in_as(client, app, Role.SAFETY_OFFICER)
        assert "南门闸机" in (await client.get(ALL)).text
        only = (await client.get(f"{ALL}?cause=messages")).text
        assert only.count('<td><a href="/office/device-faults/') == 1

        answers = [
            await client.post(f"{one}/acknowledgement"),
            await client.post(f"{one}/acknowledgement"),
            await client.post(f"{one}/assignee", data={"staff_id": "somebody"}),
            await client.post(f"{one}/assignee", data={"staff_id": handler}),
            await client.post(f"{one}/resolution", data={"note": " "}),
            await client.post(f"{one}/resolution", data={"note": "重刷固件"}),
        ]

        assert [each.status_code for each in answers] == [303, 409, 422, 303, 422, 303]
        shown = (await client.get(one)).text
        assert "重刷固件" in shown and "孙技师" in shown
        assert "重刷固件" not in (await client.get(ALL)).text
        assert one in (await client.get(f"{ALL}?part=over")).text


async def test_what_stands_is_not_resolved_by_words(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    client.headers["Accept-Language"] = "zh"
    async with built(app.state.db) as world:
        await a_fault(world, await world.add_gate())
        (fault,) = [row for row in await world.rows("device_faults") if row.cause == "offline"]
        await sign_in_as(client, app, Role.SUPERVISOR)

        answer = await client.post(f"{ALL}/{fault.id}/resolution", data={"note": "好了"})

        assert answer.status_code == 422 and "原因尚未消除" in answer.text
        assert "device-faults" in (await client.get("/office")).text  # the rail


async def test_who_sees_one_gate_sees_its_exceptions_only(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        gates = [await world.add_gate() for _ in range(2)]
        near, far = [await a_fault(world, gate, f"闸机 {n}") for n, gate in enumerate(gates)]
        await sign_in_as(client, app, Role.SUPERVISOR, gate_id=gates[0])

        shown = (await client.get(ALL)).text

        assert "闸机 0" in shown and "闸机 1" not in shown
        assert (await client.get(f"{ALL}/{near}")).status_code == 200
        assert (await client.get(f"{ALL}/{far}")).status_code == 403
        assert (await client.post(f"{ALL}/{far}/acknowledgement")).status_code == 403
