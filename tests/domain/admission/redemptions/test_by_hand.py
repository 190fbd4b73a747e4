"""People at a gate: letting in with a reason, taking one back, looking at incidents."""

import pytest

from domain.admission import occupancy, redemptions
from domain.admission.redemptions import ByHand, IncidentStatus
from domain.admission.tickets import verification
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from tests.domain.admission.world import MINUTE, NOON, World


async def guard_of(world: World) -> Actor:
    staff_id = await world.add(
        "staff", login="guard", name="卫", password_changed_at=NOON, created_at=NOON
    )
    return Actor(ActorKind.STAFF, staff_id)


async def test_somebody_without_a_ticket_is_let_in_with_a_reason(world: World) -> None:
    gate_id, guard = await world.add_gate(), await guard_of(world)
    by_hand = ByHand("f1", gate_id, 2, "ambulance")

    for _ in range(2):
        await world.db.act(redemptions.admit, by_hand, guard, NOON)

    full = await world.db.ask(occupancy.occupancy_of, world.area_id, NOON + MINUTE)
    assert full.heads.inside == 2
    (row,) = await world.rows("redemptions")
    assert (row.kind, row.reason, row.staff_id) == ("manual", "ambulance", guard.id)
    (incident,) = await world.db.ask(redemptions.list_incidents, IncidentStatus.OPEN)
    assert (incident.kind, incident.heads, incident.reason) == ("manual", 2, "ambulance")
    assert "redemption.by_hand" in [row.act for row in await world.rows("audit_entries")]


async def test_the_same_request_again_tells_what_was_admitted_first(world: World) -> None:
    gate_id, guard, ticket = await world.add_gate(), await guard_of(world), await world.add_ticket()
    first = ByHand("f1", gate_id, 2, "ambulance")
    await world.db.act(redemptions.admit, first, guard, NOON)

    again = first._replace(persons=30, ticket_id=ticket.id)
    answer = await world.db.act(redemptions.admit, again, guard, NOON)

    assert (answer.persons, answer.ticket_id) == (2, None)
    assert (await world.row("tickets", ticket.id)).status == "sold"


@pytest.mark.parametrize(("persons", "reason"), [(1, " "), (0, "x"), (501, "x"), (1, "x" * 201)])
async def test_by_hand_needs_a_reason_and_a_number(world: World, persons: int, reason: str) -> None:
    by_hand = ByHand("f1", await world.add_gate(), persons, reason)
    with pytest.raises(InvalidInput):
        await world.db.act(redemptions.admit, by_hand, await guard_of(world), NOON)


async def test_a_ticket_that_is_named_is_used_as_far_as_it_goes(world: World) -> None:
    gate_id, guard, ticket = await world.add_gate(), await guard_of(world), await world.add_ticket()

    by_hand = ByHand("f1", gate_id, 3, "reader broken", ticket.id)
    await world.db.act(redemptions.admit, by_hand, guard, NOON)

    assert (await world.row("tickets", ticket.id)).status == "used"
    kinds = {row.kind: row.heads for row in await world.rows("incidents")}
    assert kinds == {"manual": 3, "dup_pass": 2}
    assert await world.db.ask(verification.check_uses) == []
    with pytest.raises(NotFound):
        unknown = by_hand._replace(request_id="f2", ticket_id=ids.new_id())
        await world.db.act(redemptions.admit, unknown, guard, NOON)


async def test_one_of_a_group_is_taken_back(world: World) -> None:
    gate_id, guard = await world.add_gate(has_sensor=False), await guard_of(world)
    ticket = await world.add_ticket(gate_mode="one_many", persons=3, entries_left=3)
    answers = [await world.scan(gate_id, ticket.qr()) for _ in range(3)]

    async def take_back(request: str, minutes: int = 1) -> int:
        return await world.db.act(
            redemptions.take_back,
            gate_id,
            answers[-1].redemption_id,
            request,
            guard,
            NOON + minutes * MINUTE,
        )

    assert [await take_back("b1"), await take_back("b1")] == [1, 1]
    with pytest.raises(Conflict):
        await take_back("b2")
    row = await world.row("tickets", ticket.id)
    assert (row.status, row.entries_left, row.inside) == ("partly_used", 1, 2)
    full = await world.db.ask(occupancy.occupancy_of, world.area_id, NOON + 2 * MINUTE)
    assert (full.heads.entered, full.heads.inside) == (2, 2)
    assert await world.db.ask(verification.check_uses) == []
    assert (await world.scan(gate_id, ticket.qr(), NOON + 2 * MINUTE)).allowed


async def test_what_was_long_ago_is_not_taken_back(world: World) -> None:
    gate_id, guard = await world.add_gate(has_sensor=False), await guard_of(world)
    ticket = await world.add_ticket(gate_mode="one_many", persons=3, entries_left=3)
    answer = await world.scan(gate_id, ticket.qr())

    with pytest.raises(Conflict):
        await world.db.act(
            redemptions.take_back, gate_id, answer.redemption_id, "b", guard, NOON + 11 * MINUTE
        )


async def test_an_incident_is_resolved_once(world: World) -> None:
    gate_id, guard = await world.add_gate(), await guard_of(world)
    await world.walk(gate_id, "never")
    assert await world.db.ask(redemptions.count_open_incidents) == 1
    (incident,) = await world.rows("incidents")

    await world.db.act(redemptions.resolve_incident, incident.id, "a test", guard, NOON)

    assert await world.db.ask(redemptions.count_open_incidents) == 0
    with pytest.raises(Conflict):
        await world.db.act(redemptions.resolve_incident, incident.id, "again", guard, NOON)
