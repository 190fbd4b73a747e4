"""A pretend turnstile. It knows the hub only by the wire, as a maker's firmware would.

    async with Turnstile(connection, secret_store).running() as gate:
        outcome = await gate.scan(code)

Used by the demo, by `shanmen simulate` and by tests. What a device must remember over a power cut
is in `Memory`; what it can be made to do wrong is in `Behaviour`.
"""

import asyncio
import contextlib
import itertools
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import aiomqtt
import structlog

from devicehub.line import Line, Routine
from devicehub.lists import BadList, KeptList
from devicehub.messages import (
    Ack,
    Alarm,
    BadMessage,
    CfgDesired,
    CfgReported,
    Channel,
    Cmd,
    Heartbeat,
    Info,
    ListPart,
    ListReq,
    Message,
    Ok,
    Pass,
    Scan,
    ScanReply,
    State,
    TimeReply,
    TimeReq,
    decode,
    unix_ms,
)
from devicehub.mqtt import Connection

BUDGET_MS = 800
HEARTBEAT_SECONDS = 15.0
REPEAT_SECONDS = 2.0
TIME_SECONDS = 600.0
COMMANDS_REMEMBERED = 256
CAPABILITIES = ["qr", "nfc", "display", "beep", "time"]
OFFLINE_DENY = "OFFLINE_DENY"
ANSWER_SECONDS = 0.05  # an answer goes out before a restart

Mode = Literal["online", "offline", "free", "locked", "service"]
Result = Literal["passed", "timeout", "reverse", "tailgate", "forced"]
MODES: dict[str, Mode] = {"lock": "locked", "free": "free", "normal": "online"}
AckStatus = Literal["accepted", "done", "rejected", "expired", "failed", "late"]

log = structlog.get_logger()


@dataclass(slots=True)
class Memory:
    """What survives a power cut."""

    secret: str = field(repr=False)
    unconfirmed: dict[str, Pass] = field(default_factory=dict)  # until `down/ok` names the key
    answered: OrderedDict[str, Ack] = field(default_factory=OrderedDict)  # commands, last 256
    config_rev: int = 0
    blocked: KeptList = field(default_factory=KeptList)  # refused without asking, when it must
    starts: int = 0


@dataclass(slots=True)
class Behaviour:
    """What visitors and broken parts do; may be changed while it runs."""

    walk_seconds: float = 0.0  # from the light to the turn of the arm
    result: Result = "passed"
    walkers: int = 0  # so many of a group come at once, the others not; 0: all of them
    is_jammed: bool = False  # the arm does not turn: reported as an alarm, and as `timeout`
    is_mute: bool = False  # no passage is ever reported: the device died after it opened
    clock_skew_ms: int = 0  # how wrong its own clock is


class Outcome(NamedTuple):
    """What became of a scan. `decision` is "late" when no answer came in time."""

    decision: Literal["allow", "deny", "local", "late"]
    reason: str | None
    milliseconds: float
    reply: ScanReply | None = None
    key: str | None = None  # of the passage that followed


class Turnstile:
    def __init__(
        self,
        connection: Connection,
        memory: Memory,
        *,
        behaviour: Behaviour | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        """`connection.username` is the device; its password is taken from the memory."""
        self.device_id = connection.username or ""
        self.memory = memory
        self.behaviour = behaviour or Behaviour()
        self.mode: Mode = "online"
        self.opened = 0
        self.boot = ""
        self.offset_ms: int | None = None  # None: not synchronised yet
        self._asked_ms = 0
        self.commands: list[Cmd] = []
        self.shown: dict[str, object] = {}
        routines = (
            Routine(heartbeat_seconds, self._beat),
            Routine(REPEAT_SECONDS, self._repeat),
        )
        self._ready = asyncio.Event()
        self._line = Line(connection, self._take, routines, self._forget_what_was_asked)
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[ScanReply]] = {}
        self._confirmed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Turnstile"]:
        """Connected, announced and in time with the hub; says goodbye at the end."""
        self.switch_on()
        try:
            await self.until_ready()
            yield self
        finally:
            await self.switch_off()

    def switch_on(self) -> None:
        self.memory.starts += 1
        self.boot = f"{self.memory.starts}-{secrets.token_hex(4)}"
        self.offset_ms = None
        self._connect()

    async def switch_off(self) -> None:
        """With a goodbye: `offline` is said, not left to the will."""
        self._post(State(v=1, s="offline", boot=self.boot, reason="switched off"))
        await self._line.stop()

    async def cut_off(self) -> None:
        """Without a word, as when the cable is pulled; `switch_on` or `reconnect` ends it."""
        await self._line.sever()

    def reconnect(self) -> None:
        """The cable is back; the device itself never stopped."""
        self._connect()

    def _connect(self) -> None:
        last_words = State(v=1, s="offline", boot=self.boot, reason="connection lost")
        self._line.start(self.memory.secret, last_words, self._announce)

    async def until_ready(self, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            await self._ready.wait()

    async def until_confirmed(self, seconds: float = 10.0) -> None:
        """Wait until the hub has named every passage."""
        async with asyncio.timeout(seconds):
            while self.memory.unconfirmed:
                self._confirmed.clear()
                await self._confirmed.wait()

    # --- what happens at the gate

    async def scan(
        self,
        code: str,
        *,
        kind: Literal["qr", "nfc", "id", "face", "pin"] = "qr",
        direction: Literal["in", "out"] = "in",
        cid: str | None = None,
    ) -> Outcome:
        """Show a code, do what the hub says, report what the arm did."""
        cid = cid or self._new_key()
        begun = asyncio.get_running_loop().time()
        reply = await self._ask(cid, code, kind, direction)
        milliseconds = (asyncio.get_running_loop().time() - begun) * 1000
        if reply is None and self.memory.blocked.holds(f"nfc:{code}" if kind == "nfc" else code):
            return Outcome("deny", OFFLINE_DENY, milliseconds)
        if reply is None:
            return Outcome("late", None, milliseconds)
        self.shown = reply.show or {}
        key = None
        if reply.decision == "allow":
            key = await self._open(cid, reply.persons, direction)
        return Outcome(reply.decision, reply.reason, milliseconds, reply, key)

    def jam(self) -> None:
        self.behaviour.is_jammed = True
        self._alarm_jam()

    def clear_jam(self) -> None:
        self.behaviour.is_jammed = False
        self._alarm_jam()

    async def _ask(
        self,
        cid: str,
        code: str,
        kind: Literal["qr", "nfc", "id", "face", "pin"],
        direction: Literal["in", "out"],
    ) -> ScanReply | None:
        """The hub's answer; None when it did not come in time, and then it never counts."""
        answer: asyncio.Future[ScanReply] = asyncio.get_running_loop().create_future()
        self._waiting[cid] = answer
        deadline = self._hub_ms() + BUDGET_MS
        self._post(
            Scan(**self._head(), cid=cid, ch=1, code=code, kind=kind, dir=direction,
                 deadline=deadline)
        )  # fmt: skip
        try:
            async with asyncio.timeout(BUDGET_MS / 1000):
                return await answer
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(cid, None)

    async def _open(
        self, cid: str | None, persons: int, direction: Literal["in", "out"]
    ) -> str | None:
        """Open, watch the arm, and report it until the hub confirms. The key of the report."""
        self.opened += 1
        if self.behaviour.walk_seconds:
            await asyncio.sleep(self.behaviour.walk_seconds)
        if self.behaviour.is_mute:
            return None
        result: Result = "timeout" if self.behaviour.is_jammed else self.behaviour.result
        walked = min(persons, self.behaviour.walkers or persons)
        key = self._report(cid, result, walked, direction)
        if walked < persons:
            self._report(cid, "timeout", persons - walked, direction)
        return key

    def _report(
        self, cid: str | None, result: Result, persons: int, direction: Literal["in", "out"]
    ) -> str:
        """A passage, or that there was none; its key."""
        passage = Pass(
            **self._head(), key=self._new_key(), ch=1, result=result, sensor="rotor", cid=cid,
            n=max(persons, 1), dir=direction,
        )  # fmt: skip
        self.memory.unconfirmed[passage.key] = passage
        self._post(passage)
        return passage.key

    def _alarm_jam(self) -> None:
        jammed = self.behaviour.is_jammed
        self._post(Alarm(**self._head(), aid="jam", code="jam", sev="warn", active=jammed))

    # --- what the hub says

    def _take(self, raw: aiomqtt.Message) -> None:
        payload = raw.payload if isinstance(raw.payload, bytes) else b""
        try:
            message = decode(str(raw.topic), payload).message
        except BadMessage as bad:
            log.warning("simulator.bad_message", device_id=self.device_id, reason=str(bad))
            return
        if isinstance(message, CfgDesired):
            self.memory.config_rev = message.rev
            self._post(CfgReported(**self._head(), rev=message.rev))
        elif raw.retain:
            return  # an answer or a command that somebody retained is not meant for now
        elif isinstance(message, ScanReply):
            if (answer := self._waiting.pop(message.cid, None)) is not None:
                answer.set_result(message)
        elif isinstance(message, Ok):
            for key in message.keys:
                self.memory.unconfirmed.pop(key, None)
            self._confirmed.set()
        else:
            self._take_order(message)

    def _take_order(self, message: Message) -> None:
        if isinstance(message, TimeReply):
            self._set_clock(message)
        elif isinstance(message, ListPart):
            self._keep(message)
        elif isinstance(message, Cmd):
            self._obey(message)

    def _keep(self, part: ListPart) -> None:
        """A part of a list; what makes no sense is asked for again, as a whole."""
        if part.list != "block":
            return
        try:
            self.memory.blocked.take(part)
        except BadList as bad:
            log.warning("simulator.bad_list", device_id=self.device_id, reason=str(bad))
            self._post(ListReq(**self._head(), list="block", have=0))

    def _forget_what_was_asked(self) -> None:
        self._ready.clear()
        self._asked_ms = 0

    def _set_clock(self, reply: TimeReply) -> None:
        """As NTP does: half the way there, half the way back. An older answer says nothing."""
        if reply.t0 != self._asked_ms:
            return
        back = reply.t1 if reply.t2 is None else reply.t2
        self.offset_ms = ((reply.t1 - reply.t0) + (back - self._own_ms())) // 2
        self._ready.set()

    def _obey(self, command: Cmd) -> None:
        """Once: a command that was answered before gets the same answer, and does nothing."""
        known = self.memory.answered.get(command.cmd)
        if known is None:
            status, error = self._carry_out(command)
            known = Ack(**self._head(), cmd=command.cmd, status=status, err=error)
            self.memory.answered[command.cmd] = known
            while len(self.memory.answered) > COMMANDS_REMEMBERED:
                self.memory.answered.popitem(last=False)
        self._post(known)
        if known.status == "done" and command.op in {"reboot", "rotate"}:
            self._background(self._restart(is_new_start=command.op == "reboot"))

    def _carry_out(self, command: Cmd) -> tuple[AckStatus, str | None]:
        if self.offset_ms is None:
            return "rejected", "clock"
        if self._hub_ms() > command.exp:
            return "expired", None
        self.commands.append(command)
        if command.op == "open":
            persons = command.args.get("n", 1)
            self._background(self._open_by_hand(persons if isinstance(persons, int) else 1))
        elif command.op in MODES:
            self.mode = MODES[command.op]
        elif command.op == "rotate":
            fresh = command.args.get("secret")
            if not isinstance(fresh, str) or not fresh:
                return "rejected", "secret"
            self.memory.secret = fresh
        elif command.op in {"deny", "display"}:
            self.shown = command.args
        elif command.op not in {"beep", "reboot"}:
            return "rejected", "unsupported"
        return "done", None

    async def _open_by_hand(self, persons: int) -> None:
        await self._open(None, persons, "in")

    async def _restart(self, *, is_new_start: bool) -> None:
        await asyncio.sleep(ANSWER_SECONDS)
        await self._line.stop()
        if is_new_start:
            self.switch_on()
        else:
            self._connect()

    # --- what it says of itself

    def _announce(self) -> None:
        self._post(State(v=1, s="online", boot=self.boot, queued=len(self.memory.unconfirmed)))
        self._post(
            Info(
                **self._head(), model="Pretend turnstile", vendor="Shanmen", fw="1",
                serial=self.device_id[:32], proto=(1, 1), caps=CAPABILITIES,
                ch=[Channel(id=1, dir="both")],
            )
        )  # fmt: skip
        self._post(ListReq(**self._head(), list="block", have=self.memory.blocked.rev))

    def _beat(self) -> None:
        self._post(
            Heartbeat(
                **self._head(), up=0, mode=self.mode, queued=len(self.memory.unconfirmed),
                cfg=self.memory.config_rev, off_ms=self.offset_ms,
                lists={"block": self.memory.blocked.rev},
            )
        )  # fmt: skip

    def _repeat(self) -> None:
        """What the hub has not answered yet; and the time, now and then."""
        if not self._ready.is_set() or self._own_ms() - self._asked_ms > TIME_SECONDS * 1000:
            self._asked_ms = self._own_ms()
            self._post(TimeReq(**self._head(), t0=self._asked_ms))
        for passage in list(self.memory.unconfirmed.values()):
            self._post(passage)

    def _post(self, message: Message) -> bool:
        return self._line.post(message)

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _head(self) -> dict[str, Any]:
        return {"v": 1, "ts": self._own_ms(), "boot": self.boot}

    def _new_key(self) -> str:
        return f"{self.boot}:{next(self._numbers)}"

    def _own_ms(self) -> int:
        return unix_ms() + self.behaviour.clock_skew_ms

    def _hub_ms(self) -> int:
        return self._own_ms() + (self.offset_ms or 0)
