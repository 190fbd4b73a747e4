"""The worklist of what a gate could not settle."""

import httpx2
from starlette.applications import Starlette

from domain.admission import redemptions
from domain.admission.redemptions import ByHand
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.domain.admission.world import built
from tests.webapp.people import sign_in_as


async def test_an_incident_is_settled_with_a_note(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    client.headers["Accept-Language"] = "zh"
    async with built(app.state.db) as world:
        gate_id = await world.add_gate()
        by_hand = ByHand("r1", gate_id, 2, "票码破损")
        await app.state.db.act(redemptions.admit, by_hand, SYSTEM, clock.utc_now())
        (incident,) = await world.rows("incidents")
        url = f"/office/incidents/{incident.id}"
        await sign_in_as(client, app, Role.GATE_STAFF)
        assert "票码破损" in (await client.get("/office/incidents")).text
        assert (await client.post(url, data={"note": "x"})).status_code == 403
        await sign_in_as(client, app, Role.SUPERVISOR)

        empty = await client.post(url, data={"note": " "})
        done = await client.post(url, data={"note": "已核实"})
        again = await client.post(url, data={"note": "再次"})

        assert [each.status_code for each in (empty, done, again)] == [422, 303, 422]
        assert "票码破损" not in (await client.get("/office/incidents")).text
        settled = await client.get("/office/incidents?status=resolved")
        assert "已核实" in settled.text


async def test_who_watches_one_gate_sees_its_incidents_only(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        gates = [await world.add_gate() for _ in range(2)]
        for number, gate_id in enumerate(gates):
            by_hand = ByHand(f"r{number}", gate_id, 1, f"reason {number}")
            await app.state.db.act(redemptions.admit, by_hand, SYSTEM, clock.utc_now())
        await sign_in_as(client, app, Role.GATE_STAFF, gate_id=gates[0])

        shown = (await client.get("/office/incidents")).text

        assert "reason 0" in shown and "reason 1" not in shown
