"""The one database of the process, behind three doors: act, ask, write."""

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar, TypeVarTuple

from domain.kernel.db.acts import Line, Tx
from domain.kernel.db.postgres import (
    LANES,
    READERS,
    WORKERS,
    PostgresReaders,
    PostgresWriter,
)
from domain.kernel.db.sqlite import SqliteReaders, SqliteWriter
from domain.kernel.db.statements import statements_of
from domain.kernel.db.wrapper import SafeDatabase, open_options

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOST_WAITING = 2_000
BUSY_SECONDS = 10.0


class Database:
    """`await Database.open(url)`, then act, ask and write until `close`."""

    def __init__(
        self,
        database: SafeDatabase,
        writer: SqliteWriter | PostgresWriter,
        readers: SqliteReaders | PostgresReaders,
    ) -> None:
        self._database, self._writer, self._readers = database, writer, readers
        self.dialect: str = database.url.dialect
        self._closed = False

    @classmethod
    async def open(
        cls, url: str, *, busy_seconds: float = BUSY_SECONDS, most_waiting: int = MOST_WAITING
    ) -> Self:
        """`sqlite:///relative/path`, `sqlite:////absolute/path` or `postgresql://...`.

        An act that has waited `busy_seconds` for its turn, and every one that comes while
        `most_waiting` wait, is told Busy.
        """
        pool = WORKERS + LANES + READERS
        plain = SafeDatabase(url)
        options = open_options(plain.url, pool=pool, busy_seconds=busy_seconds)
        database = SafeDatabase(url, **options)
        await database.connect()
        statements = statements_of(database.url.dialect)
        writer: SqliteWriter | PostgresWriter
        readers: SqliteReaders | PostgresReaders

        def make_line() -> Line:
            return Line(most_waiting, busy_seconds)

        if database.url.dialect == "sqlite":
            writer = await SqliteWriter.open(database, statements, make_line())
            readers = SqliteReaders(database, statements, most_waiting)
        else:
            writer = PostgresWriter(database, statements, make_line)
            unlocked = statements_of(database.url.dialect, locks=False)
            readers = PostgresReaders(database, unlocked, most_waiting)
        return cls(database, writer, readers)

    async def act(
        self,
        act: Callable[[Tx, *Ts], Coroutine[Any, Any, T]],
        *args: *Ts,
        lane: str | None = None,
    ) -> T:
        """Run a change, alone in its transaction as far as anybody can see, and return when it is
        on the disk. Whoever is cancelled while waiting here either had no effect or all of it.

        Acts with the same `lane` run one after the other on PostgreSQL: give acts that change the
        same hot row (a quota, a balance) the same key.
        """
        answer: T = await self._writer.act(act, args, lane)
        return answer

    async def ask(self, question: Callable[[Tx, *Ts], Coroutine[Any, Any, T]], *args: *Ts) -> T:
        """Read, as of one moment, without waiting for those who write."""
        answer: T = await self._readers.ask(question, args)
        return answer

    def write(self) -> contextlib.AbstractAsyncContextManager[Tx]:
        """A transaction for what must await more than its tx: imports, migrations. Short, please:
        on SQLite every act waits for it."""
        return self._writer.write()

    async def close(self) -> None:
        """Serve those who wait, refuse those who come, and let go of everything."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await self._readers.close()
        await self._database.disconnect()
