"""Sites as they are now."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind, Report
from domain.commerce import shifts
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from domain.reports import monitoring
from domain.reports.monitoring import Post
from tests.domain.admission.world import MINUTE, NOON, TODAY, VAULT, World, built
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_stretches_are_whole_five_minutes_and_hold_now() -> None:
    now = datetime(2026, 7, 1, 4, 3, 20, tzinfo=UTC)
    found = monitoring.stretches(now)
    assert found[-2] == NOON and found[-1] == NOON + 5 * MINUTE
    assert len(found) == monitoring.STRETCHES + 1


async def test_windows_tell_their_shift_and_their_cash(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world, db = await add_world(app.state.db), app.state.db
    now = clock.utc_now()
    await db.act(shifts.open_shift, world.window_id, 2_000_000, world.cashier, now)
    window = await db.ask(places.get_place, PlaceKind.WINDOW, world.window_id)
    post = Post(window.sales_site_id, clock.local_day(now, SHANGHAI), SHANGHAI)
    url = f"/office/sales-sites/{window.sales_site_id}/now"

    found = {one.id: one for one in await db.ask(monitoring.windows_of, post)}
    assert found[world.window_id].cash_minor == 2_000_000
    assert found[world.window_2_id].shift_id is None

    await sign_in_as(client, app, Role.SUPERVISOR)
    shown = (await client.get(url)).text
    assert "钱箱现金" in shown and "超过上限" in shown and "未开班" in shown
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    assert "钱箱现金" not in (await client.get(url)).text  # who may not see shifts
    await sign_in_as(client, app, Role.CASHIER)
    assert (await client.get(url)).status_code == 403


async def a_site(world: World) -> tuple[str, str, str]:
    """A check site with a gate and its turnstile."""

    async def add(tx: Tx) -> tuple[str, str]:
        of_area: dict[str, Any] = {"code": "S", "name_zh": "南门", "area_id": world.area_id}
        site = places.NOUNS[PlaceKind.CHECK_SITE].input(**of_area)
        site_id = await places.add_place(tx, PlaceKind.CHECK_SITE, site, SYSTEM, NOON)
        at_site: dict[str, Any] = {"code": "S1", "name_zh": "南门 1 号", "check_site_id": site_id}
        at_site |= {"number": 1, "direction": "both"}
        given = places.NOUNS[PlaceKind.GATE].input(**at_site)
        return site_id, await places.add_place(tx, PlaceKind.GATE, given, SYSTEM, NOON)

    site_id, gate_id = await world.db.act(add)
    turnstile = DeviceInput(
        name="一号机", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    device_id = await world.db.act(devices.add, turnstile, SYSTEM, NOON)
    await world.db.act(devices.issue_secret, device_id, VAULT, SYSTEM, NOON)
    report = Report("b1", "locked", 0, 3)
    await world.db.act(devices.report_heartbeat, device_id, report, {}, NOON)
    return site_id, gate_id, device_id


async def test_gates_tell_who_passed_and_who_was_refused(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        site_id, gate_id, _device = await a_site(world)
        await world.walk(gate_id, None, NOON - 6 * MINUTE, persons=2)
        await world.walk(gate_id, None, NOON, persons=3)
        for _ in range(4):
            await world.scan(gate_id, "nonsense", NOON)

        (gate,) = await world.db.ask(
            monitoring.gates_of, Post(site_id, TODAY, SHANGHAI), NOON + MINUTE
        )

        assert (gate.came, gate.left, gate.lately[-3:]) == (5, 0, (2, 0, 3))
        assert gate.refused == {"NOT_FOUND": 4}
        assert [(one.mode, one.presence) for one in gate.devices] == [("locked", "online")]


async def test_a_gate_is_told_by_who_may(app: Starlette, client: httpx2.AsyncClient) -> None:
    async with built(app.state.db) as world:
        site_id, gate_id, device_id = await a_site(world)
        elsewhere = await world.add_gate()
        url = f"/office/check-sites/{site_id}/now"
        await sign_in_as(client, app, Role.GATE_STAFF)
        assert "一号机" in (await client.get(url)).text
        refused = await client.post(f"{url}/commands", data={"gate_id": gate_id, "op": "normal"})
        assert refused.status_code == 403
        await sign_in_as(client, app, Role.SUPERVISOR)
        given = {"gate_id": gate_id, "op": "free", "reason": ""}

        answers = [
            await client.post(f"{url}/commands", data=given),
            await client.post(f"{url}/commands", data=given | {"reason": "疏散"}),
            await client.post(f"{url}/commands", data=given | {"gate_id": elsewhere}),
        ]

        assert [each.status_code for each in answers] == [422, 303, 404]
        (told,) = await world.db.ask(devices.commands_of, device_id, 5)
        assert (told.op, told.reason) == ("free", "疏散")
        await sign_in_as(client, app, Role.GATE_STAFF, gate_id=elsewhere)
        assert (await client.get(url)).status_code == 403
