"""A real mosquitto of the test's own, and mosquitto's own clients as foreigners."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from devicehub.broker import Broker
from tests.requirements import require


async def eventually(is_so: Callable[[], Awaitable[bool]], seconds: float = 5) -> None:
    """Look again and again until it is so."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 (nobody tells a test when)
            await asyncio.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    require("mosquitto_pub")
    broker = Broker(tmp_path / "broker", free_port())
    async with broker.running():
        assert await broker.wait_until_up(), broker.reason
        yield broker


@dataclass(frozen=True)
class Foreigner:
    """mosquitto_pub and mosquitto_sub: clients that share no code with us."""

    port: int
    user: str
    password: str
    options: tuple[str, ...] = ()

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [
            *(program, "-h", "127.0.0.1", "-p", str(self.port), "-V", "mqttv311", "-q", "1"),
            *("-u", self.user, "-P", self.password, *self.options, *arguments),
        ]

    async def publish(self, topic: str, payload: str, *arguments: str) -> int:
        """mosquitto_pub's status: 0 when the broker took it."""
        process = await asyncio.create_subprocess_exec(
            *self._command("mosquitto_pub", "-t", topic, "-m", payload, *arguments),
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait()

    async def read(self, topic: str, *arguments: str, seconds: int = 1) -> list[str]:
        """What arrives on a topic: stops after the first message (`-C 1`) or the time."""
        process = await asyncio.create_subprocess_exec(
            *self._command("mosquitto_sub", "-t", topic, "-W", str(seconds), *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        return out.decode().splitlines()

    async def ask(self, up: str, payload: str, down: str, seconds: int = 3) -> str:
        """Publish and wait for the answer, on one connection as a device has it; "" without one."""
        process = await asyncio.create_subprocess_exec(
            *self._command("mosquitto_rr", "-t", up, "-m", payload, "-e", down),
            *("-W", str(seconds)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        return out.decode().strip()
