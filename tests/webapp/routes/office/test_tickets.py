"""Tickets, scans and passages in the office."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import faces
from domain.admission.faces import Binding, Owner
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.domain.admission.world import DAY, Made, World, built
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as


class Seen:
    """Two gates; a ticket that went in at the first and was refused at the second."""

    def __init__(self, world: World, ticket: Made, gates: list[str], number: str) -> None:
        self.world, self.ticket, self.gates, self.number = world, ticket, gates, number
        self.url = f"/office/tickets/{ticket.id}"


@pytest.fixture
async def seen(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Seen]:
    async with built(app.state.db) as world:
        day = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
        await world.change("areas", world.area_id, **day)
        now = datetime.now(UTC)
        gates = [await world.add_gate(name_zh=f"{n} 门") for n in ("东", "西")]
        ticket = await world.add_ticket(valid_from=now - DAY, valid_until=now + DAY)
        for gate_id in gates:
            await world.scan(gate_id, ticket.qr(), now, passage=True)
        number = (await world.row("tickets", ticket.id)).number
        await sign_in_as(client, app, Role.SUPERVISOR)
        client.headers["Accept-Language"] = "zh"
        yield Seen(world, ticket, gates, number)


async def listed(client: httpx2.AsyncClient, **query: str) -> int:
    """How many scans the list shows."""
    shown = await client.get("/office/redemptions", params=query)
    assert shown.status_code == 200
    return shown.text.count("<tr><td")


async def test_every_scan_is_found_by_gate_answer_day_and_ticket(
    client: httpx2.AsyncClient, seen: Seen
) -> None:
    assert await listed(client) == 2
    assert await listed(client, gate_id=seen.gates[0]) == 1
    assert await listed(client, said="deny") == 1
    assert await listed(client, said="USED_UP") == 1
    assert await listed(client, said="EXPIRED") == 0
    assert await listed(client, said="allow", gate_id=seen.gates[1]) == 0
    assert await listed(client, day="2020-01-01") == 0
    assert await listed(client, ticket=seen.number) == 2
    assert await listed(client, ticket=seen.number, gate_id=seen.gates[1]) == 1
    assert await listed(client, ticket="unknown") == 0


async def test_bad_filters_are_left_out(client: httpx2.AsyncClient, seen: Seen) -> None:
    for query in ({"day": "2026-02-30"}, {"gate_id": "x"}, {"said": "x"}):
        assert await listed(client, **query) == 2
    assert (await client.get("/office/redemptions?at=x")).status_code == 400


async def test_who_watches_one_gate_sees_its_scans_and_passages_only(
    app: Starlette, client: httpx2.AsyncClient, seen: Seen
) -> None:
    await sign_in_as(client, app, Role.GATE_STAFF, gate_id=seen.gates[1])

    assert await listed(client) == 1
    assert await listed(client, gate_id=seen.gates[0]) == 0
    assert await listed(client, area_id=seen.world.area_id) == 0
    assert "没有通行记录" in (await client.get("/office/passages")).text


async def test_passages_are_listed(client: httpx2.AsyncClient, seen: Seen) -> None:
    shown = await client.get("/office/passages", params={"gate_id": seen.gates[0]})

    assert "东 门" in shown.text and "已通过" in shown.text and seen.number in shown.text


async def test_a_ticket_is_found_by_number_and_by_code_and_its_code_is_never_shown(
    client: httpx2.AsyncClient, seen: Seen
) -> None:
    for code in (seen.number, seen.ticket.qr(), seen.ticket.short.lower()):
        found = await client.post("/office/tickets", data={"code": code})
        assert (found.status_code, found.headers["Location"]) == (303, seen.url)
    nothing = await client.post("/office/tickets", data={"code": "ABC"})
    blank = await client.post("/office/tickets", data={"code": ""})

    page = (await client.get(seen.url)).text

    assert "没有这张票" in nothing.text and blank.status_code == 422
    assert "东 门" in page and "西 门" in page and "此票已使用" in page
    assert seen.ticket.short not in page and str(seen.ticket.token) not in page


async def test_a_disputed_ticket_is_locked_and_unlocked_with_a_reason(
    client: httpx2.AsyncClient, seen: Seen
) -> None:
    missing = await client.post(f"{seen.url}/lock", data={})
    locked = await client.post(f"{seen.url}/lock", data={"reason": "争议"})
    again = await client.post(f"{seen.url}/lock", data={"reason": "争议"})
    assert "已锁定" in (await client.get(seen.url)).text
    unlocked = await client.post(f"{seen.url}/unlock", data={"reason": "已解决"})

    answers = [each.status_code for each in (missing, locked, again, unlocked)]
    assert answers == [422, 303, 422, 303]
    page = (await client.get(seen.url)).text
    assert "已使用" in page and "争议" in page and "已解决" in page


async def test_customer_service_sees_and_does_not_lock(
    app: Starlette, client: httpx2.AsyncClient, seen: Seen
) -> None:
    await sign_in_as(client, app, Role.CUSTOMER_SERVICE)

    assert (await client.get(seen.url)).status_code == 200
    assert (await client.post(f"{seen.url}/lock", data={"reason": "x"})).status_code == 403


async def test_scans_and_passages_are_taken_away_as_their_lists_show_them(
    app: Starlette, client: httpx2.AsyncClient, seen: Seen
) -> None:
    async with at_work(app):
        scans = await taken(client, "redemptions", "said=deny")
        passages = await taken(client, "passages", f"gate_id={seen.gates[0]}")

    assert [(row["闸机通道"], row["票"], row["原因"]) for row in scans] == [
        ("西 门", seen.number, "此票已使用。")
    ]
    assert [(row["票"], row["人数"]) for row in passages] == [(seen.number, "1")]


async def test_a_face_is_deleted_at_the_desk(
    app: Starlette, client: httpx2.AsyncClient, seen: Seen
) -> None:
    now = datetime.now(UTC)
    binding = Binding(Owner.TICKET, seen.ticket.id, seen.world.area_id, now, now + DAY)
    await app.state.db.act(faces.bind, binding, ("v1.mark",), None, SYSTEM)
    shown, address = await client.get(seen.url), f"{seen.url}/face/removal"
    assert address in shown.text and "刷脸通行" in shown.text and "v1.mark" not in shown.text

    for _ in range(2):  # pressed twice
        assert (await client.post(address)).headers["location"] == seen.url

    shown = await client.get(seen.url)
    assert address not in shown.text and "删除人脸" in shown.text
    await sign_in_as(client, app, Role.GATE_STAFF, gate_id=seen.gates[1])
    assert (await client.post(address)).status_code == 403
