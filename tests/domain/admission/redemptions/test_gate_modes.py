"""What each gate mode lets in, and how often."""

from datetime import timedelta
from typing import Any

from domain.admission.redemptions import Answer
from domain.kernel.refusals import Refusal
from tests.domain.admission.world import DAY, MINUTE, NOON, SECOND, Made, World

HOUR = timedelta(hours=1)
WEEK: dict[str, Any] = {"valid_until": NOON + 7 * DAY}


async def go(world: World, gate_id: str, ticket: Made, now: Any = NOON, heads: int = 1) -> Answer:
    """Scan, and walk through when let in."""
    answer = await world.scan(gate_id, ticket.qr(), now, scan_id=f"{now.timestamp()}{gate_id}")
    if answer.allowed:
        await world.walk(gate_id, f"{now.timestamp()}{gate_id}", now, persons=heads)
    return answer


async def test_a_group_counts_down_and_may_come_in_parts(world: World) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="one_many", persons=42, entries_left=42)

    first = await world.scan(gate_id, ticket.qr(), scan_id="s1")
    assert (first.persons, first.details["of"]) == (42, 42)
    for n in range(17):
        recorded = await world.walk(gate_id, "s1", NOON + n * 10 * SECOND)
    assert (recorded.persons_left, recorded.incident) == (25, None)
    row = await world.row("tickets", ticket.id)
    assert (row.status, row.held_persons, row.inside) == ("partly_used", 25, 17)

    second = await world.scan(await world.add_gate(), ticket.qr(), NOON + HOUR)
    assert second.persons == 25


async def test_a_group_at_a_gate_without_a_sensor_goes_one_by_one(world: World) -> None:
    gate_id = await world.add_gate(has_sensor=False)
    ticket = await world.add_ticket(gate_mode="one_many", persons=3, entries_left=3)

    left = [(await world.scan(gate_id, ticket.qr())).details["left"] for _ in range(3)]

    assert left == [2, 1, 0]
    assert (await world.scan(gate_id, ticket.qr())).refusal is Refusal.USED_UP


async def test_staff_let_so_many_of_a_group_in_by_hand(world: World) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="one_many", persons=10, entries_left=10)

    answer = await world.scan(gate_id, ticket.qr(), passage=True, persons=4)

    assert (answer.persons, answer.details["left"]) == (4, 6)


async def test_several_entries_rest_between_two(world: World) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="multi_entry", entries=3, entries_left=3, **WEEK)

    assert (await go(world, gate_id, ticket)).allowed
    early = await go(world, gate_id, ticket, NOON + 9 * MINUTE)
    assert early.refusal is Refusal.PASSBACK
    assert early.details["passed_at"] == NOON.isoformat()
    assert (await go(world, gate_id, ticket, NOON + 10 * MINUTE)).allowed
    assert (await go(world, gate_id, ticket, NOON + DAY)).allowed
    assert (await go(world, gate_id, ticket, NOON + 2 * DAY)).refusal is Refusal.USED_UP


async def test_entries_without_number_never_end(world: World) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="multi_entry", entries=0, entries_left=0, **WEEK)

    answers = [await go(world, gate_id, ticket, NOON + n * DAY) for n in range(5)]

    assert all(answer.allowed for answer in answers)
    assert (await world.row("tickets", ticket.id)).entries_used == 5


async def test_whoever_went_out_may_come_back_the_same_day(world: World) -> None:
    gate_id, exit_id = await world.add_gate(), await world.add_gate(direction="out")
    ticket = await world.add_ticket(gate_mode="re_entry", **WEEK)

    assert (await go(world, gate_id, ticket)).allowed
    assert (await go(world, gate_id, ticket, NOON + MINUTE)).refusal is Refusal.NOT_LEFT
    assert (await go(world, exit_id, ticket, NOON + 2 * MINUTE)).allowed
    assert (await go(world, gate_id, ticket, NOON + 3 * MINUTE)).allowed
    assert (await go(world, exit_id, ticket, NOON + HOUR)).allowed
    row = await world.row("tickets", ticket.id)
    assert (row.entries_left, row.entries_used, row.inside, row.away) == (0, 1, 0, 1)
    assert (await go(world, gate_id, ticket, NOON + DAY)).refusal is Refusal.USED_UP


async def test_of_a_family_those_who_left_may_come_back(world: World) -> None:
    gate_id, exit_id = await world.add_gate(), await world.add_gate(direction="out")
    ticket = await world.add_ticket(gate_mode="re_entry", persons=3, entries_left=3)

    await go(world, gate_id, ticket, heads=3)
    await go(world, exit_id, ticket, NOON + MINUTE)
    back = await go(world, gate_id, ticket, NOON + 2 * MINUTE)

    assert (back.allowed, back.persons) == (True, 1)
    assert (await go(world, gate_id, ticket, NOON + 3 * MINUTE)).refusal is Refusal.NOT_LEFT


async def test_each_spot_of_a_combined_ticket_once(world: World) -> None:
    cable_car, cave = await world.add_spot(1), await world.add_spot(2)
    entrance = await world.add_gate()
    gates = [await world.add_gate(spot_id=spot_id) for spot_id in (cable_car, cave)]
    ticket = await world.add_ticket(gate_mode="multi_spot", scope_bits=0b011, entries_left=2)

    assert (await go(world, entrance, ticket)).allowed
    assert (await go(world, gates[0], ticket, NOON + MINUTE)).allowed
    again = await go(world, gates[0], ticket, NOON + 2 * MINUTE)
    assert again.refusal is Refusal.USED_UP
    assert again.details["passed_at"] == (NOON + MINUTE).isoformat()
    at_entrance = await go(world, entrance, ticket, NOON + 3 * MINUTE)
    assert at_entrance.details["passed_at"] == NOON.isoformat()
    assert (await go(world, gates[1], ticket, NOON + 4 * MINUTE)).refusal is Refusal.WRONG_SITE
    row = await world.row("tickets", ticket.id)
    assert (row.status, row.spots_used) == ("used", 0b011)


async def test_everybody_gets_out_with_any_ticket_of_ours(world: World) -> None:
    exit_id = await world.add_gate(direction="out")
    for values in ({"status": "refunded"}, {"status": "locked"}, {"valid_until": NOON - DAY}):
        ticket = await world.add_ticket(**values)
        assert (await world.scan(exit_id, ticket.qr())).allowed
