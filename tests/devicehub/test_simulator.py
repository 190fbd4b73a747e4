"""The pretend turnstile keeps the device's side of the contract."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Literal

import pytest

from devicehub.broker import HUB_USER, Broker
from devicehub.limits import Limits
from devicehub.messages import (
    Ack,
    CfgDesired,
    Cmd,
    Heartbeat,
    Info,
    Message,
    Ok,
    Pass,
    Scan,
    ScanReply,
    State,
    TimeReply,
    TimeReq,
    encode,
    unix_ms,
)
from devicehub.mqtt import Connection, Reply, Transport
from devicehub.passwords import Credential
from devicehub.simulator import Behaviour, Memory, Turnstile
from domain.admission.devices.secrets import broker_hash

pytestmark = pytest.mark.broker


class OtherSide:
    """What the hub says, decided by the test. Passages are confirmed unless `is_deaf`."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.heard: list[Message] = []
        self.decision: Literal["allow", "deny"] = "allow"
        self.delay_seconds = 0.0
        self.is_deaf = False
        self.clock_ahead_ms = 0
        self.knows_no_time = False
        self.transport = Transport(
            Connection("127.0.0.1", broker.port, HUB_USER, broker.password),
            self,
            limits=Limits(1000, 1000),
        )

    async def __call__(self, device_id: str, what: str, message: Message) -> Sequence[Reply]:
        self.heard.append(message)
        if isinstance(message, TimeReq):
            if self.knows_no_time:
                return []
            t1 = unix_ms() + self.clock_ahead_ms
            return [Reply(device_id, TimeReply(v=1, ts=t1, t0=message.t0, t1=t1, t2=t1))]
        if isinstance(message, Scan):
            await asyncio.sleep(self.delay_seconds)
            reply = ScanReply(v=1, ts=unix_ms(), cid=message.cid, decision=self.decision)
            return [Reply(device_id, reply)]
        if isinstance(message, Pass) and not self.is_deaf:
            return [Reply(device_id, Ok(v=1, ts=unix_ms(), keys=[message.key]))]
        return []

    def of(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.heard if isinstance(message, kind)]

    async def until(self, is_so: Callable[[], bool], seconds: float = 3) -> None:
        async with asyncio.timeout(seconds):
            while not is_so():  # noqa: ASYNC110 (a test may look again and again)
                await asyncio.sleep(0.01)

    def command(self, name: str, op: Any, *, seconds: float = 10, **arguments: object) -> None:
        now = unix_ms() + self.clock_ahead_ms
        exp = now + int(seconds * 1000)
        self.transport.send(Reply("g1", Cmd(v=1, ts=now, cmd=name, op=op, exp=exp, args=arguments)))


@pytest.fixture
async def hub(broker: Broker) -> AsyncIterator[OtherSide]:
    broker.set_credentials([Credential("g1", broker_hash("secret-1"))])
    side = OtherSide(broker)
    running = asyncio.create_task(side.transport.run())
    await side.until(lambda: side.transport.is_connected)
    yield side
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def turnstile(hub: OtherSide, memory: Memory | None = None, **behaviour: Any) -> Turnstile:
    return Turnstile(
        Connection("127.0.0.1", hub.broker.port, "g1"),
        memory or Memory("secret-1"),
        behaviour=Behaviour(**behaviour),
        heartbeat_seconds=0.1,
    )


async def test_it_says_who_it_is_how_it_is_and_when_it_goes(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        await hub.until(lambda: len(hub.of(Heartbeat)) >= 2)
    await hub.until(lambda: len(hub.of(State)) == 2)

    assert [(state.s, state.boot) for state in hub.of(State)] == [
        ("online", gate.boot),
        ("offline", gate.boot),
    ]
    assert hub.of(Info)[0].boot == gate.boot


async def test_its_will_speaks_when_the_cable_is_pulled(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        await gate.cut_off()
        await hub.until(lambda: len(hub.of(State)) == 2)
        assert hub.of(State)[1].s == "offline"
        gate.reconnect()
        await gate.until_ready()
        assert hub.of(State)[2].boot == hub.of(State)[0].boot


async def test_yes_opens_and_the_turn_of_the_arm_is_reported(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        outcome = await gate.scan("CODE")
        await gate.until_confirmed()

    passage = hub.of(Pass)[0]
    assert (outcome.decision, gate.opened) == ("allow", 1)
    assert (passage.key, passage.result) == (outcome.key, "passed")
    assert passage.cid == hub.of(Scan)[0].cid


async def test_no_leaves_it_shut(hub: OtherSide) -> None:
    hub.decision = "deny"
    async with turnstile(hub).running() as gate:
        outcome = await gate.scan("CODE")
        assert (outcome.decision, gate.opened) == ("deny", 0)


async def test_an_answer_after_the_deadline_never_opens(hub: OtherSide) -> None:
    hub.delay_seconds = 1.0
    async with turnstile(hub).running() as gate:
        outcome = await gate.scan("CODE")
        await asyncio.sleep(0.4)
        assert (outcome.decision, gate.opened) == ("late", 0)


async def test_a_deadline_is_hub_time_whatever_its_own_clock_says(hub: OtherSide) -> None:
    hub.clock_ahead_ms = 30_000
    async with turnstile(hub, clock_skew_ms=-7_200_000).running() as gate:
        await gate.scan("CODE")

    deadline = hub.of(Scan)[0].deadline
    assert abs(deadline - (unix_ms() + hub.clock_ahead_ms + 800)) < 500


async def test_a_passage_is_said_again_until_it_is_confirmed(hub: OtherSide) -> None:
    hub.is_deaf = True
    memory = Memory("secret-1")
    async with turnstile(hub, memory).running() as gate:
        outcome = await gate.scan("CODE")
        await hub.until(lambda: bool(hub.of(Pass)))
        await gate.cut_off()
    hub.is_deaf = False
    async with turnstile(hub, memory).running() as again:
        await again.until_confirmed()

    assert {passage.key for passage in hub.of(Pass)} == {outcome.key}
    assert len(hub.of(Pass)) >= 2
    assert hub.of(State)[0].boot != hub.of(State)[-1].boot


async def test_a_command_is_carried_out_once_and_answered_each_time(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        for _ in range(3):
            hub.command("c1", "open")
        await hub.until(lambda: len(hub.of(Ack)) == 3)
        hub.command("c2", "lock")
        await hub.until(lambda: len(hub.of(Ack)) == 4)

        assert gate.opened == 1
        assert gate.mode == "locked"
        assert [ack.status for ack in hub.of(Ack)] == ["done"] * 4
        await hub.until(lambda: [passage.cid for passage in hub.of(Pass)] == [None])


async def test_it_remembers_the_last_256_commands(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        for number in range(258):
            hub.command(f"c{number}", "beep")
        await hub.until(lambda: len(hub.of(Ack)) == 258)
        assert list(gate.memory.answered) == [f"c{number}" for number in range(2, 258)]


async def test_a_command_that_comes_too_late_is_refused(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        hub.command("c1", "open", seconds=-1)
        await hub.until(lambda: bool(hub.of(Ack)))
        assert (hub.of(Ack)[0].status, gate.opened) == ("expired", 0)


async def test_without_the_hubs_time_no_command_is_obeyed(hub: OtherSide) -> None:
    hub.knows_no_time = True
    gate = turnstile(hub)
    gate.switch_on()
    await hub.until(lambda: bool(hub.of(Heartbeat)))
    hub.command("c1", "open")
    await hub.until(lambda: bool(hub.of(Ack)))
    await gate.switch_off()

    assert (hub.of(Ack)[0].status, hub.of(Ack)[0].err) == ("rejected", "clock")
    assert gate.opened == 0


async def test_a_retained_command_is_not_meant_for_it(hub: OtherSide) -> None:
    command = Cmd(v=1, ts=unix_ms(), cmd="c1", op="open", exp=unix_ms() + 60_000)
    sender = hub.transport._client
    assert sender is not None
    await sender.publish("shanmen/1/g1/down/cmd", encode(command), qos=1, retain=True)
    async with turnstile(hub).running() as gate:
        await asyncio.sleep(0.1)
        assert (gate.opened, hub.of(Ack)) == (0, [])


async def test_a_jam_is_an_alarm_and_nobody_passes(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        gate.jam()
        await gate.scan("CODE")
        await gate.until_confirmed()
        gate.clear_jam()
        await hub.until(lambda: len([m for m in hub.heard if type(m).__name__ == "Alarm"]) == 2)
        assert hub.of(Pass)[0].result == "timeout"


async def test_it_keeps_the_settings_it_is_given_and_says_so(hub: OtherSide) -> None:
    hub.transport.send(Reply("g1", CfgDesired(v=1, ts=unix_ms(), rev=7, cfg={"open_ms": 1})))
    async with turnstile(hub).running() as gate:
        await hub.until(lambda: gate.memory.config_rev == 7)
        await hub.until(lambda: any(beat.cfg == 7 for beat in hub.of(Heartbeat)))


async def test_it_takes_a_new_secret_and_comes_back_with_it(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        hub.broker.set_credentials(
            [Credential("g1", broker_hash("secret-1"), broker_hash("secret-2"))]
        )
        hub.command("c1", "rotate", secret="secret-2")
        await hub.until(lambda: bool(hub.of(Ack)))
        hub.broker.expect_next("g1")
        assert await asyncio.wait_for(hub.broker.renewed.get(), 5) == "g1"
        assert gate.memory.secret == "secret-2"


async def test_a_reboot_is_a_new_start(hub: OtherSide) -> None:
    async with turnstile(hub).running() as gate:
        before = gate.boot
        hub.command("c1", "reboot")
        await hub.until(lambda: len({state.boot for state in hub.of(State)}) == 2)
        assert gate.boot != before
        hub.command("c1", "reboot")
        await hub.until(lambda: len(hub.of(Ack)) == 2)
        assert gate.memory.starts == 2
