"""The broker of a small installation: a mosquitto child that this process keeps alive.

It is only transport: what counts is the hub's own acknowledgement (docs/devices.md). So it may die
at any moment, be started again, and lose nothing that matters.
"""

import asyncio
import contextlib
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from devicehub import certificates, child
from devicehub.messages import PACKET_BYTES
from devicehub.passwords import Credential, Passwords
from domain.admission.devices.secrets import broker_hash

HUB_USER = "shanmen-hub"
LOOPBACK = "127.0.0.1"
QUEUED_MESSAGES = 200_000
INFLIGHT_MESSAGES = 1_000
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 10.0
HEALTHY_SECONDS = 10.0  # having run so long, it starts again without a long pause
START_SECONDS, STOP_SECONDS = 5.0, 5.0
RENEWAL_SECONDS = 86_400.0
READING_SECONDS = 0.05  # a reload is a signal, and has no answer
RELOAD_SECONDS = 0.3  # at most one reload a moment, however many strangers knock
QUICK_ENDS = 3  # after so many in a row, what it kept is put aside
RUNNING = re.compile(r"mosquitto version \S+ running")
CONNECTED = re.compile(r"New client connected from \S+ as (\S+) \(")
GONE = re.compile(r"Client (\S+) ")

CONFIGURATION = """\
# Written at every start; changes made here are lost.
user root
allow_anonymous false
password_file {directory}/passwords
acl_file {directory}/acl
persistence true
persistence_location {directory}/
autosave_on_changes true
max_queued_messages {queued}
max_inflight_messages {inflight}
max_packet_size {packet}
set_tcp_nodelay true
log_dest stderr
log_timestamp false
log_type error
log_type warning
log_type notice
log_type information
listener {port} {loopback}
use_username_as_clientid true
"""
LAN_LISTENER = """\
listener {port} {host}
use_username_as_clientid true
cafile {files.authority}
certfile {files.certificate}
keyfile {files.key}
tls_version tlsv1.2
require_certificate {required}
"""
ACL = f"""\
user {HUB_USER}
topic readwrite shanmen/1/#

pattern write shanmen/1/%u/up/#
pattern read shanmen/1/%u/down/#
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lan:
    """The listener for devices on the local network: always TLS, by the site's own authority."""

    host: str
    port: int
    names: tuple[str, ...]  # host names and addresses under which devices reach this server
    client_certificates: bool = False  # a device must show one, besides its secret


class Broker:
    """One mosquitto. `async with broker.running():` keeps it alive until the block ends."""

    def __init__(
        self, directory: Path, port: int, *, lan: Lan | None = None, program: str = "mosquitto"
    ) -> None:
        self.directory = directory.resolve()
        self.port = port
        self.password = secrets.token_urlsafe(32)  # the hub's own, new at each start
        self.reason = "not started yet"  # why it is not up; "" when it is
        self.starts = 0
        self.turned_away = 0
        self.renewed: asyncio.Queue[str] = asyncio.Queue()  # devices that used their new secret
        self._lan = lan
        self._program = program
        self._passwords = Passwords(HUB_USER, broker_hash(self.password))
        self._process: asyncio.subprocess.Process | None = None
        self._up = asyncio.Event()
        self._hears = asyncio.Event()  # signals: before, one ends it or is lost
        self._unread = False  # the password file changed since it started, before it heard signals
        self._told = asyncio.Event()  # the password file is as it should be
        self._told.set()
        self._reload: asyncio.TimerHandle | None = None
        self._reloaded_at = 0.0
        self._quick_ends = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Broker"]:
        keeper = asyncio.create_task(self._keep(), name="broker")
        try:
            yield self
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    async def wait_until_up(self, seconds: float = START_SECONDS) -> bool:
        """Whether it answers in time; if not, `reason` says why."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._up.wait()
        return self.is_up

    def set_credentials(self, credentials: Iterable[Credential]) -> None:
        """Who may sign in from now on; whoever is connected with another secret is cut off."""
        if self._passwords.replace(credentials):
            self._publish()

    def expect_next(self, device_id: str) -> None:
        """The device says that it keeps its new secret: from now on it is asked for that one."""
        if self._passwords.expect_next(device_id):
            self._publish()

    async def until_told(self) -> None:
        """Wait until mosquitto has had time to read the passwords that were changed last."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await self._told.wait()
                await asyncio.sleep(READING_SECONDS)

    def certificates(self) -> certificates.Certificates | None:
        """What devices on the local network must trust; None without such a listener."""
        if self._lan is None:
            return None
        return certificates.ensure(self.directory / "tls", self._lan.names, datetime.now(UTC))[0]

    async def _keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        try:
            while True:
                started = time.monotonic()
                try:
                    await self._run_once()
                except* OSError as problems:  # a full disk, a folder that is not ours
                    self.reason = str(problems.exceptions[0])
                if time.monotonic() - started > HEALTHY_SECONDS:
                    pause, self._quick_ends = FIRST_PAUSE_SECONDS, 0
                log.error("broker.lost", reason=self.reason, again_in_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            await self._stop()

    async def _run_once(self) -> None:
        """Start it and wait until it ends; `reason` says why it did, or did not start at all."""
        program = child.find_program(self._program)
        if program is None:
            self.reason = f"{self._program} is not installed (Debian: apt install mosquitto)"
            return
        configuration = self._prepare()
        await child.end_orphan(self.directory / "pid", str(configuration))
        for host, port in self._listeners():
            if not child.is_free(host, port):
                self.reason = f"port {port} on {host} is taken by another program"
                return
        self._process = await asyncio.create_subprocess_exec(
            *child.dying_with_us([program, "-c", str(configuration)]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
            start_new_session=True,  # Ctrl-C is for us; we end it when the devices have heard
        )
        self.starts += 1
        child.write_private(self.directory / "pid", f"{self._process.pid}\n")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(self._process))
                tasks.create_task(self._watch(self._process))
        finally:
            await child.end(self._process, STOP_SECONDS)

    def _prepare(self) -> Path:
        """Write the files it reads."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        child.write_private(self.directory / "acl", ACL)
        child.write_private(self.directory / "passwords", self._passwords.text())
        self._unread = False
        self._hears.clear()
        configuration = self.directory / "mosquitto.conf"
        child.write_private(configuration, self._configuration())
        return configuration

    def _configuration(self) -> str:
        text = CONFIGURATION.format(
            directory=self.directory,
            queued=QUEUED_MESSAGES,
            inflight=INFLIGHT_MESSAGES,
            packet=PACKET_BYTES,
            port=self.port,
            loopback=LOOPBACK,
        )
        files = self.certificates()
        if self._lan is None or files is None:
            return text
        required = "true" if self._lan.client_certificates else "false"
        return text + LAN_LISTENER.format(
            port=self._lan.port, host=self._lan.host, files=files, required=required
        )

    def _listeners(self) -> list[tuple[str, int]]:
        lan = [(self._lan.host, self._lan.port)] if self._lan else []
        return [(LOOPBACK, self.port), *lan]

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Say when it is up, renew its certificate in time, return when it has ended."""
        try:
            if await child.answers(LOOPBACK, self.port, process, START_SECONDS):
                await self._until_it_hears()
                self.reason, self._quick_ends = "", 0
                self._up.set()
                if self._unread:
                    self._publish()  # not by a signal alone: two that follow closely are one
                log.info("broker.started", port=self.port, pid=process.pid)
            else:
                self._quick_ends += 1
            code = await self._ended(process)
            self.reason = f"mosquitto ended with status {code}"
        finally:
            self._up.clear()
            self._passwords.all_disconnected()
        if self._quick_ends >= QUICK_ENDS:
            self._put_the_store_aside()

    async def _until_it_hears(self) -> None:
        """It listens for connections before it listens for signals."""
        with contextlib.suppress(TimeoutError):  # another version may use other words
            async with asyncio.timeout(START_SECONDS):
                await self._hears.wait()

    async def _ended(self, process: asyncio.subprocess.Process) -> int:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEWAL_SECONDS):
                    return await process.wait()
            if self._lan:
                names, now = self._lan.names, datetime.now(UTC)
                if certificates.ensure(self.directory / "tls", names, now)[1]:
                    self._signal_reload()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while not process.stderr.at_eof():
            with contextlib.suppress(ValueError):  # a line longer than any of its own
                self._hear((await process.stderr.readline()).decode(errors="replace").strip())
        self._hears.set()  # it has ended: nobody need wait

    def _hear(self, line: str) -> None:
        if line.endswith("not authorised."):
            self._count_turned_away()
            if self._passwords.turned_away():
                self._publish()
        elif match := CONNECTED.match(line):
            if self._passwords.connected(match[1]):
                self.renewed.put_nowait(match[1])
        elif match := GONE.match(line):
            self._passwords.disconnected(match[1])
        elif RUNNING.fullmatch(line):
            self._hears.set()
        elif line.startswith("Error"):
            log.error("broker.said", line=line)

    def _count_turned_away(self) -> None:
        """Said at the first, second, fourth, eighth ...: knocking must not fill the log."""
        self.turned_away += 1
        if self.turned_away & (self.turned_away - 1) == 0:
            log.warning("broker.turned_away", times=self.turned_away)

    def _publish(self) -> None:
        """Write the passwords and have mosquitto read them; not more often than is sensible."""
        if self._reload is not None or not self.directory.exists():
            return
        self._told.clear()
        loop = asyncio.get_running_loop()
        due = max(self._reloaded_at + RELOAD_SECONDS - loop.time(), 0)
        self._reload = loop.call_later(due, self._publish_now)

    def _publish_now(self) -> None:
        self._reload = None
        self._reloaded_at = asyncio.get_running_loop().time()
        try:
            child.write_private(self.directory / "passwords", self._passwords.text())
        except OSError as error:  # a full disk; tried again at the next change or start
            log.error("broker.passwords_not_written", reason=str(error))
            return
        self._told.set()
        if self.is_up:
            self._signal_reload()
        else:
            self._unread = True

    def _signal_reload(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGHUP)

    def _put_the_store_aside(self) -> None:
        """It keeps ending before it is up: perhaps of what it stored, and nothing rests on that."""
        store = self.directory / "mosquitto.db"
        if store.exists():
            store.replace(store.with_suffix(".broken"))
            log.error("broker.store_put_aside", path=str(store.with_suffix(".broken")))

    async def _stop(self) -> None:
        self._up.clear()
        self.reason = "stopped"
        if self._reload is not None:
            self._reload.cancel()
        if self._process is not None:
            await child.end(self._process, STOP_SECONDS)
            (self.directory / "pid").unlink(missing_ok=True)
