"""The product as an operator runs it: its own directory, the demo area, `shanmen serve` as a
process of its own with its own mosquitto.

    async def test_...(installation: Installation) -> None:
        await installation.start()
        installation.kill()               # -9, without a word
        await installation.start()
        assert installation.verify() == ""
"""

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psutil

from devicehub.mqtt import Connection
from domain.kernel.vault import Vault
from domain.operation.staff import Role
from tests.devicehub.conftest import free_port
from webapp.settings import Settings, open_vault

ROOT = Path(__file__).parents[2]
SHANMEN = [sys.executable, "-c", "from webapp.cli import main; main()"]
START_SECONDS = 60.0


class Person(NamedTuple):
    login: str
    password: str


class DeviceKey(NamedTuple):
    """What a device knows, and the code of the gate where it stands."""

    id: str
    secret: str
    gate_id: str
    gate: str


class Start(NamedTuple):
    """How long it took to the first answer: by the clock, and of the processor."""

    wall_seconds: float
    cpu_seconds: float


class Installation:
    def __init__(
        self, directory: Path, database_url: str = "", moved: timedelta = timedelta()
    ) -> None:
        """`directory` holds what `prepare` made, or a copy of it. Without a URL the database is an
        SQLite file there. `moved`: how far its clock is from ours."""
        self.directory, self.moved = directory, moved
        self.settings: dict[str, str] = {}  # of the environment, besides its own
        self.database_url = database_url or f"sqlite:///{self.database}"
        self.port, self.mqtt_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        return self.directory / "shanmen.db"

    @property
    def vault(self) -> Vault:
        return open_vault(Settings(data_dir=self.directory))

    @property
    def keys(self) -> dict[str, Any]:
        """What `shanmen demo --json` printed."""
        found: dict[str, Any] = json.loads((self.directory / "keys.json").read_text())
        return found

    def people(self, role: Role) -> list[Person]:
        staff = self.keys["staff"]
        return [Person(one["login"], one["password"]) for one in staff if one["role"] == role]

    def device_at(self, gate: str) -> DeviceKey:
        """The device at the gate with this code."""
        ((gate_id,),) = self.rows("SELECT id FROM gates WHERE code = ?", gate)
        (one,) = [one for one in self.keys["devices"] if one["gate"] == gate_id]
        return DeviceKey(one["id"], one["secret"], gate_id, gate)

    def line_of(self, device: DeviceKey) -> Connection:
        return Connection("127.0.0.1", self.mqtt_port, device.id)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database file says now, read from outside."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as file:
            return file.execute(statement, values).fetchall()

    # --- the commands

    def run(self, *arguments: str) -> str:
        """A `shanmen` command that must end well; what it printed."""
        done = subprocess.run(
            [*self._shanmen, *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def verify(self) -> str:
        """`shanmen verify` must exit 0; what it printed."""
        return await asyncio.to_thread(self.run, "verify")

    async def start(self) -> Start:
        """Serve, and wait for the first answer."""
        begun = time.monotonic()
        server = self._launch()
        await self._until("/healthz", begun)
        used = psutil.Process(server.pid).cpu_times()
        return Start(time.monotonic() - begun, used.user + used.system)

    @property
    def _shanmen(self) -> list[str]:
        if not self.moved:
            return SHANMEN
        return [sys.executable, "-m", "tests.e2e.moved", str(self.moved.total_seconds())]

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.directory / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [*self._shanmen, "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self._server

    async def until_ready(self) -> None:
        """Database, broker and all: `/readyz` says yes."""
        await self._until("/readyz", time.monotonic())

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._server is not None
        return self._server.pid

    def kill(self) -> None:
        """-9: nothing is written down, nobody is told."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()
        self._server = None

    def stop(self) -> None:
        """As Ctrl-C does it."""
        if self._server is None:
            return
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self._server = None

    async def _until(self, path: str, begun: float) -> None:
        async with httpx2.AsyncClient(base_url=self.url) as client:
            while time.monotonic() < begun + START_SECONDS:
                assert self._server is not None and self._server.poll() is None, self.log()
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get(path)).status_code == 200:
                        return
                await asyncio.sleep(0.02)
        raise TimeoutError(self.log())

    def log(self) -> str:
        """The end of what the server said."""
        return (self.directory / "server.log").read_text()[-4_000:]

    def _environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("SHANMEN_")}
        return own | {
            "SHANMEN_DATA_DIR": str(self.directory),
            "SHANMEN_DATABASE_URL": self.database_url,
            "SHANMEN_BASE_URL": self.url,
            "SHANMEN_MQTT_PORT": str(self.mqtt_port),
            "SHANMEN_DEMO": "0",  # nobody but the test shows tickets
            "SHANMEN_LOW_DISK_BYTES": "0",
            **self.settings,
        }


def prepare(
    directory: Path, database_url: str = "", moved: timedelta = timedelta()
) -> Installation:
    """An installation with the demo area, and the demo's keys beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    made = Installation(directory, database_url, moved)
    made.run("migrate")
    (directory / "keys.json").write_text(made.run("demo", "--json"))
    return made


def copy(template: Path, directory: Path) -> Installation:
    shutil.copytree(template, directory)
    return Installation(directory)
