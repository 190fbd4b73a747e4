"""SQLite: one writer, many acts to a commit; readers of their own.

The writer takes what waits, runs it in one hop to the thread of its connection, a savepoint each,
and answers everybody after the one fsync. It never waits for more to come: the fsync of one group
is the time in which the next one gathers.
"""

import asyncio
import contextlib
import contextvars
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import structlog

from domain.kernel.db.acts import SLOW_SECONDS, Act, Line, Tx, Unit, drive, note_duration
from domain.kernel.db.problems import Busy, DatabaseDown, is_acts_own_fault, said_by_sqlite
from domain.kernel.db.sqlite_tx import HoppingTx, Outcome, SqliteTx, in_time, run_group
from domain.kernel.db.statements import Statements
from domain.kernel.db.turn import Presence, Turn
from domain.kernel.db.wrapper import SafeDatabase, hop

log = structlog.get_logger()

T = TypeVar("T")

MOST_TOGETHER = 64
READERS = 4
AGAIN_SECONDS = 0.1


class SqliteWriter:
    def __init__(
        self,
        connection: aiosqlite.Connection,
        statements: Statements,
        turn: Turn,
        presence: Presence,
        line: Line,
    ) -> None:
        self._connection, self._statements, self._turn = connection, statements, turn
        self._presence, self._line = presence, line
        self._lock = asyncio.Lock()  # between the line and db.write()
        self._task = asyncio.create_task(self._work(), name="sqlite-writer")

    @classmethod
    async def open(
        cls, database: SafeDatabase, statements: Statements, line: Line
    ) -> "SqliteWriter":
        path = Path(database.url.database)
        presence = Presence(path)
        connection = await database.open_sqlite()
        return cls(connection, statements, Turn(path), presence, line)

    async def act(self, act: Act, args: Sequence[Any], lane: str | None) -> Any:
        """There is one writer, so all acts share one lane."""
        return await self._line.join(act, args)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One hop a statement, and all acts wait meanwhile."""
        async with self._lock:
            await self._take_turn()
            try:
                await self._hop(self._connection._conn.execute, "BEGIN IMMEDIATE")
                tx = HoppingTx(self._connection, self._statements)
                yield tx
                await self._hop(tx.flush)
                await self._hop(self._connection._conn.execute, "COMMIT")
            except sqlite3.Error as problem:
                raise group_problem(problem) from None
            finally:
                # Also after a cancellation: the thread works in order, so this comes last.
                await asyncio.shield(self._hop(self._end))

    def _end(self) -> None:
        """In the thread: nothing stays open, the turn is given back."""
        try:
            if self._connection._conn.in_transaction:
                self._connection._conn.execute("ROLLBACK")
        finally:
            self._turn.give()

    async def _work(self) -> None:
        while await self._line.wait():
            async with self._lock:
                try:
                    await self._take_turn()
                    await self._run(self._line.take(MOST_TOGETHER))
                except Exception:
                    log.exception("database.writer_failed")
                    await asyncio.sleep(AGAIN_SECONDS)

    async def _take_turn(self) -> None:
        """Nearly always at once. While another process writes, the line may grow and be told."""
        if not self._turn.take_at_once():
            taking = asyncio.ensure_future(self._hop(self._turn.take))
            try:
                await asyncio.shield(taking)
            except asyncio.CancelledError:
                asyncio.ensure_future(self._hop(self._turn.give))  # noqa: RUF006  # ends itself
                raise

    async def _run(self, units: Sequence[Unit]) -> None:
        """Whatever happens, everybody gets an answer."""
        if not units:
            self._turn.give()
            return
        started = time.perf_counter()
        try:
            outcomes: list[Outcome] = await self._hop(self._run_in_turn, units)
            for unit, outcome in zip(units, outcomes, strict=True):
                unit.settle(outcome.result, outcome.problem)
        except BaseException as problem:
            for unit in units:
                unit.settle(None, group_problem(problem))
            if not isinstance(problem, sqlite3.Error | DatabaseDown):
                raise
        if (seconds := time.perf_counter() - started) > SLOW_SECONDS:
            log.warning("database.commit_slow", acts=len(units), ms=round(seconds * 1000))

    def _run_in_turn(self, units: Sequence[Unit]) -> list[Outcome]:
        try:
            return run_group(self._connection._conn, self._statements, units)
        finally:
            self._turn.give()

    def _hop(self, work: Callable[..., T], *args: Any) -> Coroutine[Any, Any, T]:
        return hop(self._connection, work, *args)

    async def close(self) -> None:
        """Serve those who wait, then end."""
        self._line.close()
        await self._task
        async with self._lock:
            await self._connection.close()
            self._turn.close()
            self._presence.close()


def group_problem(problem: BaseException) -> BaseException:
    """One for each caller: an exception that is raised twice collects both tracebacks."""
    if isinstance(problem, sqlite3.Error):
        if is_busy(problem):
            log.warning("database.locked")
            return Busy()
        if not is_acts_own_fault(problem):
            log.error("database.failed", code=getattr(problem, "sqlite_errorname", "?"))
        return said_by_sqlite(problem)
    if isinstance(problem, DatabaseDown):
        return DatabaseDown()
    return problem


def is_busy(problem: sqlite3.Error) -> bool:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqliteReaders:
    """Connections that cannot write. A question sees one moment, however many its statements."""

    def __init__(self, database: SafeDatabase, statements: Statements, most: int) -> None:
        self._database, self._statements, self._most = database, statements, most
        self._opened: list[aiosqlite.Connection] = []
        self._idle: list[aiosqlite.Connection] = []
        self._free = asyncio.Semaphore(READERS)
        self._asking = 0

    async def ask(self, question: Act, args: Sequence[Any]) -> Any:
        if self._asking >= self._most:
            raise Busy
        self._asking += 1
        try:
            async with self._free:
                return await self._ask(question, args)
        finally:
            self._asking -= 1

    async def _ask(self, question: Act, args: Sequence[Any]) -> Any:
        connection = self._idle.pop() if self._idle else await self._open()
        raw = connection._conn
        try:
            here = contextvars.copy_context()  # the reader's language goes along
            answer = await hop(connection, here.run, self._answer, raw, question, args)
        except BaseException as problem:
            if isinstance(problem, asyncio.CancelledError):
                raw.interrupt()
            self._idle.insert(0, connection)  # perhaps its thread is not done yet: take it last
            raise group_problem(problem) from None
        self._idle.append(connection)
        return answer

    def _answer(self, raw: sqlite3.Connection, question: Act, args: Sequence[Any]) -> Any:
        """In the connection's thread."""
        started = time.perf_counter()
        raw.execute("BEGIN")
        try:
            tx = SqliteTx(raw, self._statements)
            with in_time(raw):
                answer = drive(question, question(tx, *args))
            tx.flush()
            return answer
        finally:
            raw.execute("ROLLBACK")
            note_duration(question, started)

    async def _open(self) -> aiosqlite.Connection:
        connection = await self._database.open_sqlite()
        self._opened.append(connection)
        cursor = await connection.execute("PRAGMA query_only=ON")
        await cursor.close()
        return connection

    async def close(self) -> None:
        self._most = 0
        for _ in range(READERS):
            await self._free.acquire()
        for connection in self._opened:
            await connection.close()
