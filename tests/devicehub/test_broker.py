"""The mosquitto child: kept alive, closed to strangers, gone when we go."""

import asyncio
import os
import signal
import socket
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from devicehub import certificates, child
from devicehub.broker import HUB_USER, RELOAD_SECONDS, Broker, Lan
from devicehub.passwords import Credential
from domain.admission.devices.secrets import broker_hash
from tests.devicehub.conftest import Foreigner, eventually, free_port

pytestmark = pytest.mark.broker


def gate(broker: Broker, name: str = "g1", secret: str = "secret-1") -> Foreigner:
    return Foreigner(broker.port, name, secret)


def hub(broker: Broker) -> Foreigner:
    return Foreigner(broker.port, HUB_USER, broker.password)


async def let_in(broker: Broker, *credentials: Credential) -> None:
    broker.set_credentials(credentials)
    await reloaded()


async def until_it_publishes(device: Foreigner, payload: str = "x") -> None:
    """A machine under load reads the passwords a little later; a device tries again."""

    async def is_in() -> bool:
        return await device.publish("shanmen/1/g1/up/hb", payload) == 0

    await eventually(is_in)


async def reloaded() -> None:
    """A reload is a signal and has no answer; two never follow closely."""
    await asyncio.sleep(RELOAD_SECONDS + 0.1)


async def test_a_device_publishes_and_the_hub_reads(broker: Broker) -> None:
    await let_in(broker, Credential("g1", broker_hash("secret-1")))
    reading = asyncio.create_task(hub(broker).read("shanmen/1/+/up/#", "-C", "1"))
    await asyncio.sleep(0.3)

    await until_it_publishes(gate(broker), "beat")
    assert await reading == ["beat"]


async def test_passwords_that_change_while_it_starts_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read its files and listens, and nobody knows yet that it does."""
    broker, answers = Broker(tmp_path / "broker", free_port()), child.answers

    async def with_a_new_device(*about: Any) -> bool:
        is_there = await answers(*about)
        broker.set_credentials([Credential("g1", broker_hash("secret-1"))])
        await reloaded()
        return is_there

    monkeypatch.setattr(child, "answers", with_a_new_device)
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        await until_it_publishes(gate(broker))
        assert broker.starts == 1


async def test_a_stranger_and_a_wrong_password_are_turned_away(broker: Broker) -> None:
    await let_in(broker, Credential("g1", broker_hash("secret-1")))

    assert await gate(broker, secret="wrong").publish("shanmen/1/g1/up/hb", "x") != 0
    assert await gate(broker, "nobody").publish("shanmen/1/nobody/up/hb", "x") != 0
    assert broker.turned_away == 2


async def test_a_device_reads_and_writes_only_its_own(broker: Broker) -> None:
    await let_in(
        broker,
        Credential("g1", broker_hash("secret-1")),
        Credential("g2", broker_hash("secret-2")),
    )
    own = asyncio.create_task(gate(broker).read("shanmen/1/g1/down/#", "-C", "1"))
    spying = asyncio.create_task(
        gate(broker, "g2", "secret-2").read("shanmen/1/g1/#", "-t", "#", "-t", "shanmen/1/g2/up/#")
    )
    listening = asyncio.create_task(hub(broker).read("shanmen/1/+/up/#"))
    await asyncio.sleep(0.3)

    await hub(broker).publish("shanmen/1/g1/down/cmd", "open")
    assert await own == ["open"]
    await gate(broker).publish("shanmen/1/g2/up/scan", "forged")
    assert await spying == []
    assert await listening == []


async def test_a_second_connection_of_a_device_takes_the_place_of_the_first(
    broker: Broker,
) -> None:
    """Whatever client id it claims: the user name counts."""
    await let_in(broker, Credential("g1", broker_hash("secret-1")))

    def connection(identifier: str) -> aiomqtt.Client:
        return aiomqtt.Client(
            *("127.0.0.1", broker.port),
            username="g1",
            password="secret-1",
            identifier=identifier,
        )

    async with connection("one") as first, connection("two"):
        with pytest.raises(aiomqtt.MqttError):
            await asyncio.wait_for(anext(aiter(first.messages)), 2)


async def test_a_packet_over_256_kib_is_not_taken(broker: Broker) -> None:
    await let_in(broker, Credential("g1", broker_hash("secret-1")))
    listening = asyncio.create_task(hub(broker).read("shanmen/1/+/up/#"))
    await asyncio.sleep(0.3)

    process = await asyncio.create_subprocess_exec(
        *("mosquitto_pub", "-p", str(broker.port), "-u", "g1", "-P", "secret-1", "-q", "1"),
        *("-t", "shanmen/1/g1/up/batch", "-s"),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(b"x" * 300_000)
    process.stdin.close()
    await asyncio.sleep(0.5)
    await child.end(process, 1)

    assert await listening == []


async def test_a_killed_broker_comes_back_with_what_it_knew(broker: Broker) -> None:
    await let_in(broker, Credential("g1", broker_hash("secret-1")))
    assert broker.pid is not None
    first = broker.pid

    os.kill(first, signal.SIGKILL)
    await asyncio.sleep(0.05)
    assert await broker.wait_until_up(), broker.reason

    assert broker.pid != first
    assert broker.starts == 2
    assert await gate(broker).publish("shanmen/1/g1/up/hb", "x") == 0


async def test_a_taken_port_is_said_clearly_and_tried_again(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        broker = Broker(tmp_path / "broker", port)
        async with broker.running():
            assert not await broker.wait_until_up(0.3)
            assert broker.reason == f"port {port} on 127.0.0.1 is taken by another program"
            other.close()
            assert await broker.wait_until_up(), broker.reason
            assert broker.reason == ""


async def test_a_missing_mosquitto_is_said_clearly(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker", free_port(), program="no-such-mosquitto")
    async with broker.running():
        assert not await broker.wait_until_up(0.3)
        assert "not installed" in broker.reason


async def test_its_files_are_readable_by_nobody_else(broker: Broker) -> None:
    for name in ("mosquitto.conf", "passwords", "acl", "pid"):
        mode = stat.S_IMODE((broker.directory / name).stat().st_mode)
        assert mode == 0o600, name
    assert broker.password not in (broker.directory / "passwords").read_text()


async def test_ctrl_c_on_a_terminal_does_not_reach_it(broker: Broker) -> None:
    assert broker.pid is not None
    assert os.getpgid(broker.pid) != os.getpgid(0)


async def test_it_ends_with_us_and_leaves_the_port_free(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker", free_port())
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        pid = broker.pid
    assert pid is not None
    assert broker.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert child.is_free("127.0.0.1", broker.port)


async def test_the_broker_of_a_run_that_was_killed_is_ended_first(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker", free_port())
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
    program = child.find_program("mosquitto")
    assert program is not None
    orphan = await asyncio.create_subprocess_exec(
        program, "-c", str(broker.directory / "mosquitto.conf"), stderr=asyncio.subprocess.DEVNULL
    )
    assert await child.answers("127.0.0.1", broker.port, orphan, 5)
    child.write_private(broker.directory / "pid", str(orphan.pid))

    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        await asyncio.wait_for(orphan.wait(), 2)
        assert await hub(broker).publish("shanmen/1/x/down/ok", "x") == 0


async def test_a_store_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    directory = tmp_path / "broker"
    directory.mkdir()
    (directory / "mosquitto.db").write_bytes(b"\x00\xb5\x00mosquitto db" + b"rubbish" * 50)
    broker = Broker(directory, free_port())
    async with broker.running():
        assert await broker.wait_until_up(5), broker.reason


async def test_either_secret_is_good_until_the_new_one_was_used(broker: Broker) -> None:
    await let_in(broker, Credential("g1", broker_hash("old"), broker_hash("new")))
    old, new = gate(broker, secret="old"), gate(broker, secret="new")

    assert await old.publish("shanmen/1/g1/up/hb", "x") == 0
    assert await new.publish("shanmen/1/g1/up/hb", "x") != 0, "the first try makes room for it"
    await reloaded()
    assert await new.publish("shanmen/1/g1/up/hb", "x") == 0
    assert await asyncio.wait_for(broker.renewed.get(), 1) == "g1"
    await old.publish("shanmen/1/g1/up/hb", "x")
    await reloaded()
    assert await old.publish("shanmen/1/g1/up/hb", "x") == 0, "nobody has ended the rotation yet"

    await let_in(broker, Credential("g1", broker_hash("new")))
    assert await old.publish("shanmen/1/g1/up/hb", "x") != 0
    await until_it_publishes(new)


async def test_the_local_network_is_served_over_tls_only(tmp_path: Path) -> None:
    lan = Lan("127.0.0.1", free_port(), ("localhost", "127.0.0.1"))
    broker = Broker(tmp_path / "broker", free_port(), lan=lan)
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        await let_in(broker, Credential("g1", broker_hash("secret-1")))
        files = broker.certificates()
        assert files is not None
        trusting = ("--cafile", str(files.authority))

        plain = Foreigner(lan.port, "g1", "secret-1")
        trusted = Foreigner(lan.port, "g1", "secret-1", trusting)
        await until_it_publishes(trusted)
        assert await plain.publish("shanmen/1/g1/up/hb", "x") != 0


async def test_the_certificate_is_one_that_python_and_openssl_trust(tmp_path: Path) -> None:
    lan = Lan("127.0.0.1", free_port(), ("localhost", "127.0.0.1"))
    broker = Broker(tmp_path / "broker", free_port(), lan=lan)
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        files = broker.certificates()
        assert files is not None
        context = ssl.create_default_context(cadata=files.authority_pem())
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        for name in lan.names:
            _, writer = await asyncio.open_connection(
                "127.0.0.1", lan.port, ssl=context, server_hostname=name
            )
            writer.close()
            await writer.wait_closed()


def test_certificates_are_kept_renewed_in_time_and_made_anew_for_new_names(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    files, made = certificates.ensure(tmp_path, ["a.test"], now)
    authority, first = files.authority.read_bytes(), files.certificate.read_bytes()
    assert made

    assert certificates.ensure(tmp_path, ["a.test"], now + timedelta(days=300)) == (files, False)
    assert certificates.ensure(tmp_path, ["a.test", "192.0.2.7"], now) == (files, True)
    assert certificates.ensure(tmp_path, ["a.test"], now + timedelta(days=380)) == (files, True)
    assert files.certificate.read_bytes() != first
    assert files.authority.read_bytes() == authority
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600
