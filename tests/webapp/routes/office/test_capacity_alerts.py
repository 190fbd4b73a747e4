"""The capacity log in the office: what was reached, what was held, who saw to it."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
from starlette.applications import Starlette

from domain.admission import occupancy
from domain.admission.occupancy import LogFilter
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind, inputs
from domain.operation.staff import Role
from tests.domain.admission.world import World, built
from tests.webapp.people import sign_in_as

LOG = "/office/capacity/log"


async def fill(world: World, now: datetime) -> str:
    """Ten people in an area for ten; gives the alert's id."""
    gate_id = await world.add_gate()
    await world.change("areas", world.area_id, instant_capacity=10, daily_capacity=1_000)
    await world.walk(gate_id, None, now, persons=10)
    await world.db.act(occupancy.refresh, world.area_id, now)
    (alert,) = await world.db.ask(occupancy.alerts, world.area_id)
    return str(alert.id)


async def test_a_level_is_seen_and_seen_to(app: Starlette, client: httpx2.AsyncClient) -> None:
    now = clock.utc_now()
    async with built(app.state.db) as world:
        alert_id = await fill(world, now)
        await sign_in_as(client, app, Role.SAFETY_OFFICER)

        shown = (await client.get(LOG)).text
        for words in ("红色", "已停售", "出一进一", "100%"):
            assert words in shown
        address, given = f"{LOG}/{alert_id}", {"area_id": world.area_id}
        assert (await client.post(address, data=given)).status_code == 422
        saved = await client.post(address, data={**given, "note": "加派人手疏导"})
        again = await client.post(address, data={**given, "note": "又一次"})

    assert (saved.status_code, again.status_code) == (303, 422)
    assert "加派人手疏导" in (await client.get(LOG)).text
    assert alert_id not in (await client.get(f"{LOG}?waiting=on")).text
    assert "红色" in (await client.get(f"{LOG}?level=red&area_id={world.area_id}")).text
    assert "加派人手疏导" not in (await client.get(f"{LOG}?day=2020-01-01")).text
    assert "红色" in (await client.get(f"{LOG}?level=purple")).text  # no level: left out


async def test_who_only_sees_may_not_acknowledge(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        alert_id = await fill(world, clock.utc_now())
        await sign_in_as(client, app, Role.AUDITOR)

        assert "未确认" in (await client.get(LOG)).text
        given = {"area_id": world.area_id, "note": "看过"}
        assert (await client.post(f"{LOG}/{alert_id}", data=given)).status_code == 403


async def test_the_log_goes_on_page_by_page(app: Starlette, client: httpx2.AsyncClient) -> None:
    now = clock.utc_now()
    async with built(app.state.db) as world:
        await fill(world, now)

        async def swing(tx: Tx) -> None:
            for number in range(60):
                row: Any = await places.get_place(tx, PlaceKind.AREA, world.area_id)
                most = 100 if number % 2 == 0 else 10
                given = inputs.AreaInput(**{**row._asdict(), "instant_capacity": most})
                at = now + timedelta(seconds=number + 1)
                await places.change_place(
                    tx, PlaceKind.AREA, row.id, given, SYSTEM, at, version=row.version
                )
                await occupancy.refresh(tx, world.area_id, at)

        await app.state.db.act(swing)
        rows = await app.state.db.ask(occupancy.log_of, LogFilter((world.area_id,)))
        assert len(rows) == 51
        await sign_in_as(client, app, Role.SAFETY_OFFICER)
        first = (await client.get(LOG)).text
        older = first.split('aria-label="下一页"')[0].rsplit('<a href="', 1)[1].split('"')[0]
        second = await client.get(older.replace("&amp;", "&"))
        assert second.status_code == 200
        assert second.text.count("<tr>") == 12  # the head, and eleven of sixty-one
