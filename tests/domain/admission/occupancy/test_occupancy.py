"""Who is inside, what the levels say, and one out, one in."""

import asyncio
from typing import NamedTuple

import pytest

from domain.admission import occupancy
from domain.admission.occupancy import CapacityLevel, Heads, level_of, percent_of
from domain.admission.redemptions import Direction
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.refusals import Refusal
from tests.domain.admission.world import DAY, MINUTE, NOON, World

OFFICER = Actor(ActorKind.STAFF, "o1")


class Limits(NamedTuple):
    instant_capacity: int = 1_700
    daily_capacity: int = 5_100
    yellow_bps: int = 8_000
    orange_bps: int = 9_000
    red_bps: int = 10_000


@pytest.mark.parametrize(
    ("entered", "inside", "level"),
    [
        (0, 0, CapacityLevel.NORMAL),
        (1_400, 1_359, CapacityLevel.NORMAL),
        (1_400, 1_360, CapacityLevel.YELLOW),
        (4_080, 0, CapacityLevel.YELLOW),
        (4_590, 0, CapacityLevel.ORANGE),
        (1_699, 1_699, CapacityLevel.ORANGE),
        (1_700, 1_700, CapacityLevel.RED),
        (5_100, 3, CapacityLevel.RED),
    ],
)
def test_the_fuller_of_day_and_moment_counts(
    entered: int, inside: int, level: CapacityLevel
) -> None:
    limits = Limits()
    assert level_of(limits, percent_of(limits, Heads(entered, inside))) is level


async def inside(world: World) -> tuple[int, int]:
    full = await world.db.ask(occupancy.occupancy_of, world.area_id, NOON + MINUTE)
    return full.heads.entered, full.heads.inside


async def test_inside_is_entries_less_exits_and_never_below_nobody(world: World) -> None:
    gate_id, exit_id = await world.add_gate(), await world.add_gate(direction="out")
    await world.walk(gate_id, None, persons=3)
    await world.walk(exit_id, None, persons=1)
    assert await inside(world) == (3, 2)
    await world.walk(exit_id, None, persons=5)
    assert await inside(world) == (3, 0)


async def test_yesterday_is_over(world: World) -> None:
    gate_id = await world.add_gate()
    await world.walk(gate_id, None, NOON - DAY, persons=3)

    assert await inside(world) == (0, 0)


async def test_who_is_at_a_spot_is_counted_once(world: World) -> None:
    entrance, spot_id = await world.add_gate(), await world.add_spot(1)
    at_spot = await world.add_gate(spot_id=spot_id)
    await world.walk(entrance, None, persons=5)
    await world.walk(at_spot, None, persons=2)

    full = await world.db.ask(occupancy.occupancy_of, world.area_id, NOON + MINUTE)

    assert full.heads == Heads(5, 5)
    assert full.spots == {spot_id: Heads(2, 2)}


async def test_an_area_without_an_entrance_is_as_full_as_its_spots(world: World) -> None:
    for bit in (1, 2):
        gate_id = await world.add_gate(spot_id=await world.add_spot(bit))
        await world.walk(gate_id, None, persons=bit)

    assert await inside(world) == (3, 3)


async def test_a_change_of_level_is_logged_once_and_red_holds_entries(world: World) -> None:
    gate_id, exit_id = await world.add_gate(), await world.add_gate(direction="out")
    await world.walk(gate_id, None, persons=100)
    assert await world.db.ask(occupancy.changed_areas, NOON + MINUTE) == [world.area_id]

    for _ in range(2):
        await world.db.act(occupancy.refresh, world.area_id, NOON + MINUTE)

    (alert,) = await world.rows("capacity_alerts")
    assert (alert.previous_level, alert.level, alert.inside) == ("normal", "red", 100)
    (state,) = await world.rows("area_states")
    assert (state.entries_held, state.sales_stopped) == (True, True)
    assert await world.db.ask(occupancy.changed_areas, NOON + MINUTE) == []

    await world.walk(exit_id, None, NOON + MINUTE, persons=30)
    await world.db.act(occupancy.refresh, world.area_id, NOON + 2 * MINUTE)
    (state,) = await world.rows("area_states")
    assert (state.level, state.entries_held) == ("normal", False)


async def test_one_out_one_in(world: World) -> None:
    gate_id, exit_id = await world.add_gate(), await world.add_gate(direction="out")
    await world.walk(gate_id, None, persons=100)
    await world.db.act(occupancy.refresh, world.area_id, NOON)
    tickets = [await world.add_ticket() for _ in range(10)]

    full = await world.scan(gate_id, tickets[0].qr(), NOON + MINUTE)
    assert full.refusal is Refusal.CAPACITY_HOLD

    await world.walk(exit_id, None, NOON + MINUTE, persons=3, way=Direction.OUT)
    answers = await asyncio.gather(
        *(world.scan(gate_id, ticket.qr(), NOON + 2 * MINUTE) for ticket in tickets)
    )
    assert [answer.allowed for answer in answers].count(True) == 3


async def test_of_a_group_as_many_as_there_is_room_for(world: World) -> None:
    gate_id = await world.add_gate()
    group = await world.add_ticket(gate_mode="one_many", persons=20, entries_left=20)
    await world.walk(gate_id, None, persons=100)
    await world.db.act(occupancy.refresh, world.area_id, NOON)
    await world.walk(await world.add_gate(direction="out"), None, NOON + MINUTE, persons=8)

    assert (await world.scan(gate_id, group.qr(), NOON + MINUTE)).persons == 8


async def test_an_alert_is_acknowledged_once(world: World) -> None:
    await world.walk(await world.add_gate(), None, persons=85)
    await world.db.act(occupancy.refresh, world.area_id, NOON + MINUTE)
    (alert,) = await world.db.ask(occupancy.alerts, world.area_id, 10)

    seen = (world.area_id, alert.id, "announced", OFFICER, NOON + MINUTE)
    await world.db.act(occupancy.acknowledge, *seen)

    with pytest.raises(Conflict):
        await world.db.act(occupancy.acknowledge, *seen)


async def test_another_areas_alert_is_not_ours_to_acknowledge(world: World) -> None:
    await world.walk(await world.add_gate(), None, persons=85)
    await world.db.act(occupancy.refresh, world.area_id, NOON + MINUTE)
    (alert,) = await world.db.ask(occupancy.alerts, world.area_id, 10)

    with pytest.raises(NotFound):
        await world.db.act(occupancy.acknowledge, "elsewhere", alert.id, "x", OFFICER, NOON)
