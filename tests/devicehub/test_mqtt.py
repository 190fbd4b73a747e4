"""The transport, against a real broker and foreign clients."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from devicehub import child
from devicehub.broker import HUB_USER, Broker
from devicehub.limits import Limits
from devicehub.messages import Message, TimeReply, TimeReq, unix_ms
from devicehub.mqtt import Connection, Reply, Transport
from devicehub.passwords import Credential
from domain.admission.devices.secrets import broker_hash
from tests.devicehub.conftest import Foreigner, free_port
from tests.requirements import require

pytestmark = pytest.mark.broker
TIME = json.dumps({"v": 1, "ts": 1, "boot": "b1", "t0": 7})


class Clock:
    """A handler that answers `time` and nothing else."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    async def __call__(self, device_id: str, what: str, message: Message) -> Sequence[Reply]:
        self.heard.append((device_id, what))
        if what == "alarm":
            raise RuntimeError("our own mistake")
        if not isinstance(message, TimeReq):
            return []
        return [Reply(device_id, TimeReply(v=1, ts=unix_ms(), t0=message.t0, t1=unix_ms()))]


def connection(broker: Broker, group: str = "", identifier: str = HUB_USER) -> Connection:
    return Connection(
        *("127.0.0.1", broker.port, HUB_USER, broker.password),
        group=group,
        identifier=identifier,
    )


@contextlib.asynccontextmanager
async def connected(transport: Transport) -> AsyncIterator[Transport]:
    running = asyncio.create_task(transport.run())
    try:
        await until_connected(transport)
        yield transport
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def until_connected(transport: Transport) -> None:
    async with asyncio.timeout(5):
        while not transport.is_connected:  # noqa: ASYNC110 (a test may look again and again)
            await asyncio.sleep(0.01)


@pytest.fixture
async def gate(broker: Broker) -> Foreigner:
    broker.set_credentials([Credential("g1", broker_hash("secret-1"))])
    await asyncio.sleep(0.1)
    return Foreigner(broker.port, "g1", "secret-1")


async def asks_the_time(gate: Foreigner, seconds: int = 3) -> str:
    return await gate.ask("shanmen/1/g1/up/time", TIME, "shanmen/1/g1/down/time", seconds)


async def test_a_foreign_device_asks_and_is_answered(broker: Broker, gate: Foreigner) -> None:
    async with connected(Transport(connection(broker), Clock())) as transport:
        answer = json.loads(await asks_the_time(gate))

    assert (answer["v"], answer["t0"]) == (1, 7)
    assert abs(answer["t1"] - unix_ms()) < 3_000
    assert transport.counts.sent == 1


async def test_what_cannot_be_read_is_counted_and_hurts_nobody(
    broker: Broker, gate: Foreigner
) -> None:
    clock = Clock()
    async with connected(Transport(connection(broker), clock)) as transport:
        for payload in ("", "{", '{"v": 2}', '{"v": 1, "ts": -5}', "山门", "[" * 5_000):
            assert await gate.publish("shanmen/1/g1/up/scan", payload) == 0
        assert await gate.publish("shanmen/1/g1/up/unheard-of", TIME) == 0

        assert json.loads(await asks_the_time(gate))["t0"] == 7
    assert transport.counts.bad == {"g1": 7}
    assert clock.heard == [("g1", "time")]


async def test_our_own_mistake_with_one_message_stops_no_other(
    broker: Broker, gate: Foreigner
) -> None:
    alarm = {"v": 1, "ts": 1, "boot": "b", "aid": "a", "code": "jam", "sev": "warn", "active": True}
    clock = Clock()
    async with connected(Transport(connection(broker), clock)):
        await gate.publish("shanmen/1/g1/up/alarm", json.dumps(alarm))
        assert json.loads(await asks_the_time(gate))["t0"] == 7
    assert clock.heard == [("g1", "alarm"), ("g1", "time")]


async def test_a_retained_question_is_not_answered_again(broker: Broker, gate: Foreigner) -> None:
    await gate.publish("shanmen/1/g1/up/time", TIME, "-r")
    state = json.dumps({"v": 1, "s": "online", "boot": "b1"})
    await gate.publish("shanmen/1/g1/up/state", state, "-r")
    clock = Clock()
    async with connected(Transport(connection(broker), clock)):
        await asyncio.sleep(0.2)
    assert clock.heard == [("g1", "state")]


async def test_a_device_that_says_too_much_is_not_heard_out(
    broker: Broker, gate: Foreigner
) -> None:
    clock = Clock()
    transport = Transport(connection(broker), clock, limits=Limits(0, 2))
    async with connected(transport):
        for _ in range(5):
            await gate.publish("shanmen/1/g1/up/time", TIME)
        await asyncio.sleep(0.2)
    assert len(clock.heard) == 2
    assert transport.counts.limited == {"g1": 3}


async def test_a_broker_killed_in_the_middle_is_found_again(
    broker: Broker, gate: Foreigner
) -> None:
    async with connected(Transport(connection(broker), Clock())) as transport:
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        assert not transport.is_connected
        assert transport.reason

        await until_connected(transport)
        assert json.loads(await asks_the_time(gate))["t0"] == 7


async def test_what_came_while_we_were_away_is_kept_by_the_broker(
    broker: Broker, gate: Foreigner
) -> None:
    clock = Clock()
    async with connected(Transport(connection(broker), clock)):
        pass
    await gate.publish("shanmen/1/g1/up/time", TIME)
    async with connected(Transport(connection(broker), clock)):
        await asyncio.sleep(0.2)
    assert clock.heard == [("g1", "time")]


@pytest.fixture
async def foreign_broker(tmp_path: Path) -> AsyncIterator[int]:
    """The port of a broker that somebody else runs."""
    port = free_port()
    configuration = tmp_path / "foreign.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = await asyncio.create_subprocess_exec(
        *(require("mosquitto"), "-c", str(configuration)), stderr=asyncio.subprocess.DEVNULL
    )
    assert await child.answers("127.0.0.1", port, process, 5)
    yield port
    await child.end(process, 2)


async def test_hubs_of_one_group_share_what_comes(foreign_broker: int) -> None:
    url = f"mqtt://127.0.0.1:{foreign_broker}"
    clocks = [Clock(), Clock()]
    one, two = (
        Transport(Connection.from_url(url, identifier=f"hub-{n}", group="hubs"), clock)
        for n, clock in enumerate(clocks)
    )
    gate = Foreigner(foreign_broker, "g1", "any")
    async with connected(one), connected(two):
        for _ in range(6):
            await gate.publish("shanmen/1/g1/up/time", TIME)
        await asyncio.sleep(0.2)
    assert sorted(len(clock.heard) for clock in clocks) == [3, 3]


async def test_a_wrong_password_is_said_and_tried_again(broker: Broker) -> None:
    wrong = Connection("127.0.0.1", broker.port, HUB_USER, "wrong")
    transport = Transport(wrong, Clock())
    running = asyncio.create_task(transport.run())
    await asyncio.sleep(0.4)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert broker.turned_away >= 2


async def test_a_scan_takes_about_a_millisecond_on_the_wire(broker: Broker) -> None:
    """With Nagle's algorithm anywhere on the way it is over 40."""
    broker.set_credentials([Credential("g1", broker_hash("secret-1"))])
    await asyncio.sleep(0.1)
    device = Connection("127.0.0.1", broker.port, "g1", "secret-1", identifier="g1").client()
    async with connected(Transport(connection(broker), Clock())), device:
        await device.subscribe("shanmen/1/g1/down/#", qos=1)
        took = []
        answers = aiter(device.messages)
        for _ in range(50):
            begun = asyncio.get_running_loop().time()
            device.post("g1", TimeReq(v=1, ts=1, boot="b1", t0=7))
            await anext(answers)
            took.append(asyncio.get_running_loop().time() - begun)
    assert sorted(took)[10] < 0.02


def test_an_address_is_read_with_its_parts() -> None:
    made = Connection.from_url("mqtts://hub:p%40ss@mq.test", identifier="hub-1", group="g")
    assert made == Connection(
        *("mq.test", 8883, "hub", "p@ss", True), identifier="hub-1", group="g"
    )
    assert made.subscription() == "$share/g/shanmen/1/+/up/#"
    assert "p@ss" not in repr(made)
    with pytest.raises(ValueError, match="looks like"):
        Connection.from_url("http://mq.test", identifier="hub-1")
