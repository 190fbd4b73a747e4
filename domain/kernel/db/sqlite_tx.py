"""What happens in the thread that owns a SQLite connection: a transaction, and acts in it."""

import contextlib
import itertools
import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import aiosqlite
import structlog

from domain.kernel.db import wrapper
from domain.kernel.db.acts import Unit, drive, note_duration
from domain.kernel.db.problems import DatabaseDown, said_by_sqlite
from domain.kernel.db.statements import Prepared, Statement, Statements
from domain.kernel.db.wrapper import hop

log = structlog.get_logger()

STEPS = 1_000_000  # of SQLite's machine, some ten milliseconds, between two looks at the clock
DRIVERS_ERRORS = (sqlite3.Error, OverflowError, UnicodeEncodeError)


class SqliteTx:
    """Answers at once: runs in the thread that owns the connection."""

    def __init__(self, connection: sqlite3.Connection, statements: Statements) -> None:
        self._connection, self._statements = connection, statements
        self._added: list[tuple[Prepared, list[Any]]] = []
        self.problem: Exception | None = None

    async def one(self, statement: Statement, /, **values: Any) -> Any:
        prepared = self._statements.find(statement, values)
        return prepared.row(self._execute(prepared, values).fetchone())

    async def rows(self, statement: Statement, /, **values: Any) -> list[Any]:
        prepared = self._statements.find(statement, values)
        return [prepared.row(raw) for raw in self._execute(prepared, values).fetchall()]

    async def run(self, statement: Statement, /, **values: Any) -> None:
        self._execute(self._statements.find(statement, values), values)

    def add(self, insert: Statement, /, **values: Any) -> None:
        prepared = self._statements.find(insert, values)
        self._added.append((prepared, prepared.values(values)))

    def _execute(self, prepared: Prepared, values: dict[str, Any]) -> sqlite3.Cursor:
        converted = prepared.values(values)
        self.flush()
        try:
            return self._connection.execute(prepared.sql, converted)
        except DRIVERS_ERRORS as problem:
            raise self._failed(problem) from None

    def flush(self) -> None:
        """Write what was added, in its order; raise again what had failed already."""
        if self.problem is not None:
            raise self.problem
        added, self._added = self._added, []
        try:
            for prepared, alike in itertools.groupby(added, key=lambda pair: pair[0]):
                rows = [row for _, row in alike]
                if len(rows) == 1:
                    self._connection.execute(prepared.sql, rows[0])
                else:
                    self._connection.executemany(prepared.sql, rows)
        except DRIVERS_ERRORS as problem:
            raise self._failed(problem) from None

    def _failed(self, problem: Exception) -> Exception:
        self.problem = said_by_sqlite(problem)
        if isinstance(self.problem, DatabaseDown):
            log.error("database.failed", code=getattr(problem, "sqlite_errorname", "?"))
        return self.problem


class HoppingTx(SqliteTx):
    """The same from the event loop: each statement crosses to the thread and back."""

    def __init__(self, connection: aiosqlite.Connection, statements: Statements) -> None:
        super().__init__(connection._conn, statements)
        self._owner = connection

    async def one(self, statement: Statement, /, **values: Any) -> Any:
        return await hop(self._owner, drive, self.one, super().one(statement, **values))

    async def rows(self, statement: Statement, /, **values: Any) -> list[Any]:
        return await hop(self._owner, drive, self.rows, super().rows(statement, **values))

    async def run(self, statement: Statement, /, **values: Any) -> None:
        await hop(self._owner, drive, self.run, super().run(statement, **values))


@contextlib.contextmanager
def in_time(connection: sqlite3.Connection) -> Iterator[None]:
    """End a statement that would hold everybody up, as PostgreSQL's statement_timeout does."""
    until = time.monotonic() + wrapper.STATEMENT_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, STEPS)


class Outcome(NamedTuple):
    result: Any
    problem: BaseException | None


def run_one(connection: sqlite3.Connection, statements: Statements, unit: Unit) -> Any:
    started = time.perf_counter()
    tx = SqliteTx(connection, statements)
    result = drive(unit.act, unit.act(tx, *unit.args))
    tx.flush()
    note_duration(unit.act, started)
    return result


def run_group(
    connection: sqlite3.Connection, statements: Statements, units: Sequence[Unit]
) -> list[Outcome]:
    """Every unit in one transaction, a savepoint each: one that fails takes nobody with it. What
    fails only at the commit (a deferred constraint) is found by running each alone."""
    try:
        return run_together(connection, statements, units)
    except sqlite3.IntegrityError as problem:
        if len(units) == 1:
            return [Outcome(None, said_by_sqlite(problem))]
        return [run_group(connection, statements, [unit])[0] for unit in units]


def run_together(
    connection: sqlite3.Connection, statements: Statements, units: Sequence[Unit]
) -> list[Outcome]:
    outcomes = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        with in_time(connection):
            for unit in units:
                connection.execute("SAVEPOINT unit")
                outcomes.append(attempt(connection, statements, unit))
                connection.execute("RELEASE unit")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def attempt(connection: sqlite3.Connection, statements: Statements, unit: Unit) -> Outcome:
    try:
        return Outcome(run_one(connection, statements, unit), None)
    except Exception as problem:
        if isinstance(problem, DatabaseDown) or not connection.in_transaction:
            raise  # a full or failing disk: nobody in this group may hear yes
        connection.execute("ROLLBACK TO unit")
        return Outcome(None, problem)
