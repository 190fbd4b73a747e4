"""The second step: what happened at the gate, and what it does to the ticket."""

import asyncio

import pytest

from domain.admission import occupancy, redemptions, sweeps
from domain.admission.redemptions import Direction, IncidentKind, PassResult, Sought
from domain.admission.tickets import verification
from domain.kernel import ids
from domain.kernel.errors import NotFound
from domain.kernel.refusals import Refusal
from tests.domain.admission.world import MINUTE, NOON, SECOND, World


async def incidents(world: World) -> list[str]:
    return [row.kind for row in await world.rows("incidents")]


async def test_the_arm_turned_and_the_ticket_is_used(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", NOON + SECOND)

    assert (recorded.counted, recorded.persons_left, recorded.incident) == (1, 0, None)
    row = await world.row("tickets", ticket.id)
    assert (row.status, row.entries_left, row.inside, row.held_by) == ("used", 0, 1, None)
    acts = [row.act for row in await world.rows("audit_entries")]
    assert acts == ["ticket.redeemed"]


@pytest.mark.parametrize("result", [PassResult.TIMEOUT, PassResult.REVERSE])
async def test_nobody_went_and_the_ticket_is_free(world: World, result: PassResult) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", NOON + SECOND, result=result)

    assert recorded.counted == 0
    assert (await world.scan(await world.add_gate(), ticket.qr(), NOON + SECOND)).allowed


async def test_a_walk_away_frees_the_ticket_after_its_deadline(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr())
    other_id = await world.add_gate()

    early = await world.scan(other_id, ticket.qr(), NOON + 14 * SECOND)
    late = await world.scan(other_id, ticket.qr(), NOON + 15 * SECOND)

    assert early.refusal is Refusal.IN_USE
    assert late.allowed


async def test_a_walk_away_is_written_down_once(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    answer = await world.scan(gate_id, ticket.qr(), scan_id="s1")

    await sweeps.annul_lapsed(world.db, NOON + 14 * SECOND)
    assert await world.rows("passages") == []
    for _ in range(3):
        await sweeps.annul_lapsed(world.db, NOON + 20 * SECOND)

    (row,) = await world.rows("passages")
    assert (row.redemption_id, row.result, row.counted) == (answer.redemption_id, "timeout", 0)
    assert row.passed_at == NOON + 15 * SECOND
    (listed,) = await world.db.ask(redemptions.list_scans, Sought(world.area_id))
    assert (listed.annulled_as, listed.heads_through) == ("timeout", 0)
    day = await world.db.ask(redemptions.day_of_gate, gate_id, NOON, NOON + MINUTE)
    assert (day.came, day.annulled) == (0, 1)
    (entry,) = await world.rows("audit_entries")
    assert (entry.act, entry.detail["reason"]) == ("redemption.annulled", "TIMEOUT")
    assert (await world.scan(gate_id, ticket.qr(), NOON + 21 * SECOND)).allowed


async def test_a_walk_away_is_written_down_when_the_next_scan_is_sooner(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    first = await world.scan(gate_id, ticket.qr(), scan_id="s1")

    await world.scan(gate_id, ticket.qr(), NOON + 16 * SECOND, scan_id="s2")
    await world.walk(gate_id, "s2", NOON + 17 * SECOND)
    await sweeps.annul_lapsed(world.db, NOON + MINUTE)

    rows = [(row.redemption_id, row.result) for row in await world.rows("passages")]
    assert len(rows) == 2
    assert (first.redemption_id, "timeout") in rows


async def test_who_comes_after_being_written_off_is_counted_all_the_same(world: World) -> None:
    gate_id = await world.add_gate(spot_id=await world.add_spot(1))
    ticket = await world.add_ticket(
        gate_mode="multi_spot", scope_bits=3, persons=2, entries=2, entries_left=4
    )
    await world.scan(gate_id, ticket.qr(), scan_id="s1")
    await world.walk(gate_id, "s1", NOON + SECOND)
    await sweeps.annul_lapsed(world.db, NOON + MINUTE)

    recorded = await world.walk(gate_id, "s1", NOON + MINUTE)
    await sweeps.annul_lapsed(world.db, NOON + 5 * MINUTE)

    assert (recorded.counted, recorded.incident) == (1, None)
    assert [row.result for row in await world.rows("passages")].count("timeout") == 1
    assert await world.db.ask(verification.check_uses) == []


async def test_a_gate_that_answers_while_it_is_written_off_is_heard(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")
    late = NOON + MINUTE

    await asyncio.gather(
        *(world.db.act(redemptions.annul_lapsed, ticket.id, late) for _ in range(10)),
        world.walk(gate_id, "s1", late),
    )

    assert (await world.row("tickets", ticket.id)).status == "used"
    results = [row.result for row in await world.rows("passages")]
    assert results.count("passed") == 1
    assert results.count("timeout") <= 1


async def test_the_same_key_counts_once(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    told = await asyncio.gather(*(world.walk(gate_id, "s1", key="k1") for _ in range(20)))

    assert [recorded.repeated for recorded in told].count(False) == 1
    assert {recorded.counted for recorded in told} == {1}
    assert len(await world.rows("passages")) == 1
    assert await incidents(world) == []


async def test_a_late_pass_counts_while_there_is_an_entry(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", NOON + 5 * MINUTE)

    assert (recorded.counted, recorded.incident) == (1, None)
    assert (await world.row("tickets", ticket.id)).status == "used"


async def test_a_late_pass_over_a_used_ticket_is_an_incident(world: World) -> None:
    one, two, ticket = await world.add_gate(), await world.add_gate(), await world.add_ticket()
    await world.scan(one, ticket.qr(), scan_id="s1")
    await world.scan(two, ticket.qr(), NOON + MINUTE, scan_id="s2")
    await world.walk(two, "s2", NOON + MINUTE)

    recorded = await world.walk(one, "s1", NOON + 2 * MINUTE)

    assert (recorded.counted, recorded.incident) == (1, IncidentKind.DUP_PASS)
    assert await incidents(world) == ["dup_pass"]


async def test_two_through_on_one_ticket_is_an_incident(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", persons=2)

    assert (recorded.counted, recorded.incident) == (1, IncidentKind.OVERCOUNT)


@pytest.mark.parametrize("heads", [4, 999, 10_000, 2**31 - 1])
async def test_more_than_a_ticket_holds_is_not_counted_but_looked_at(
    world: World, heads: int
) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="one_many", persons=3, entries_left=3)
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", persons=heads)

    assert (recorded.counted, recorded.persons_left) == (3, 0)
    (incident,) = await world.rows("incidents")
    assert (incident.kind, incident.heads) == ("overcount", heads - 3)
    (passage,) = await world.rows("passages")
    assert (passage.persons, passage.counted) == (heads, 3)
    full = await world.db.ask(occupancy.occupancy_of, world.area_id, NOON + MINUTE)
    assert full.heads.inside == 3
    assert await world.db.ask(verification.check_uses) == []


async def test_more_than_were_let_in_count_while_the_ticket_has_entries(world: World) -> None:
    gate_id = await world.add_gate()
    ticket = await world.add_ticket(gate_mode="one_many", persons=9, entries_left=9)
    await world.scan(gate_id, ticket.qr(), scan_id="s1", persons=2)

    recorded = await world.walk(gate_id, "s1", persons=5)

    assert (recorded.counted, recorded.persons_left, recorded.incident) == (5, 4, None)


async def test_nobody_leaves_more_than_the_ticket_let_in(world: World) -> None:
    gate_id = await world.add_gate(direction="out")
    ticket = await world.add_ticket(entries_left=0, entries_used=1, status="used", inside=1)
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", persons=999)

    assert (recorded.counted, recorded.incident) == (-1, IncidentKind.OVERCOUNT)


async def test_more_than_was_counted_at_the_scan_is_looked_at(world: World) -> None:
    gate_id, ticket = await world.add_gate(has_sensor=False), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1", persons=50)

    assert (recorded.counted, recorded.incident) == (0, IncidentKind.OVERCOUNT)
    assert [row.heads for row in await world.rows("incidents")] == [49]


@pytest.mark.parametrize("scan_id", [None, "never", "refused"])
@pytest.mark.parametrize("result", [PassResult.PASSED, PassResult.TAILGATE, PassResult.FORCED])
async def test_a_broken_counter_fills_no_mountain(
    world: World, scan_id: str | None, result: PassResult
) -> None:
    gate_id = await world.add_gate()
    await world.scan(gate_id, "nothing", scan_id="refused")

    recorded = await world.walk(gate_id, scan_id, persons=10_000, result=result)

    assert 1 <= recorded.counted <= 500
    over = [row.heads for row in await world.rows("incidents") if row.kind == "overcount"]
    assert over == [10_000 - recorded.counted]


async def test_a_pass_on_a_refunded_ticket_is_an_incident(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")
    await world.change("tickets", ticket.id, status="refunded")

    assert (await world.walk(gate_id, "s1")).incident is IncidentKind.DUP_PASS
    assert (await world.row("tickets", ticket.id)).status == "refunded"


async def test_a_pass_after_a_no_is_an_incident(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket(scope_bits=2)
    await world.scan(gate_id, ticket.qr(), scan_id="s1")
    await world.scan(gate_id, "nothing", scan_id="s2")

    assert (await world.walk(gate_id, "s1")).incident is IncidentKind.REFUSED_PASS
    assert (await world.walk(gate_id, "s2")).incident is IncidentKind.REFUSED_PASS


@pytest.mark.parametrize("result", [PassResult.TAILGATE, PassResult.FORCED])
async def test_who_slips_in_is_counted_and_reported(world: World, result: PassResult) -> None:
    gate_id = await world.add_gate()

    recorded = await world.walk(gate_id, None, result=result)

    assert recorded.counted == 1
    assert await incidents(world) == [result.value]


async def test_a_pass_for_an_unknown_scan_is_an_incident(world: World) -> None:
    gate_id = await world.add_gate()

    assert (await world.walk(gate_id, "never")).incident is IncidentKind.UNKNOWN_PASS


async def test_a_free_gate_only_counts(world: World) -> None:
    gate_id = await world.add_gate()

    recorded = await world.walk(gate_id, None)

    assert (recorded.counted, recorded.incident) == (1, None)


async def test_an_exit_gate_counts_out_whatever_the_device_says(world: World) -> None:
    gate_id = await world.add_gate(direction="out")

    assert (await world.walk(gate_id, None, way=Direction.IN)).counted == -1


async def test_what_was_counted_at_the_scan_is_not_counted_again(world: World) -> None:
    gate_id, ticket = await world.add_gate(has_sensor=False), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    recorded = await world.walk(gate_id, "s1")

    assert (recorded.counted, recorded.incident) == (0, None)
    assert [row.counted for row in await world.rows("passages")] == [1, 0]


async def test_an_unknown_gate_records_nothing(world: World) -> None:
    with pytest.raises(NotFound):
        await world.walk(ids.new_id(), None)


async def test_a_passage_told_hours_later_keeps_its_own_time(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    await world.walk(gate_id, "s1", NOON + 120 * MINUTE, happened_at=NOON + SECOND)

    assert [row.passed_at for row in await world.rows("passages")] == [NOON + SECOND]


async def test_a_pass_after_an_answer_that_came_too_late_is_no_disobedience(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr(), scan_id="s1", finding=Refusal.TOO_LATE)

    recorded = await world.walk(gate_id, "s1")

    assert (recorded.counted, recorded.incident) == (1, None)
    assert (await world.row("tickets", ticket.id)).status == "used"
