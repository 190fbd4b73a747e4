"""PostgreSQL: a few workers, each with a connection of its own, several acts to a commit.

A group shares BEGIN, COMMIT and the flush to disk. When anything in it fails, all of it is rolled
back and each act runs again alone, with retries: an act may run several times until it has
committed, which is safe because it touches nothing but its tx. Acts of the same lane share one
worker, so that those who fight for one hot row never wait inside PostgreSQL for each other's
group.
"""

import asyncio
import contextlib
import itertools
import random
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import asyncpg
import structlog

from domain.kernel.db.acts import Act, Line, Tx, Unit
from domain.kernel.db.postgres_tx import CommitFailed, PostgresTx, commit, roll_back
from domain.kernel.db.problems import (
    CONNECTION_LOST,
    WORTH_RETRYING,
    Busy,
    DatabaseDown,
    said_by_postgres,
)
from domain.kernel.db.statements import Statements
from domain.kernel.db.wrapper import SafeDatabase, finish

log = structlog.get_logger()

WORKERS = 4  # for acts that name no lane
LANES = 3
READERS = 5  # and db.write()
MOST_TOGETHER = 16
RETRIES = 5
MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Worker:
    """One connection, and the acts that it commits together."""

    def __init__(self, database: SafeDatabase, statements: Statements, line: Line) -> None:
        self._database, self._statements, self._line = database, statements, line
        self._stack = contextlib.AsyncExitStack()
        self._connection: Any = None

    async def work(self) -> None:
        try:
            while await self._line.wait():
                if units := self._line.take(MOST_TOGETHER):
                    await self._serve(units)
        finally:
            await self._stack.aclose()

    async def _serve(self, units: Sequence[Unit]) -> None:
        """Whatever happens, everybody gets an answer and the worker lives on."""
        try:
            await self._run(units)
        except Exception as problem:
            log.exception("database.worker_failed")
            for unit in units:
                unit.settle(None, problem)
        except BaseException:
            for unit in units:
                unit.settle(None, DatabaseDown())
            raise

    async def _run(self, units: Sequence[Unit]) -> None:
        if len(units) > 1 and await self._together(units):
            return
        for unit in units:
            if not unit.answer.done():
                await self._alone(unit)

    async def _together(self, units: Sequence[Unit]) -> bool:
        """True when all is said; False when each must be tried alone."""
        outcomes: list[tuple[Any, Exception | None]] = []
        try:
            async with self._transaction() as connection:
                for unit in units:
                    outcomes.append(await self._attempt(connection, unit))
        except CommitFailed as failed:
            if failed.lost:
                self._answer_unknown(units)
            return failed.lost
        except Exception:
            return False
        for unit, (result, problem) in zip(units, outcomes, strict=True):
            unit.settle(result, problem)
        return True

    async def _attempt(self, connection: Any, unit: Unit) -> tuple[Any, Exception | None]:
        tx = PostgresTx(connection, self._statements)
        try:
            return await tx.drive(unit.act, unit.args), None
        except Exception as problem:
            if tx.has_written or tx.problem is not None:
                raise
            return None, problem  # it only looked, then said no: the others need not suffer

    async def _alone(self, unit: Unit) -> None:
        for attempt in itertools.count(1):
            tx: PostgresTx | None = None
            try:
                async with self._transaction() as connection:
                    tx = PostgresTx(connection, self._statements)
                    result = await tx.drive(unit.act, unit.args)
                unit.settle(result, None)
                return
            except CommitFailed as failed:
                if failed.lost:
                    self._answer_unknown([unit])
                    return
                cause, problem = failed.problem, said_by_postgres(failed.problem)
            except Exception as raised:
                cause = (tx.cause if tx is not None else None) or raised
                problem = said_by_postgres(raised)
            if attempt >= tries(cause):
                unit.settle(None, problem)
                return
            await asyncio.sleep(random.uniform(0, 0.01) * attempt)

    def _answer_unknown(self, units: Sequence[Unit]) -> None:
        """Running them again could do them twice."""
        log.error("database.outcome_unknown", acts=len(units))
        for unit in units:
            unit.settle(None, DatabaseDown(unknown=True))

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Any]:
        connection = await self._connect()
        await connection.execute("BEGIN")
        try:
            yield connection
            await commit(connection)
        except BaseException:
            await roll_back(connection)
            raise

    async def _connect(self) -> Any:
        """The worker's own connection, or a new one when it died."""
        if self._connection is None or is_dead(self._connection):
            await self._stack.aclose()
            self._connection = None
            self._connection = await self._stack.enter_async_context(self._database.borrow())
        return self._connection


def is_dead(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool noticed first, and has taken it back
        return True


def in_our_words(failed: CommitFailed) -> Exception:
    return DatabaseDown(unknown=True) if failed.lost else said_by_postgres(failed.problem)


def tries(cause: Exception) -> int:
    """How often an act that failed like this is worth running."""
    if isinstance(cause, asyncpg.UniqueViolationError | asyncpg.LockNotAvailableError):
        return 2
    return RETRIES if is_passing(cause) else 1


def is_passing(cause: Exception) -> bool:
    """Nothing was wrong with the act or question itself."""
    if isinstance(cause, TimeoutError):
        return False
    return isinstance(cause, (*WORTH_RETRYING, *CONNECTION_LOST))


class PostgresWriter:
    def __init__(
        self, database: SafeDatabase, statements: Statements, make_line: Callable[[], Line]
    ) -> None:
        self._database, self._statements = database, statements
        self._common = make_line()
        self._lanes = [make_line() for _ in range(LANES)]
        self._tasks = [
            asyncio.create_task(Worker(database, statements, line).work(), name="postgres-writer")
            for line in [self._common] * WORKERS + self._lanes
        ]

    async def act(self, act: Act, args: Sequence[Any], lane: str | None) -> Any:
        line = self._common
        if lane is not None:
            line = self._lanes[zlib.crc32(lane.encode()) % LANES]
        return await line.join(act, args)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        async with self._database.borrow() as connection:
            try:
                await finish(connection.execute("BEGIN"))
                tx = PostgresTx(connection, self._statements)
                yield tx
                await tx.flush()
                await finish(commit(connection))
            except BaseException as problem:
                await finish(roll_back(connection))
                if isinstance(problem, CommitFailed):
                    raise in_our_words(problem) from None
                if (said := said_by_postgres(problem)) is not problem:
                    raise said from None
                raise

    async def close(self) -> None:
        """Serve those who wait, then end."""
        for line in (self._common, *self._lanes):
            line.close()
        await asyncio.gather(*self._tasks)


class PostgresReaders:
    """A question sees one moment, however many statements it asks, and cannot write."""

    def __init__(self, database: SafeDatabase, statements: Statements, most: int) -> None:
        self._database, self._statements, self._most = database, statements, most
        self._asking = 0

    async def ask(self, question: Act, args: Sequence[Any]) -> Any:
        if self._asking >= self._most:
            raise Busy
        self._asking += 1
        try:
            return await self._retry(question, args)
        finally:
            self._asking -= 1

    async def _retry(self, question: Act, args: Sequence[Any]) -> Any:
        """A question may be asked again: on a connection that turned out to be dead, or after the
        tables were changed under a prepared statement."""
        for attempt in itertools.count(1):
            tx: PostgresTx | None = None
            try:
                async with self._moment() as connection:
                    tx = PostgresTx(connection, self._statements)
                    return await tx.drive(question, args)
            except Exception as problem:
                cause = (tx.cause if tx is not None else None) or problem
                if not is_passing(cause) or attempt > READERS:
                    raise said_by_postgres(problem) from None

    @contextlib.asynccontextmanager
    async def _moment(self) -> AsyncIterator[Any]:
        """A connection that sees the database as it is now, until the end."""
        async with self._database.borrow() as connection:
            try:
                await finish(connection.execute(MOMENT))
                yield connection
            finally:
                await finish(roll_back(connection))

    async def close(self) -> None:
        self._most = 0
