"""A transaction on PostgreSQL, and its two ends."""

import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from domain.kernel.db.acts import Act, note_duration, watch
from domain.kernel.db.joining import batches
from domain.kernel.db.problems import CONNECTION_LOST, said_by_postgres
from domain.kernel.db.statements import Prepared, Statement, Statements

T = TypeVar("T")


class PostgresTx:
    def __init__(self, connection: Any, statements: Statements) -> None:
        self._connection, self._statements = connection, statements
        self._added: list[tuple[Prepared, list[Any]]] = []
        self._is_speaking = False
        self.has_written = False
        self.cause: Exception | None = None  # what the driver said
        self.problem: Exception | None = None  # the same in our words

    async def one(self, statement: Statement, /, **values: Any) -> Any:
        prepared, converted = await self._prepare(statement, values)
        return prepared.row(await self._say(self._connection.fetchrow, prepared.sql, *converted))

    async def rows(self, statement: Statement, /, **values: Any) -> list[Any]:
        prepared, converted = await self._prepare(statement, values)
        found = await self._say(self._connection.fetch, prepared.sql, *converted)
        return [prepared.row(raw) for raw in found]

    async def run(self, statement: Statement, /, **values: Any) -> None:
        prepared, converted = await self._prepare(statement, values)
        await self._say(self._connection.execute, prepared.sql, *converted)

    def add(self, insert: Statement, /, **values: Any) -> None:
        prepared = self._statements.find(insert, values)
        self._added.append((prepared, prepared.values(values)))

    async def _prepare(
        self, statement: Statement, values: dict[str, Any]
    ) -> tuple[Prepared, list[Any]]:
        prepared = self._statements.find(statement, values)
        converted = prepared.values(values)
        await self.flush()
        self.has_written = self.has_written or prepared.writes
        return prepared, converted

    async def flush(self) -> None:
        """Write what was added; raise again what had failed already."""
        if self.problem is not None:
            raise self.problem
        if self._added:
            added, self._added = self._added, []
            self.has_written = True
            for sql, values, many in batches(added):
                call = self._connection.executemany if many else self._connection.execute
                await self._say(call, sql, *values)

    async def _say(self, call: Callable[..., Awaitable[T]], *args: Any) -> T:
        self._is_speaking = True
        try:
            return await call(*args)
        except Exception as problem:
            self.cause, self.problem = problem, said_by_postgres(problem)
            if self.problem is problem:
                raise
            raise self.problem from None
        finally:
            self._is_speaking = False

    async def drive(self, act: Act, args: Sequence[Any]) -> Any:
        """Run an act to its end, and write what it added."""
        started = time.perf_counter()
        result = await watch(act, act(self, *args), lambda: self._is_speaking)
        await self.flush()
        note_duration(act, started)
        return result


class CommitFailed(Exception):
    """COMMIT was sent; `lost` when no answer came, so that nobody knows."""

    def __init__(self, problem: Exception) -> None:
        super().__init__("commit failed")
        self.problem = problem
        self.lost = getattr(problem, "severity_en", "FATAL") != "ERROR"


async def commit(connection: Any) -> None:
    try:
        said = await connection.execute("COMMIT")
    except Exception as problem:
        raise CommitFailed(problem) from None
    if said != "COMMIT":
        raise RuntimeError("PostgreSQL rolled a transaction back that was thought well")


async def roll_back(connection: Any) -> None:
    with contextlib.suppress(*CONNECTION_LOST, asyncpg.PostgresError):
        await connection.execute("ROLLBACK")
