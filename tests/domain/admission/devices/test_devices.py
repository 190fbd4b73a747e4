"""Devices: paired, watched, told, heard."""

from datetime import timedelta

import pytest

from domain.admission import devices
from domain.admission.devices import (
    Alarm,
    AlarmCode,
    AlarmSeverity,
    CommandOp,
    CommandStatus,
    DeviceInput,
    DeviceKind,
    Paired,
    Presence,
    Report,
    TooManyTries,
    WrongCode,
)
from domain.admission.devices.secrets import secret_hash
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation import places
from domain.operation.places import PlaceKind
from tests.domain.admission.world import MINUTE, NOON, SECOND, VAULT, World

ADMIN = Actor(ActorKind.STAFF, "a1")


async def new_device(world: World, gate_id: str | None = None) -> str:
    given = DeviceInput(
        name="南门 1 号", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    return await world.db.act(devices.add, given, ADMIN, NOON)


async def pair(world: World, code: str, address: str = "10.0.0.1") -> object:
    return await world.db.act(devices.pair, code, "SN1", "T800", address, VAULT, NOON + MINUTE)


async def paired(world: World, gate_id: str | None = None) -> Paired:
    device_id = await new_device(world, gate_id)
    made = await world.db.act(devices.make_code, device_id, ADMIN, NOON)
    answer = await pair(world, made.code)
    assert isinstance(answer, Paired)
    return answer


async def test_a_code_gives_a_secret_once(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = await new_device(world, gate_id)
    made = await world.db.act(devices.make_code, device_id, ADMIN, NOON)
    assert len(made.code) == 8

    first = await pair(world, made.code.lower())
    again = await pair(world, made.code)

    assert isinstance(first, Paired) and first.device_id == device_id
    assert isinstance(again, WrongCode)
    known = await world.db.ask(devices.identify, secret_hash(first.secret))
    assert known is not None and (known.device_id, known.gate_id) == (device_id, gate_id)
    row = await world.db.ask(devices.get, device_id)
    assert (row.serial, row.model) == ("SN1", "T800")
    assert first.secret not in str(await world.rows("audit_entries")) + str(row)
    assert await world.db.ask(devices.mac_secret, device_id, VAULT) == first.secret


async def test_a_late_code_is_worth_nothing(world: World) -> None:
    made = await world.db.act(devices.make_code, await new_device(world), ADMIN, NOON)
    late = NOON + timedelta(minutes=10)

    answer = await world.db.act(devices.pair, made.code, "SN", "M", "10.0.0.1", VAULT, late)

    assert isinstance(answer, WrongCode)


async def test_a_new_code_voids_the_one_before(world: World) -> None:
    device_id = await new_device(world)
    first = await world.db.act(devices.make_code, device_id, ADMIN, NOON)
    await world.db.act(devices.make_code, device_id, ADMIN, NOON + SECOND)

    assert isinstance(await pair(world, first.code), WrongCode)


async def test_an_address_has_five_tries(world: World) -> None:
    made = await world.db.act(devices.make_code, await new_device(world), ADMIN, NOON)
    for _ in range(5):
        assert isinstance(await pair(world, "00000000"), WrongCode)

    assert isinstance(await pair(world, made.code), TooManyTries)
    assert isinstance(await pair(world, made.code, "10.0.0.2"), Paired)


async def test_during_a_rotation_both_secrets_are_good(world: World) -> None:
    old = await paired(world)
    secret = await world.db.act(devices.rotate, old.device_id, VAULT, ADMIN, NOON)

    for one, is_next in ((old.secret, False), (secret, True)):
        known = await world.db.ask(devices.identify, secret_hash(one))
        assert known is not None and known.with_next_secret is is_next
    assert await world.db.ask(devices.next_secret, old.device_id, VAULT) == secret
    (waiting,) = await world.db.ask(devices.waiting_commands)
    assert (waiting.op, waiting.args) == ("rotate", {})

    assert await world.db.act(devices.finish_rotation, old.device_id, NOON)
    assert await world.db.ask(devices.identify, secret_hash(old.secret)) is None
    assert await world.db.ask(devices.identify, secret_hash(secret)) is not None
    assert not await world.db.act(devices.finish_rotation, old.device_id, NOON)


async def test_a_retired_device_is_forgotten_at_once(world: World) -> None:
    old = await paired(world)
    version = (await world.db.ask(devices.get, old.device_id)).version

    await world.db.act(devices.retire, old.device_id, version, ADMIN, NOON)

    assert await world.db.ask(devices.identify, secret_hash(old.secret)) is None
    assert await world.db.ask(devices.directory) == []
    with pytest.raises(Conflict):
        await world.db.act(devices.make_code, old.device_id, ADMIN, NOON)


async def test_a_device_stands_in_its_gates_area(world: World) -> None:
    given = DeviceInput(name="x", kind=DeviceKind.READER, area_id="nowhere", gate_id=None)
    with pytest.raises(InvalidInput):
        await world.db.act(devices.add, given, ADMIN, NOON)


async def test_another_configuration_is_another_revision(world: World) -> None:
    device_id = await new_device(world)
    given = DeviceInput(
        name="y", kind=DeviceKind.TURNSTILE, area_id=world.area_id, config={"open_ms": 3000}
    )

    await world.db.act(devices.edit, device_id, given, 1, ADMIN, NOON)

    row = await world.db.ask(devices.get, device_id)
    assert (row.name, row.config_rev, row.version) == ("y", 2, 2)
    with pytest.raises(Conflict):
        await world.db.act(devices.edit, device_id, given, 1, ADMIN, NOON)


async def presence(world: World, device_id: str) -> str:
    return str((await world.db.ask(devices.get, device_id)).presence)


async def test_the_will_of_an_older_start_is_ignored(world: World) -> None:
    device_id = (await paired(world)).device_id
    await world.db.act(devices.report_state, device_id, Presence.ONLINE, "b1", 0, NOON)
    await world.db.act(devices.report_state, device_id, Presence.ONLINE, "b2", 0, NOON + SECOND)

    old = await world.db.act(
        devices.report_state, device_id, Presence.OFFLINE, "b1", 0, NOON + 2 * SECOND
    )
    assert not old and await presence(world, device_id) == "online"
    await world.db.act(
        devices.report_state, device_id, Presence.OFFLINE, "b2", 0, NOON + 3 * SECOND
    )
    assert await presence(world, device_id) == "offline"


async def test_three_missed_heartbeats_are_offline(world: World) -> None:
    device_id = (await paired(world)).device_id
    await world.db.act(devices.report_state, device_id, Presence.ONLINE, "b1", 0, NOON)

    assert await world.db.act(devices.sweep_silent, NOON + 45 * SECOND) == []
    assert await world.db.act(devices.sweep_silent, NOON + 46 * SECOND) == [device_id]
    assert await presence(world, device_id) == "offline"
    back = Report("b1", "online", 0, None)
    assert await world.db.act(devices.report_heartbeat, device_id, back, {}, NOON + MINUTE)
    assert await presence(world, device_id) == "online"


async def test_a_heartbeat_is_written_when_it_says_more_or_every_15_seconds(world: World) -> None:
    device_id = (await paired(world)).device_id
    calm, busy = Report("b1", "online", 0, 5), Report("b1", "online", 3, 5)

    async def beat(report: Report, seconds: int) -> bool:
        now = NOON + seconds * SECOND
        return await world.db.act(devices.report_heartbeat, device_id, report, {"up": 1}, now)

    assert await beat(calm, 0)
    assert not await beat(calm, 5)
    assert await beat(busy, 6)
    assert not await beat(busy, 11)
    assert await beat(busy, 21)
    assert not await beat(Report("b0", "online", 9, 5), 40)
    acts = [row.act for row in await world.rows("audit_entries")]
    assert not [act for act in acts if "heartbeat" in act or "state" in act]


async def test_a_command_goes_its_way(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = (await paired(world, gate_id)).device_id
    (command_id,) = await world.db.act(
        devices.command_gate, gate_id, CommandOp.OPEN, "wheelchair", ADMIN, NOON
    )

    assert await world.db.act(devices.mark_sent, command_id, NOON + SECOND)
    assert not await world.db.act(devices.mark_sent, command_id, NOON + SECOND)
    for status in (CommandStatus.ACCEPTED, CommandStatus.DONE, CommandStatus.FAILED):
        assert await world.db.act(
            devices.acknowledge, device_id, command_id, status, "", NOON + SECOND
        )
    assert (await world.db.ask(devices.get_command, command_id)).status == "done"
    other = await new_device(world)
    assert not await world.db.act(
        devices.acknowledge, other, command_id, CommandStatus.DONE, "", NOON
    )


async def test_a_command_that_nobody_sent_in_time_expires(world: World) -> None:
    device_id = (await paired(world)).device_id
    command_id = await world.db.act(devices.command, device_id, CommandOp.BEEP, {}, "", ADMIN, NOON)

    assert await world.db.act(devices.expire_commands, NOON + 30 * SECOND) == []
    assert await world.db.act(devices.expire_commands, NOON + 31 * SECOND) == [command_id]
    assert not await world.db.act(devices.mark_sent, command_id, NOON + 31 * SECOND)


@pytest.mark.parametrize("op", [CommandOp.OPEN, CommandOp.FREE, CommandOp.LOCK])
async def test_opening_a_gate_needs_a_reason(world: World, op: CommandOp) -> None:
    device_id = (await paired(world)).device_id
    with pytest.raises(InvalidInput):
        await world.db.act(devices.command, device_id, op, {}, "  ", ADMIN, NOON)


async def test_an_alarm_comes_and_goes(world: World) -> None:
    device_id = (await paired(world)).device_id
    alarm = Alarm("a1", AlarmCode.JAM, AlarmSeverity.WARN, True, "arm")
    for _ in range(2):
        await world.db.act(devices.report_alarm, device_id, alarm, NOON)
    (active,) = await world.db.ask(devices.active_alarms)
    assert (active.code, active.device_name) == ("jam", "南门 1 号")
    (row,) = await world.db.ask(devices.health)
    assert row.alarms == 1
    await world.db.act(devices.see_alarm, active.id, ADMIN, NOON)

    await world.db.act(devices.report_alarm, device_id, alarm._replace(active=False), NOON)

    assert await world.db.ask(devices.active_alarms) == []


async def test_a_gate_with_a_device_is_not_retired(world: World) -> None:
    gate_id = await world.add_gate()
    device_id = (await paired(world, gate_id)).device_id

    async def retire(tx: Tx) -> None:
        await places.retire_place(tx, PlaceKind.GATE, gate_id, ADMIN, NOON, version=1)

    with pytest.raises(Conflict):
        await world.db.act(retire)
    version = (await world.db.ask(devices.get, device_id)).version
    await world.db.act(devices.retire, device_id, version, ADMIN, NOON)
    await world.db.act(retire)
