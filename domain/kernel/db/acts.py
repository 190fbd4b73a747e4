"""What an act is, and the line in which acts wait for their turn."""

import asyncio
import collections
import functools
import time
import types
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import structlog

from domain.kernel.db.problems import Busy
from domain.kernel.db.statements import Statement

log = structlog.get_logger()

T = TypeVar("T")
Act = Callable[..., Coroutine[Any, Any, Any]]

SLOW_SECONDS = 0.2


class Tx(Protocol):
    """An open transaction. `values` are the statement's bindparams, or an insert's columns.

    A statement that failed has failed the whole act: whatever the act does next, it is undone.
    """

    async def one(self, statement: Statement, /, **values: Any) -> Any:
        """The first row as a named tuple, or None."""

    async def rows(self, statement: Statement, /, **values: Any) -> list[Any]:
        """All rows as named tuples."""

    async def run(self, statement: Statement, /, **values: Any) -> None:
        """For a statement whose rows nobody wants."""

    def add(self, insert: Statement, /, **values: Any) -> None:
        """A plain insert, kept until the next statement of this act or its end, in this order."""


class ActWaited(RuntimeError):
    """An act or question may await nothing but its tx: others wait for it to end."""

    def __init__(self, act: Act) -> None:
        super().__init__(f"{name_of(act)} awaited something other than its tx")


def name_of(act: Act) -> str:
    """`domain.commerce.orders.placing.place`, for logs: never the arguments."""
    if isinstance(act, functools.partial):
        return name_of(act.func)
    return f"{getattr(act, '__module__', '?')}.{getattr(act, '__qualname__', '?')}"


def note_duration(act: Act, started: float) -> None:
    """Say so when an act held everybody up. `started` is time.perf_counter()."""
    seconds = time.perf_counter() - started
    if seconds > SLOW_SECONDS:
        log.warning("database.act_slow", act=name_of(act), ms=round(seconds * 1000))


def drive(act: Act, coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never really waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        answer: T = done.value
        return answer
    except RuntimeError as problem:
        if "no running event loop" in str(problem):  # asked for one, to wait on it
            raise ActWaited(act) from None
        raise
    coroutine.close()
    raise ActWaited(act)


@types.coroutine
def watch(
    act: Act, coroutine: Coroutine[Any, Any, T], is_speaking: Callable[[], bool]
) -> Generator[Any, Any, T]:
    """Await a coroutine, and stop it the moment it waits while its tx is not speaking."""
    step: Callable[[], Any] = functools.partial(coroutine.send, None)
    while True:
        try:
            waited_for = step()
        except StopIteration as done:
            answer: T = done.value
            return answer
        if not is_speaking():
            coroutine.close()
            raise ActWaited(act)
        try:
            step = functools.partial(coroutine.send, (yield waited_for))
        except BaseException as problem:
            step = functools.partial(coroutine.throw, problem)


@dataclass(slots=True)
class Unit:
    """An act that waits, or runs, and whoever waits for its answer."""

    act: Act
    args: Sequence[Any]
    answer: asyncio.Future[Any]
    since: float = field(default_factory=time.monotonic)

    def settle(self, result: Any, problem: BaseException | None) -> None:
        """Tell the caller, unless it has gone."""
        if self.answer.done():
            return
        if problem is None:
            self.answer.set_result(result)
        else:
            self.answer.set_exception(problem)


class Line:
    """Acts in the order of their coming. Bounded in number and in time: whoever cannot be served
    soon hears Busy now. An act whose caller has gone before its turn never starts."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._waiting: collections.deque[Unit] = collections.deque()
        self._somebody = asyncio.Event()
        self._sweep: asyncio.TimerHandle | None = None
        self.closed = False

    async def join(self, act: Act, args: Sequence[Any]) -> Any:
        if len(self._waiting) >= self._most or self.closed:
            raise Busy
        loop = asyncio.get_running_loop()
        unit = Unit(act, args, loop.create_future())
        self._waiting.append(unit)
        self._somebody.set()
        if self._sweep is None:
            self._sweep = loop.call_later(self._seconds / 4, self._send_away)
        return await unit.answer

    async def wait(self) -> bool:
        """Until there is work; False when there will be none any more."""
        await self._somebody.wait()
        return bool(self._waiting) or not self.closed

    def take(self, most: int) -> list[Unit]:
        """The next few, without those whose caller has gone."""
        taken: list[Unit] = []
        while self._waiting and len(taken) < most:
            unit = self._waiting.popleft()
            if not unit.answer.done():
                taken.append(unit)
        if not self._waiting and not self.closed:
            self._somebody.clear()
        return taken

    def close(self) -> None:
        """Nobody may join; those who wait are still served."""
        self.closed = True
        self._somebody.set()
        if self._sweep is not None:
            self._sweep.cancel()

    def _send_away(self) -> None:
        """Tell those who have waited too long, oldest first."""
        latest = time.monotonic() - self._seconds
        while self._waiting and self._waiting[0].since < latest:
            self._waiting.popleft().settle(None, Busy())
        self._sweep = None
        if self._waiting:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(self._seconds / 4, self._send_away)
        elif not self.closed:
            self._somebody.clear()
