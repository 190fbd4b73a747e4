"""An agent's program lets in whom the agent booked, by the rules of the gate it was given."""

import asyncio
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette

from domain.admission import redemptions
from domain.admission.redemptions import Scan
from domain.commerce import agents
from domain.commerce.agents import AgentInput
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.errors import InvalidInput
from domain.operation import verification
from domain.operation.places.tables import areas, gates
from tests.domain.admission.tickets.market import add_gate, add_site
from tests.webapp.octo.resellers import ZONE, Program

RESULT = ("status", "reason")


class Desk(NamedTuple):
    """A program that may let in at a gate, and a booking of two for today."""

    app: Starlette
    program: Program
    gate_id: str
    booking: dict[str, Any]

    @property
    def codes(self) -> list[str]:
        return [code_of(one) for one in self.booking["unitItems"]]

    async def call(self, act: str, code: Any, status: int = 200, **body: Any) -> Any:
        method, path = ("DELETE", "redeem") if act == "undo" else ("POST", act)
        asked = {"redemptionCode": code, **body}
        return await self.program.call(method, f"/redemption/{path}", asked, status)

    async def at_gate(self, code: str) -> Any:
        """Somebody of the staff reads it there."""
        staff_id = self.program.reseller.world.cashier.id
        scan = Scan(ids.new_id(), self.gate_id, None, code, staff_id=staff_id, passage=True)
        now = clock.utc_now()
        presented = await self.app.state.gatekeeper.reader.read(scan, now)
        return await self.app.state.db.act(redemptions.authorise, presented, now)

    async def units(self) -> list[str]:
        found = await self.program.call("GET", "/bookings/b-1")
        return [one["status"] for one in found["unitItems"]]


def code_of(item: dict[str, Any]) -> str:
    options = item["ticket"]["deliveryOptions"]
    return next(str(o["deliveryValue"]) for o in options if o["deliveryFormat"] == "QRCODE")


@pytest.fixture
async def desk(app: Starlette, program: Program) -> Desk:
    db, world = app.state.db, program.reseller.world

    async def open_all_day(tx: Any) -> None:
        hours = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
        await tx.run(areas.update().values(**hours))

    await db.act(open_all_day)
    gate_id = await add_gate(db, world, await add_site(db, world))
    await give(app, program, gate_id)
    today = datetime.now(UTC).astimezone(ZONE).date().isoformat()
    await program.hold(availabilityId=today)
    return Desk(app, program, gate_id, await program.confirm())


async def give(app: Starlette, program: Program, gate_id: str | None) -> None:
    db = app.state.db
    agent = await db.ask(agents.get, program.reseller.agent_id)
    given = AgentInput(agent.name, "", "", "", agent.level_id, 0, gate_id=gate_id)
    await db.act(agents.change_agent, agent.id, given, agent.version, SYSTEM, clock.utc_now())


async def test_who_was_booked_is_let_in_once(desk: Desk) -> None:
    first, second = desk.codes
    told = await desk.call("validate", first)
    assert told["valid"] and await desk.units() == ["CONFIRMED", "CONFIRMED"]

    made = await desk.call("redeem", first)
    again = await desk.call("redeem", first, 400)

    assert (made["status"], made["unitItemUuid"]) == ("REDEEMED", "u-1")
    assert made["utcRedeemedAt"] and made["booking"]["uuid"] == "b-1"
    assert (again["error"], again["reason"]) == ("UNPROCESSABLE_ENTITY", "USED_UP")
    assert await desk.units() == ["REDEEMED", "CONFIRMED"]
    told = await desk.call("validate", first)
    assert (told["valid"], told["reason"]) == (False, "USED_UP") and told["errorMessage"]
    assert (await desk.at_gate(first)).refusal == "USED_UP"
    assert (await desk.at_gate(second)).allowed
    found = await desk.program.call("GET", "/bookings/b-1")
    assert found["status"] == "REDEEMED" and found["utcRedeemedAt"]
    await all_is_well(desk)


async def test_a_repeat_under_the_same_uuid_is_the_same_redemption(desk: Desk) -> None:
    first, second = desk.codes
    made = await asyncio.gather(*(desk.call("redeem", first, uuid="r-1") for _ in range(20)))
    other = await desk.call("redeem", second, uuid="r-1")

    assert len({one["utcRedeemedAt"] for one in made}) == 1
    assert other["unitItemUuid"] == "u-2"
    assert len(await passages(desk)) == 2


async def test_a_program_and_a_gate_at_once_let_in_once(desk: Desk) -> None:
    code = desk.codes[0]

    async def by_program() -> bool:
        asked = {"redemptionCode": code}
        path, headers = "/octo/redemption/redeem", desk.program.reseller.headers
        answer = await desk.program.client.post(path, json=asked, headers=headers)
        assert answer.status_code in (200, 400), answer.text
        return answer.status_code == 200

    async def by_gate() -> bool:
        return bool((await desk.at_gate(code)).allowed)

    made = await asyncio.gather(*(ask() for _ in range(25) for ask in (by_program, by_gate)))

    assert sum(made) == 1
    assert len(await passages(desk)) == 1
    await all_is_well(desk)


async def test_what_did_not_happen_is_taken_back_once(desk: Desk) -> None:
    first, second = desk.codes
    await desk.call("redeem", first)

    undone = await desk.call("undo", first)
    await desk.call("unredeem", first)  # its answer was lost: it stays as it is

    assert undone["status"] == "CONFIRMED" and await desk.units() == ["CONFIRMED", "CONFIRMED"]
    assert [one.counted for one in await passages(desk)] == [1, -1]
    sought = redemptions.Sought(desk.program.reseller.world.area_id)
    (listed,) = await desk.app.state.db.ask(redemptions.list_scans, sought)
    assert (listed.heads_through, listed.annulled_as) == (0, "reverse")
    assert (await desk.call("redeem", first))["status"] == "REDEEMED"
    assert (await desk.call("undo", second, 400))["error"] == "UNPROCESSABLE_ENTITY"
    await all_is_well(desk)


async def test_what_a_gate_let_in_no_program_takes_back(desk: Desk) -> None:
    code = desk.codes[0]
    assert (await desk.at_gate(code)).allowed

    assert (await desk.call("undo", code, 400))["error"] == "UNPROCESSABLE_ENTITY"
    assert await desk.units() == ["REDEEMED", "CONFIRMED"]


async def test_each_code_of_a_list_has_its_answer(desk: Desk) -> None:
    first, second = desk.codes
    await desk.call("redeem", first)

    made = await desk.call("redeem", [first, "NOTHING", second])

    assert [one.get("reason") or one["status"] for one in made] == [
        "USED_UP",
        "NOT_FOUND",
        "REDEEMED",
    ]
    assert [one["redemptionCode"] for one in made] == [first, "NOTHING", second]


async def test_only_where_the_area_allows_it(desk: Desk) -> None:
    await give(desk.app, desk.program, None)

    assert (await desk.call("redeem", desk.codes[0], 403))["error"] == "FORBIDDEN"
    found = await desk.program.call("GET", "/redemption/lookup?reference=b-1")
    assert [one["uuid"] for one in found] == ["b-1"]
    number = desk.booking["supplierReference"]
    (same,) = await desk.program.call("GET", f"/redemption/lookup?reference={number}")
    assert same["uuid"] == "b-1"
    assert await desk.program.call("GET", "/redemption/lookup?reference=b-2") == []


async def test_another_agents_codes_are_unknown(desk: Desk) -> None:
    db, world = desk.app.state.db, desk.program.reseller.world
    mine = await db.ask(agents.get, desk.program.reseller.agent_id)
    given = AgentInput("Other", "", "", "", mine.level_id, 0, gate_id=desk.gate_id)
    other = await db.act(agents.add_agent, world.area_id, "O", given, SYSTEM, clock.utc_now())
    key = await db.act(agents.make_key, other, "OCTO", SYSTEM, clock.utc_now())
    stranger = Program(desk.program.client, desk.program.reseller._replace(key=key))

    for act in ("validate", "redeem", "unredeem"):
        asked = {"redemptionCode": desk.codes[0]}
        told = await stranger.call("POST", f"/redemption/{act}", asked, 400)
        assert told["reason"] == "NOT_FOUND"
    assert await stranger.call("GET", "/redemption/lookup?reference=b-1") == []
    assert await passages(desk) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"redemptionCode": ""},
        {"redemptionCode": []},
        {"redemptionCode": ["1"] * 21},
        {"redemptionCode": 7},
        {"redemptionCode": "1" * 513},
        {"redemptionCode": "11010519491231002X"},
        {"redemptionCode": "9" * 220},
        {"redemptionCode": "\x00'--票"},
        {"redemptionCode": "A", "uuid": "a b"},
    ],
)
async def test_nonsense_lets_nobody_in(desk: Desk, body: dict[str, Any]) -> None:
    for act in ("validate", "redeem", "unredeem"):
        told = await desk.program.call("POST", f"/redemption/{act}", body, 400)
        assert told["error"] in ("BAD_REQUEST", "UNPROCESSABLE_ENTITY")
    assert await passages(desk) == []


async def test_an_agent_redeems_at_a_gate_of_its_area_that_lets_in(desk: Desk) -> None:
    async def turn_round(tx: Any) -> None:
        await tx.run(gates.update().values(direction="out"))

    await desk.app.state.db.act(turn_round)
    with pytest.raises(InvalidInput) as refused:
        await give(desk.app, desk.program, desk.gate_id)
    assert list(refused.value.fields) == ["gate_id"]


async def passages(desk: Desk) -> list[Any]:
    sought = redemptions.Sought(desk.program.reseller.world.area_id)
    return list(reversed(await desk.app.state.db.ask(redemptions.list_passages, sought)))


async def all_is_well(desk: Desk) -> None:
    for check in verification.names():
        assert await desk.app.state.db.ask(verification.run, check) == [], check
