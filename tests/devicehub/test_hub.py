"""What the hub makes of each message, on both engines and without a broker."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devicehub.commands import mac_of
from devicehub.hub import Hub
from devicehub.messages import (
    UP,
    BadMessage,
    CfgDesired,
    Cmd,
    Message,
    Ok,
    ScanReply,
    TimeReply,
    decode,
)
from devicehub.mqtt import Reply
from devicehub.redemptions import unix_ms
from domain.admission import devices, occupancy, sweeps
from domain.admission.devices import CommandOp
from domain.kernel.db import Database
from tests.devicehub.hubs import ADMIN, Clock, add_device, hub_over
from tests.devicehub.test_messages import EXTREMES, SAMPLES
from tests.domain.admission.world import MINUTE, NOON, SECOND, VAULT, World, built


@dataclass
class Bench:
    """A hub, one gate, one device."""

    world: World
    hub: Hub
    clock: Clock
    gate_id: str
    device_id: str
    secret: str

    async def say(self, what: str, device_id: str | None = None, **fields: Any) -> list[Message]:
        device_id = device_id or self.device_id
        head = {"v": 1, "boot": "b1"} | ({} if what == "state" else {"ts": unix_ms(self.clock())})
        payload = json.dumps(head | fields).encode()
        received = decode(f"shanmen/1/{device_id}/up/{what}", payload)
        replies = await self.hub.handle(*received)
        assert all(reply.device_id == device_id for reply in replies)
        return [reply.message for reply in replies]

    async def scan(self, code: str, cid: str = "c1", **fields: Any) -> list[Message]:
        deadline = unix_ms(self.clock()) + 800
        asked: dict[str, Any] = {"cid": cid, "ch": 1, "code": code, "deadline": deadline}
        return await self.say("scan", **asked | fields)

    async def device(self) -> Any:
        return await self.world.db.ask(devices.get, self.device_id)

    def sent(self) -> list[Reply]:
        """Collect instead of publishing: there is no broker here."""
        collected: list[Reply] = []

        def send(reply: Reply) -> bool:
            collected.append(reply)
            return True

        self.hub.transport.send = send  # type: ignore[method-assign]  # the far side of a wire
        self.hub.transport._client = object()  # type: ignore[assignment]  # the same
        return collected


@pytest.fixture
async def bench(db: Database) -> AsyncIterator[Bench]:
    async with built(db) as world:
        gate_id = await world.add_gate(open_ms=4000)
        hub, clock = hub_over(world)
        yield Bench(world, hub, clock, gate_id, *await add_device(world, gate_id))


# --- scan and pass


async def test_a_good_ticket_opens_and_its_passage_is_confirmed(bench: Bench) -> None:
    ticket = await bench.world.add_ticket()

    (reply,) = await bench.scan(ticket.qr())
    assert isinstance(reply, ScanReply)
    assert (reply.decision, reply.cid, reply.open_ms, reply.hold) == ("allow", "c1", 4000, True)
    assert reply.show is not None
    assert (reply.show["zh"], reply.show["en"]) == ("zh: Please enter.", "Please enter.")
    assert reply.show["number"] == 0

    (receipt,) = await bench.say("pass", key="k1", ch=1, result="passed", cid="c1")
    assert isinstance(receipt, Ok)
    assert receipt.keys == ["k1"]
    assert (await bench.world.row("tickets", ticket.id)).status == "used"


async def test_a_used_ticket_is_refused_with_its_number_when_and_where(bench: Bench) -> None:
    ticket = await bench.world.add_ticket()
    await bench.scan(ticket.qr())
    await bench.say("pass", key="k1", ch=1, result="passed", cid="c1")

    (reply,) = await bench.scan(ticket.qr(), "c2")

    assert isinstance(reply, ScanReply)
    assert (reply.decision, reply.reason, reply.open_ms) == ("deny", "USED_UP", None)
    assert reply.show is not None
    assert (reply.show["number"], reply.show["en"]) == (15, "This ticket has already been used.")
    assert reply.show["detail"]["gate_id"] == bench.gate_id


async def test_a_repeated_scan_gets_the_first_answer_and_a_repeated_pass_counts_once(
    bench: Bench,
) -> None:
    ticket = await bench.world.add_ticket()
    for _ in range(3):
        (reply,) = await bench.scan(ticket.qr())
        assert isinstance(reply, ScanReply)
        assert reply.decision == "allow"
    for _ in range(3):
        (receipt,) = await bench.say("pass", key="k1", ch=1, result="passed", cid="c1")
        assert isinstance(receipt, Ok)
    assert len(await bench.world.rows("passages")) == 1


async def test_a_scan_id_that_comes_with_another_code_opens_nothing(bench: Bench) -> None:
    one, two = await bench.world.add_ticket(), await bench.world.add_ticket()
    await bench.scan(one.qr())

    (reply,) = await bench.scan(two.qr())

    assert isinstance(reply, ScanReply)
    assert (reply.decision, reply.reason) == ("deny", "DUPLICATE")
    assert reply.show is not None and reply.show["number"] == 1


async def test_after_its_deadline_a_scan_is_kept_and_not_answered(bench: Bench) -> None:
    ticket = await bench.world.add_ticket()

    assert await bench.scan(ticket.qr(), deadline=unix_ms(bench.clock()) - 1) == []

    (row,) = await bench.world.rows("redemptions")
    assert (row.refusal, row.ticket_id) == ("TOO_LATE", ticket.id)
    assert (await bench.world.row("tickets", ticket.id)).held_by is None
    (receipt,) = await bench.say("pass", key="k1", ch=1, result="passed", cid="c1")
    assert isinstance(receipt, Ok), "the gate went by its own rules, and that is a fact"
    assert (await bench.world.row("tickets", ticket.id)).status == "used"
    assert await bench.world.rows("incidents") == []


async def test_who_walks_away_frees_the_ticket(bench: Bench) -> None:
    ticket = await bench.world.add_ticket()
    await bench.scan(ticket.qr())
    await bench.say("pass", key="k1", ch=1, result="timeout", cid="c1")

    (again,) = await bench.scan(ticket.qr(), "c2")
    assert isinstance(again, ScanReply)
    assert again.decision == "allow", "said so"

    bench.clock.moved = 16 * SECOND
    (later,) = await bench.scan(ticket.qr(), "c3")
    assert isinstance(later, ScanReply)
    assert later.decision == "allow", "nothing was heard for 15 seconds"


async def test_a_gate_without_a_sensor_counts_at_the_opening(bench: Bench) -> None:
    await bench.world.change("gates", bench.gate_id, has_sensor=False)
    ticket = await bench.world.add_ticket()

    (reply,) = await bench.scan(ticket.qr())

    assert isinstance(reply, ScanReply)
    assert (reply.decision, reply.hold) == ("allow", False)
    assert (await bench.world.row("tickets", ticket.id)).status == "used"


async def test_a_group_goes_in_together(bench: Bench) -> None:
    ticket = await bench.world.add_ticket(
        gate_mode="one_many", persons=8, entries=8, entries_left=8
    )

    (reply,) = await bench.scan(ticket.qr())

    assert isinstance(reply, ScanReply)
    assert reply.persons == 8
    assert reply.show is not None and reply.show["en"] == "Please enter, 8 persons."
    await bench.say("pass", key="k1", ch=1, result="passed", cid="c1", n=5)
    assert (await bench.world.row("tickets", ticket.id)).entries_left == 3


@pytest.mark.parametrize("heads", [2**53, 10**30, 1e308, -(10**30), -1, 0, 1.0])
async def test_a_number_of_heads_that_cannot_be_counts_one_and_is_confirmed(
    bench: Bench, heads: float
) -> None:
    ticket = await bench.world.add_ticket()
    await bench.scan(ticket.qr())

    (receipt,) = await bench.say("pass", key="k1", ch=1, result="passed", cid="c1", n=heads)

    assert isinstance(receipt, Ok)
    assert [row.counted for row in await bench.world.rows("passages")] == [1]
    incidents = [row.kind for row in await bench.world.rows("incidents")]
    assert incidents == (["overcount"] if heads > 1 else [])


@pytest.mark.parametrize("heads", [True, "2", 1.5, None, [1], {"n": 1}])
async def test_what_is_no_number_of_heads_is_a_bad_message(bench: Bench, heads: object) -> None:
    ticket = await bench.world.add_ticket()
    await bench.scan(ticket.qr())

    with pytest.raises(BadMessage):
        await bench.say("pass", key="k1", ch=1, result="passed", cid="c1", n=heads)

    assert await bench.world.rows("passages") == []
    assert (await bench.world.row("tickets", ticket.id)).status == "sold"


async def test_a_device_that_stands_nowhere_opens_nothing_and_keeps_its_passages(
    bench: Bench,
) -> None:
    stray, _ = await add_device(bench.world)
    ticket = await bench.world.add_ticket()
    deadline = unix_ms(bench.clock()) + 800

    (reply,) = await bench.say("scan", stray, cid="c1", ch=1, code=ticket.qr(), deadline=deadline)
    assert isinstance(reply, ScanReply)
    assert (reply.decision, reply.reason) == ("deny", "NO_GATE")
    assert await bench.say("pass", stray, key="k1", ch=1, result="passed") == []


async def test_a_passage_that_was_kept_is_dated_when_it_was(bench: Bench) -> None:
    await bench.say("hb", up=1, mode="online", off_ms=-30_000)
    await bench.hub.directory.refresh(NOON)
    hour_ago = unix_ms(NOON) - 3_600_000
    at_its_clock = hour_ago + 30_000

    await bench.say("pass", key="k1", ch=1, result="passed", ts=at_its_clock)
    await bench.say("pass", key="k2", ch=1, result="passed", ts=0)

    first, second = sorted(await bench.world.rows("passages"), key=lambda row: row.key)
    assert unix_ms(first.passed_at) == hour_ago
    assert second.passed_at >= NOON, "a clock that was never set says nothing"


async def test_a_stranger_is_counted_and_not_heard(bench: Bench) -> None:
    assert await bench.say("time", "nobody", t0=1) == []
    assert bench.hub.strangers == 1


# --- what it says of itself


async def test_state_info_settings_and_heartbeat_are_kept(bench: Bench) -> None:
    await bench.say("state", s="online", queued=3)
    await bench.say("info", model="T8\x00", fw="1", proto=[1, 1], caps=["qr"], ch=[])
    await bench.say("cfg", rev=1, err={"lamp": "unknown"})
    await bench.say("hb", up=5, mode="free", queued=2, off_ms=-12)

    row = await bench.device()
    assert (row.presence, row.boot, row.mode, row.queued) == ("online", "b1", "free", 2)
    assert (row.model, row.info["caps"], row.clock_offset_ms) == ("T8", ["qr"], -12)
    assert (row.config_reported_rev, row.config_errors) == (1, {"lamp": "unknown"})


async def test_the_will_of_an_older_start_says_nothing(bench: Bench) -> None:
    await bench.say("state", s="online", boot="b2")
    await bench.say("state", s="offline", boot="b1")
    assert (await bench.device()).presence == "online"

    await bench.say("state", s="offline", boot="b2")
    assert (await bench.device()).presence == "offline"


async def test_three_missed_heartbeats_are_silence(bench: Bench) -> None:
    bench.clock.is_frozen = True
    await bench.say("state", s="online")
    bench.clock.moved = timedelta(seconds=44)
    await sweeps.note_silence(bench.world.db, bench.clock())
    assert (await bench.device()).presence == "online"

    bench.clock.moved = timedelta(seconds=46)
    await sweeps.note_silence(bench.world.db, bench.clock())
    assert (await bench.device()).presence == "offline"

    await bench.say("hb", boot="b9", up=1, mode="online")
    row = await bench.device()
    assert (row.presence, row.boot) == ("online", "b9"), "its announcement was lost, it is back"


async def test_it_is_told_how_it_should_be_set_until_it_says_so(bench: Bench) -> None:
    (told,) = await bench.say("state", s="online")
    assert isinstance(told, CfgDesired)
    assert told.rev == 1

    await bench.say("cfg", rev=1)
    await bench.hub.directory.refresh(NOON)
    assert await bench.say("state", s="online") == []


async def test_alarms_come_and_go(bench: Bench) -> None:
    await bench.say("alarm", aid="a1", code="jam", sev="warn", active=True, detail="arm\x00 1")
    (row,) = await bench.world.rows("device_alarms")
    assert (row.code, row.active, row.detail) == ("jam", True, "arm 1")

    await bench.say("alarm", aid="a1", code="jam", sev="warn", active=False)
    (row,) = await bench.world.rows("device_alarms")
    assert row.active is False


async def test_the_time_is_the_hubs(bench: Bench) -> None:
    bench.clock.is_frozen = True
    (reply,) = await bench.say("time", t0=7)
    assert isinstance(reply, TimeReply)
    assert (reply.t0, reply.t1, reply.t2) == (7, unix_ms(NOON), unix_ms(NOON))


# --- commands


async def order(bench: Bench, op: CommandOp) -> str:
    return await bench.world.db.act(
        devices.command, bench.device_id, op, {}, "because", ADMIN, bench.clock()
    )


async def command_row(bench: Bench, command_id: str) -> Any:
    return await bench.world.db.ask(devices.get_command, command_id)


async def test_a_command_is_sent_once_and_again_only_when_nothing_is_heard(bench: Bench) -> None:
    bench.clock.is_frozen = True
    command_id = await order(bench, CommandOp.OPEN)
    sent = bench.sent()

    await bench.hub.send_commands()
    await bench.hub.send_commands()
    assert len(sent) == 1
    command = sent[0].message
    assert isinstance(command, Cmd)
    assert (command.cmd, command.op) == (command_id, "open")
    assert command.exp == unix_ms(NOON) + 30_000
    assert command.mac == mac_of(command, bench.secret)

    bench.clock.moved = 3 * SECOND
    await bench.hub.send_commands()
    assert len(sent) == 2
    assert sent[1].message == command.model_copy(
        update={"ts": unix_ms(bench.clock()), "mac": sent[1].message.mac}  # type: ignore[attr-defined]
    )

    await bench.hub.send_commands()
    assert len(sent) == 2, "not before another two seconds"
    bench.clock.moved = 5 * SECOND
    await bench.hub.send_commands()
    assert len(sent) == 3

    await bench.say("ack", cmd=command_id, status="done")
    bench.clock.moved = 8 * SECOND
    await bench.hub.send_commands()
    assert len(sent) == 3
    assert (await command_row(bench, command_id)).status == "done"


async def test_a_device_that_is_away_finds_few_commands_when_it_is_back(bench: Bench) -> None:
    bench.clock.is_frozen = True
    await bench.say("state", s="offline")
    await bench.hub.directory.refresh(bench.clock())
    await bench.world.db.act(devices.rotate, bench.device_id, VAULT, ADMIN, NOON)
    sent = bench.sent()

    for second in range(0, 120, 2):
        bench.clock.moved = second * SECOND
        await bench.hub.send_commands()

    assert len(sent) == 4


async def test_a_command_nobody_heard_expires_and_is_never_sent_late(bench: Bench) -> None:
    bench.clock.is_frozen = True
    command_id = await order(bench, CommandOp.LOCK)
    sent = bench.sent()
    bench.clock.moved = MINUTE

    await bench.hub.send_commands()
    await sweeps.note_silence(bench.world.db, bench.clock())

    assert sent == []
    assert (await command_row(bench, command_id)).status == "expired"


@pytest.mark.parametrize(
    ("said", "kept"),
    [("accepted", "accepted"), ("rejected", "rejected"), ("failed", "failed"), ("late", "expired")],
)
async def test_what_a_device_answers_is_kept(bench: Bench, said: str, kept: str) -> None:
    command_id = await order(bench, CommandOp.BEEP)
    bench.sent()
    await bench.hub.send_commands()

    await bench.say("ack", cmd=command_id, status=said, err="why\x00")
    row = await command_row(bench, command_id)
    assert (row.status, row.error) == (kept, "why")


async def test_a_device_does_not_answer_for_another(bench: Bench) -> None:
    other, _ = await add_device(bench.world, bench.gate_id)
    command_id = await order(bench, CommandOp.BEEP)
    bench.sent()
    await bench.hub.send_commands()

    await bench.say("ack", other, cmd=command_id, status="done")
    assert (await command_row(bench, command_id)).status == "sent"


async def test_a_new_secret_is_sent_and_the_old_one_ends_when_the_new_was_used(
    bench: Bench,
) -> None:
    secret = await bench.world.db.act(devices.rotate, bench.device_id, VAULT, ADMIN, NOON)
    sent = bench.sent()
    await bench.hub.send_commands()
    command = sent[0].message
    assert isinstance(command, Cmd)
    assert command.args == {"secret": secret}
    assert secret not in str(await bench.world.rows("device_commands"))

    await bench.say("ack", cmd=command.cmd, status="done")
    assert (await bench.device()).next_secret_hash is not None
    await bench.say("state", s="online", boot="b2")
    assert (await bench.device()).next_secret_hash is None


# --- whatever comes

FIELDS = sorted({name for model in UP.values() for name in model.model_fields})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    what=st.sampled_from([what for what in SAMPLES if what.startswith("up/")]),
    fields=st.dictionaries(st.sampled_from(FIELDS), EXTREMES, max_size=2),
)
async def test_no_message_that_the_contract_allows_fails_here(
    bench: Bench, what: str, fields: dict[str, Any]
) -> None:
    payload = json.dumps({**SAMPLES[what], **fields}).encode()
    try:
        received = decode(f"shanmen/1/{bench.device_id}/{what}", payload)
    except BadMessage:
        return
    await bench.hub.handle(*received)


WILD: list[Any] = [
    None,
    True,
    -1,
    0,
    2**63,
    10**40,
    1.5,
    1e308,
    "",
    "x" * 600,
    "长\u202e🎫",
    "a\x00b",
    "../up/scan",
    "$share/x/#",
    [],
    [[[[[[[[[[]]]]]]]]]],
    {},
    {"a": {"b": {"c": {"d": {"e": {"f": "x" * 500}}}}}},
    "01900000-0000-7000-8000-000000000000",
]
WATCHED = ("tickets", "redemptions", "passages", "incidents", "media", "orders", "gates", "areas")


@pytest.mark.parametrize("what", [what for what in SAMPLES if what.startswith("up/")])
async def test_each_field_of_each_message_may_be_wild(bench: Bench, what: str) -> None:
    """Left out, of another type, huge, negative, of another alphabet, of somebody else: what the
    contract forbids is a bad message with a reason and changes nothing; what it allows is
    handled, and no ticket is used by it."""
    ticket = await bench.world.add_ticket()
    for name in sorted(UP[what.removeprefix("up/")].model_fields):
        for wild in (*WILD, ...):
            message = {**SAMPLES[what], name: wild}
            if wild is ...:
                del message[name]
            before = [await bench.world.rows(table) for table in WATCHED]
            try:
                received = decode(
                    f"shanmen/1/{bench.device_id}/{what}", json.dumps(message).encode()
                )
            except BadMessage as bad:
                assert str(bad), (name, wild)
                assert [await bench.world.rows(table) for table in WATCHED] == before
            else:
                await bench.hub.handle(*received)
    row = await bench.world.row("tickets", ticket.id)
    assert (row.status, row.entries_left, row.held_by) == ("sold", 1, None)
    full = await bench.world.db.ask(
        occupancy.occupancy_of, bench.world.area_id, bench.clock() + MINUTE
    )
    assert 0 <= full.heads.inside <= 500 * len(WILD)


async def test_what_belongs_to_another_device_is_not_touched(bench: Bench) -> None:
    """Another's scan, command and alarm, by their very ids."""
    ticket = await bench.world.add_ticket()
    await bench.scan(ticket.qr())
    other_id, _ = await add_device(bench.world, await bench.world.add_gate())
    await bench.hub.let_in()

    await bench.say("pass", other_id, key="k1", ch=1, result="passed", cid="c1")
    await bench.say("pass", other_id, key="k2", ch=1, result="timeout", cid="c1")

    row = await bench.world.row("tickets", ticket.id)
    assert (row.status, row.held_by is None) == ("sold", False)
    assert [row.kind for row in await bench.world.rows("incidents")] == ["unknown_pass"]
