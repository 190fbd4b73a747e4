"""Devices' messages become verbs of the domain, and what the domain wants told becomes messages.

    async with Hub(db, vault, translate, Own(directory, port)).running() as hub: ...

It decides nothing and keeps nothing that matters: kill it at any moment, and every passage that it
confirmed is on the disk, and every other comes again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

import structlog

from devicehub import lists, tidy
from devicehub.broker import HUB_USER, LOOPBACK, Broker
from devicehub.commands import prepare
from devicehub.directory import Directory
from devicehub.limits import Limits
from devicehub.lists import BlockLists
from devicehub.messages import (
    Ack,
    Alarm,
    CfgDesired,
    CfgReported,
    Heartbeat,
    Info,
    ListReq,
    Message,
    Pass,
    Scan,
    State,
    TimeReply,
    TimeReq,
)
from devicehub.mqtt import Connection, Reply, Transport
from devicehub.redemptions import Desk, answer_scan, record_pass, unix_ms
from devicehub.refusals import Translate
from domain.admission import devices
from domain.admission.devices import CommandOp, CommandStatus, Presence, Report
from domain.admission.redemptions import CodeReader
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import DomainError, Unavailable
from domain.kernel.vault import Vault

DIRECTORY_SECONDS = 0.5
COMMANDS_SECONDS = 0.2
LISTS_SECONDS = 1.0
COUNTS_SECONDS = 2.0
SAY_AGAIN = timedelta(seconds=2)  # a command that the device has not answered
SAY_TO_ABSENT = timedelta(seconds=30)  # the broker keeps each for a device that is offline
CONFIGURE_AGAIN = timedelta(seconds=30)
PATIENCE_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # for what a device says only once
ANSWERS = {
    "accepted": CommandStatus.ACCEPTED,
    "done": CommandStatus.DONE,
    "rejected": CommandStatus.REJECTED,
    "expired": CommandStatus.EXPIRED,
    "late": CommandStatus.EXPIRED,
    "failed": CommandStatus.FAILED,
}

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Verb = Callable[[Any, Any, datetime], Awaitable[Sequence[Reply]]]

log = structlog.get_logger()


class Hub:
    def __init__(
        self,
        db: Database,
        vault: Vault,
        translate: Translate,
        line: Broker | Connection,
        *,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits | None = None,
    ) -> None:
        """`line`: our own broker, or the way to somebody else's."""
        self.directory = Directory(db)
        self.block_lists = BlockLists(db)
        self.broker = line if isinstance(line, Broker) else None
        self.strangers = 0  # messages of devices that we do not know
        self._db, self._vault, self._clock = db, vault, clock
        self._desk = Desk(db, CodeReader(db, vault), translate)
        self.transport = Transport(_connection(line), self.handle, limits=limits)
        self._configured: dict[str, tuple[int, datetime]] = {}
        self._said: dict[str, datetime] = {}  # commands that nobody answered: when, the last time
        self._rotated: set[str] = set()  # said `done` to `rotate`, and have not come back yet
        self._verbs: dict[str, Verb] = {
            "state": self._state,
            "info": self._info,
            "cfg": self._cfg,
            "scan": self._scan,
            "pass": self._pass,
            "ack": self._ack,
            "alarm": self._alarm,
            "hb": self._hb,
            "time": self._time,
            "list": self._list,
        }

    @property
    def reason(self) -> str:
        """Why devices cannot reach us; "" when they can."""
        return (self.broker.reason if self.broker else "") or self.transport.reason

    @property
    def waiting(self) -> int:
        """Messages that are being answered or wait for it."""
        return self.transport.waiting

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Hub"]:
        with contextlib.suppress(Unavailable):  # then the broker lets nobody in yet
            await self._know_devices()
        async with contextlib.AsyncExitStack() as stack:
            if self.broker is not None:
                await stack.enter_async_context(self.broker.running())
            tasks = [asyncio.create_task(work) for work in self._work()]
            stack.push_async_callback(_end, tasks)
            yield self

    async def wait_until_connected(self, seconds: float = 5.0) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.transport.connected.wait()
        return self.transport.is_connected

    async def let_in(self) -> None:
        """Return when whoever was paired just now can sign in at our own broker."""
        await self._know_devices()
        if self.broker is not None and self.broker.is_up:
            await self.broker.until_told()

    async def handle(self, device_id: str, what: str, message: Message) -> Sequence[Reply]:
        now = self._clock()
        verb = self._verbs.get(what)
        device = await self.directory.find(device_id, now)
        if device is None:
            self.strangers += 1
            return []
        if verb is None:  # `batch`: not answered, so the device keeps what it has
            return []
        try:
            return await verb(device, message, now)
        except Unavailable as error:
            log.warning("hub.unavailable", device_id=device_id, what=what, reason=error.code)
            return []

    # --- what devices say

    async def _scan(self, device: Any, scan: Scan, now: datetime) -> Sequence[Reply]:
        """Nothing is answered after the deadline: the device has gone on without us."""
        reply = await answer_scan(self._desk, device, scan, now)
        if unix_ms(self._clock()) > scan.deadline:
            log.info("scan.late", device_id=device.id)
            return []
        return [Reply(device.id, reply)]

    async def _pass(self, device: Any, passage: Pass, now: datetime) -> Sequence[Reply]:
        receipt = await record_pass(self._desk, device, passage, now)
        return [] if receipt is None else [Reply(device.id, receipt)]

    async def _state(self, device: Any, state: State, now: datetime) -> Sequence[Reply]:
        presence = Presence(state.s)
        queued = tidy.whole(state.queued)
        args = (device.id, presence, state.boot, queued, now)
        await self._steadily(devices.report_state, *args)
        if presence is Presence.OFFLINE:
            return []
        if device.id in self._rotated:
            await self._finish_rotation(device.id)
        return self._configuration_for(device, now, is_asked=True)

    async def _info(self, device: Any, info: Info, now: datetime) -> Sequence[Reply]:
        told = tidy.document(info.model_dump(exclude={"v", "ts"}))
        await self._steadily(devices.report_info, device.id, told, now)
        return []

    async def _cfg(self, device: Any, reported: CfgReported, now: datetime) -> Sequence[Reply]:
        errors = None if reported.err is None else tidy.document(reported.err)
        args = (device.id, tidy.whole(reported.rev), errors, now)
        await self._steadily(devices.report_config, *args)
        return []

    async def _hb(self, device: Any, beat: Heartbeat, now: datetime) -> Sequence[Reply]:
        offset = beat.off_ms
        report = Report(
            beat.boot,
            beat.mode,
            tidy.whole(beat.queued),
            None if offset is None else tidy.whole(offset, -tidy.MOST_INT),
        )
        told = tidy.document(beat.model_dump(exclude={"v", "boot"}))
        await self._db.act(devices.report_heartbeat, device.id, report, told, now)
        return []

    async def _alarm(self, device: Any, alarm: Alarm, now: datetime) -> Sequence[Reply]:
        told = devices.Alarm(
            alarm.aid,
            devices.AlarmCode(alarm.code),
            devices.AlarmSeverity(alarm.sev),
            alarm.active,
            tidy.text(alarm.detail),
        )
        await self._steadily(devices.report_alarm, device.id, told, now)
        return []

    async def _ack(self, device: Any, ack: Ack, now: datetime) -> Sequence[Reply]:
        status, error = ANSWERS[ack.status], tidy.text(ack.err or "")
        args = (device.id, ack.cmd, status, error, now)
        known = await self._steadily(devices.acknowledge, *args)
        if known and status is CommandStatus.DONE:
            command = await self._db.ask(devices.get_command, ack.cmd)
            if command.op == CommandOp.ROTATE:
                self._rotated.add(device.id)
                if self.broker is not None:
                    self.broker.expect_next(device.id)
        return []

    async def _time(self, device: Any, request: TimeReq, now: datetime) -> Sequence[Reply]:
        t2 = unix_ms(self._clock())
        reply = TimeReply(v=1, ts=t2, t0=request.t0, t1=unix_ms(now), t2=t2)
        return [Reply(device.id, reply)]

    async def _list(self, device: Any, request: ListReq, now: datetime) -> Sequence[Reply]:
        if request.list != lists.BLOCK:
            return []
        return await self.block_lists.send(device, tidy.whole(request.have), now)

    # --- what devices are told

    async def send_lists(self) -> None:
        """What gates refuse by themselves, as far as they do not know it yet."""
        if self.transport.is_connected:
            for reply in await self.block_lists.due(self.directory, self._clock()):
                self.transport.send(reply)

    async def send_commands(self) -> None:
        """What waits, once; what a device has not answered, again, until it is too late."""
        if not self.transport.is_connected:
            return
        now = self._clock()
        for row in await self._db.ask(devices.waiting_commands):
            if row.expires_at > now and await self._db.act(devices.mark_sent, row.id, now):
                await self._send(row, now)
        unanswered = await self._db.ask(devices.unanswered_commands, now - SAY_AGAIN, now)
        self._said = {row.id: self._said.get(row.id, row.sent_at) for row in unanswered}
        for row in unanswered:
            if now - self._said[row.id] >= await self._patience_with(row.device_id, now):
                self._said[row.id] = now
                await self._send(row, now)

    async def _patience_with(self, device_id: str, now: datetime) -> timedelta:
        device = await self.directory.find(device_id, now)
        is_absent = device is not None and device.presence == Presence.OFFLINE
        return SAY_TO_ABSENT if is_absent else SAY_AGAIN

    async def _send(self, row: Any, now: datetime) -> None:
        command = await self._db.ask(prepare, row, self._vault, now)
        if command is not None:
            self.transport.send(Reply(row.device_id, command))

    def _configuration_for(
        self, device: Any, now: datetime, *, is_asked: bool = False
    ) -> list[Reply]:
        """What it should be set to, when it has said something else or nothing."""
        rev = device.config_rev
        if rev == device.config_reported_rev:
            return []
        told_rev, told_at = self._configured.get(device.id, (0, now))
        if told_rev == rev and now - told_at < CONFIGURE_AGAIN and not is_asked:
            return []
        self._configured[device.id] = rev, now
        return [Reply(device.id, CfgDesired(v=1, ts=unix_ms(now), rev=rev, cfg=device.config))]

    # --- what goes on beside

    def _work(self) -> list[Coroutine[None, None, None]]:
        work = [
            self._again_and_again(DIRECTORY_SECONDS, self._carry),
            self._again_and_again(DIRECTORY_SECONDS, self._know_devices),
            self._again_and_again(COMMANDS_SECONDS, self.send_commands),
            self._again_and_again(LISTS_SECONDS, self.send_lists),
            self._again_and_again(COUNTS_SECONDS, self._report_counts),
        ]
        return [*work, self._hear_of_new_secrets(self.broker)] if self.broker else work

    async def _carry(self) -> None:
        if self.broker is not None:
            await self.broker.wait_until_up()  # no use in knocking earlier
        await self.transport.run()

    async def _know_devices(self) -> None:
        """Read them again; let the broker know whom to let in, and them how they should be set."""
        now = self._clock()
        await self.directory.refresh(now)
        if self.broker is not None:
            self.broker.set_credentials(self.directory.credentials())
        if self.transport.is_connected:
            for device in self.directory:
                for reply in self._configuration_for(device, now):
                    self.transport.send(reply)

    async def _report_counts(self) -> None:
        for device_id, count in self.transport.counts.take_unread().items():
            if await self.directory.find(device_id, self._clock()):
                await self._db.act(devices.count_bad_messages, device_id, count, self._clock())

    async def _hear_of_new_secrets(self, broker: Broker) -> None:
        while True:
            device_id = await broker.renewed.get()
            try:
                await self._finish_rotation(device_id)
            except Unavailable:
                await asyncio.sleep(COUNTS_SECONDS)
                broker.renewed.put_nowait(device_id)

    async def _finish_rotation(self, device_id: str) -> None:
        self._rotated.discard(device_id)
        if await self._db.act(devices.finish_rotation, device_id, self._clock()):
            log.info("device.rotated", device_id=device_id)
            await self._know_devices()

    async def _again_and_again(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except DomainError as error:
                log.warning("hub.unavailable", what=work.__name__, reason=error.code)
            except Exception:
                log.exception("hub.failed", what=work.__name__)
            await asyncio.sleep(seconds)

    async def _steadily(self, act: Callable[[Tx, *Ts], Coroutine[Any, Any, T]], *args: *Ts) -> T:
        """Try for a while: the device will not say it a second time."""
        for pause in PATIENCE_SECONDS:
            try:
                return await self._db.act(act, *args)
            except Unavailable:
                await asyncio.sleep(pause)
        return await self._db.act(act, *args)


def _connection(line: Broker | Connection) -> Connection:
    if isinstance(line, Connection):
        return line
    return Connection(LOOPBACK, line.port, HUB_USER, line.password)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
