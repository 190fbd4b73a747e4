"""Exceptions of devices: opened once, opened again, ended by their cause, handled by people."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from domain.admission import devices, faults
from domain.admission.devices import (
    Alarm,
    AlarmCode,
    AlarmSeverity,
    DeviceInput,
    DeviceKind,
    Presence,
    Report,
)
from domain.admission.faults import AGAIN, FaultCause, FaultStatus, Part
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation import settings
from domain.operation.settings import OperatorSettings
from tests.domain.admission.world import MINUTE, NOON, SECOND, VAULT, World

OFFICER, USUAL = Actor(ActorKind.STAFF, "o1"), OperatorSettings()


async def a_device(world: World, gate_id: str | None = None, at: datetime = NOON) -> str:
    given = DeviceInput(
        name="南门 1 号", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    device_id = await world.db.act(devices.add, given, OFFICER, at)
    await world.db.act(devices.issue_secret, device_id, VAULT, OFFICER, at)
    await says(world, device_id, Presence.ONLINE, at)
    return device_id


async def says(world: World, device_id: str, presence: Presence, at: datetime) -> None:
    await world.db.act(devices.report_state, device_id, presence, "b1", 0, at)


async def alarms(world: World, device_id: str, code: AlarmCode, active: bool, at: datetime) -> None:
    alarm = Alarm(f"{code}-1", code, AlarmSeverity.CRIT, active, "lid")
    await world.db.act(devices.report_alarm, device_id, alarm, at)


async def looked(world: World, at: datetime) -> int:
    """As the server looks: it writes only when there is something to write."""
    if not await world.db.ask(faults.must_look, at):
        return 0
    return await world.db.act(faults.look, at)


async def listed(world: World, part: Part = Part.OPEN) -> list[Any]:
    return await world.db.ask(faults.page, part)


async def acts(world: World) -> list[str]:
    rows = await world.rows("audit_entries")
    return [row.act.removeprefix("fault.") for row in rows if row.act.startswith("fault.")]


async def test_one_exception_however_often_it_is_told_and_its_end(world: World) -> None:
    device_id = await a_device(world, await world.add_gate())
    await says(world, device_id, Presence.OFFLINE, NOON)
    assert await looked(world, NOON) == 1
    assert [await looked(world, NOON + SECOND * n) for n in range(3)] == [0, 0, 0]
    (fault,) = await listed(world)
    assert (fault.cause, fault.status, fault.times) == ("offline", "open", 1)
    assert (fault.device_name, fault.area_id) == ("南门 1 号", world.area_id)
    assert await world.db.ask(faults.count) == {FaultCause.OFFLINE: 1}

    await says(world, device_id, Presence.ONLINE, NOON + MINUTE)
    assert await looked(world, NOON + MINUTE) == 1

    assert await listed(world) == []
    (over,) = await listed(world, Part.OVER)
    assert (over.status, over.resolved_by, over.ended_at) == ("ended", None, NOON + MINUTE)
    assert await acts(world) == ["opened", "ended"]


async def test_what_comes_again_within_a_day_is_the_same_and_later_another(world: World) -> None:
    device_id = await a_device(world)
    at = NOON
    for wait in (MINUTE, MINUTE, AGAIN + MINUTE):
        await says(world, device_id, Presence.OFFLINE, at)
        await looked(world, at)
        await says(world, device_id, Presence.ONLINE, at + SECOND)
        await looked(world, at + SECOND)
        at += wait
    await says(world, device_id, Presence.OFFLINE, at)
    await looked(world, at)

    (now_open,) = await listed(world)
    (before,) = await listed(world, Part.OVER)
    assert (before.times, now_open.times, now_open.id != before.id) == (3, 1, True)
    assert (await acts(world)).count("reopened") == 2


async def test_an_alarm_that_was_over_before_we_looked_is_seen(world: World) -> None:
    device_id = await a_device(world)
    await alarms(world, device_id, AlarmCode.FORCED, True, NOON)
    await alarms(world, device_id, AlarmCode.FORCED, False, NOON + SECOND)

    await looked(world, NOON + 2 * SECOND)
    (fault,) = await listed(world)
    assert (fault.cause, fault.detail) == ("alarm", "forced: lid")
    await looked(world, NOON + MINUTE)
    assert [row.status for row in await listed(world, Part.OVER)] == ["ended"]
    assert await looked(world, NOON + MINUTE) == 0


async def test_every_cause_has_its_sign(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = await a_device(world, gate_id)
    await alarms(world, device_id, AlarmCode.TAMPER, True, NOON)
    await alarms(world, device_id, AlarmCode.JAM, True, NOON)
    await alarms(world, device_id, AlarmCode.PAPER, True, NOON)
    report = Report("b1", "normal", 0, -USUAL.fault_clock_off_ms - 1)
    await world.db.act(devices.report_heartbeat, device_id, report, {}, NOON + MINUTE)
    await world.db.act(devices.count_bad_messages, device_id, 7, NOON)
    for _ in range(USUAL.fault_refusals):
        await world.scan(gate_id, "nonsense", NOON, device_id=device_id)

    await looked(world, NOON + MINUTE)

    found = {row.cause: row.figure for row in await listed(world)}
    assert found == {
        "tamper": 0,
        "alarm": 0,
        "paper": 0,
        "clock": USUAL.fault_clock_off_ms + 1,
        "messages": 7,
        "refusals": USUAL.fault_refusals,
    }
    await world.db.act(devices.retire, device_id, await version(world, device_id), OFFICER, NOON)
    await looked(world, NOON + MINUTE)
    assert await listed(world) == []  # who is out of use is out of order for nobody


async def version(world: World, device_id: str) -> int:
    return int((await world.db.ask(devices.get, device_id)).version)


async def test_fewer_refusals_are_nothing(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = await a_device(world, gate_id)
    for _ in range(USUAL.fault_refusals - 1):
        await world.scan(gate_id, "nonsense", NOON, device_id=device_id)
    assert await looked(world, NOON) == 0


async def test_the_operator_says_what_is_too_much(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = await a_device(world, gate_id)
    report = Report("b1", "normal", 0, 3_000)
    await world.db.act(devices.report_heartbeat, device_id, report, {}, NOON)
    for _ in range(3):
        await world.scan(gate_id, "nonsense", NOON, device_id=device_id)
    wanted: dict[str, Any] = {
        "fault_clock_off_ms": 3_000,
        "fault_refusals": 3,
        "fault_refusals_minutes": 1,
    }
    await world.db.act(partial(settings.change, edition=0), OFFICER, wanted, NOON)

    assert await looked(world, NOON + MINUTE / 2) == 1
    assert [row.cause for row in await listed(world)] == ["refusals"]
    await looked(world, NOON + MINUTE)
    assert await listed(world) == []


async def test_people_acknowledge_and_resolve_what_does_not_stand(world: World) -> None:
    device_id = await a_device(world)
    await world.db.act(devices.count_bad_messages, device_id, 1, NOON)
    await says(world, device_id, Presence.OFFLINE, NOON)
    await looked(world, NOON)
    rows = {row.cause: row.id for row in await listed(world)}

    await world.db.act(faults.acknowledge, rows["messages"], OFFICER, NOON)
    with pytest.raises(Conflict):
        await world.db.act(faults.acknowledge, rows["messages"], OFFICER, NOON)
    with pytest.raises(InvalidInput):
        await world.db.act(faults.resolve, rows["messages"], " ", OFFICER, NOON)
    with pytest.raises(InvalidInput):
        await world.db.act(faults.assign, rows["messages"], "nobody", OFFICER, NOON)
    await world.db.act(faults.resolve, rows["messages"], "换了读卡器", OFFICER, NOON + SECOND)
    with pytest.raises(Conflict):  # it is still offline
        await world.db.act(faults.resolve, rows["offline"], "x", OFFICER, NOON + SECOND)
    with pytest.raises(NotFound):
        await world.db.act(faults.acknowledge, device_id, OFFICER, NOON)

    assert await looked(world, NOON + MINUTE) == 0  # resolved, and nothing new came
    await world.db.act(devices.count_bad_messages, device_id, 1, NOON + 2 * MINUTE)
    await looked(world, NOON + 2 * MINUTE)
    fault = await world.db.ask(faults.get, rows["messages"])
    assert (fault.status, fault.times, fault.figure) == (FaultStatus.OPEN, 2, 2)
    assert (fault.note, fault.seen_by) == ("换了读卡器", None)


async def test_many_who_look_or_acknowledge_at_once_are_one(world: World) -> None:
    device_id = await a_device(world)
    await says(world, device_id, Presence.OFFLINE, NOON)

    await asyncio.gather(*(world.db.act(faults.look, NOON) for _ in range(20)))
    (fault,) = await world.rows("device_faults")
    said = await asyncio.gather(
        *(world.db.act(faults.acknowledge, fault.id, OFFICER, NOON) for _ in range(20)),
        return_exceptions=True,
    )

    assert [each for each in said if not isinstance(each, Conflict)] == [None]
    assert await acts(world) == ["opened", "seen"]


async def test_a_list_shows_the_places_that_are_named(world: World) -> None:
    gates = [await world.add_gate() for _ in range(2)]
    for gate_id in gates:
        await says(world, await a_device(world, gate_id), Presence.OFFLINE, NOON)
    await looked(world, NOON)

    near = await world.db.ask(faults.page, Part.OPEN, Cut(), [gates[0]])
    assert [row.gate_id for row in near] == [gates[0]]
    assert await world.db.ask(faults.count, [gates[1]]) == {FaultCause.OFFLINE: 1}
    assert await world.db.ask(faults.count, ["elsewhere"]) == {}
