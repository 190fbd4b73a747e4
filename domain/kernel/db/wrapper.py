"""`databases` as we use it: its URLs, its life cycle and its pools, never its queries.

Its transactions and queries have faults that stop a shop (a failed COMMIT locks everybody out, a
`%` in a text raises, results come from a compiler that is run anew each time), so the statements
go straight to the driver's connection; see docs/decisions/0001-database-acts.md.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import aiosqlite
import asyncpg
import databases
from databases.backends.sqlite import SQLiteBackend, SQLitePool
from databases.interfaces import ConnectionBackend

# Both would write the values of statements into a debug log.
for _library in ("databases", "aiosqlite"):
    logging.getLogger(_library).setLevel(logging.WARNING)

T = TypeVar("T")

KEPT_STATEMENTS = 500  # prepared, for each connection
STATEMENT_SECONDS = 30  # a statement that takes longer is ended
PRAGMAS = (
    "PRAGMA busy_timeout={busy_ms}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # or INSERT OR REPLACE would pass the append-only guards
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
    # 20 MB: a sale touches some eighty pages, most of them the ends of indexes that the next sale
    # touches too. Moved five times as rarely they cost a quarter less; more, and gates would wait.
    "PRAGMA wal_autocheckpoint=5000",
)


async def finish(work: Awaitable[T]) -> T:
    """Await something to its end even when cancelled meanwhile, and only then be cancelled. For
    the short steps that leave a connection half-way when they are cut."""
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError as problem:
            cancelled = problem
        except Exception:
            break
    if cancelled is not None:
        if not doing.cancelled():
            doing.exception()  # seen, and of no more use
        raise cancelled
    return doing.result()


def hop(
    connection: aiosqlite.Connection, work: Callable[..., T], *args: Any
) -> Coroutine[Any, Any, T]:
    """Have `work` done in the connection's thread, after everything it was given before."""
    hopping: Coroutine[Any, Any, T] = connection._execute(work, *args)  # type: ignore[no-untyped-call]
    return hopping


class SqlitePool(SQLitePool):
    """Hands out connections that are set up; their owner closes them."""

    async def acquire(self) -> aiosqlite.Connection:
        options = dict(self._options)
        busy_ms = options.pop("busy_ms")
        connecting = aiosqlite.connect(
            self._database, isolation_level=None, cached_statements=KEPT_STATEMENTS, **options
        )
        connecting._thread.daemon = True  # or a process that fails before close() never ends
        connection = await connecting
        try:
            for pragma in PRAGMAS:
                cursor = await connection.execute(pragma.format(busy_ms=busy_ms))
                await cursor.close()
        except BaseException:
            await asyncio.shield(connection.close())
            raise
        return connection


class SqliteBackend(SQLiteBackend):
    def __init__(self, url: databases.DatabaseURL | str, **options: Any) -> None:
        super().__init__(url, **options)
        self._pool = SqlitePool(self._database_url, **self._options)


async def give_back(link: ConnectionBackend) -> None:
    """To the pool, which may have taken it back by itself when it saw that it was dead."""
    with contextlib.suppress(asyncpg.InternalClientError, asyncpg.InterfaceError):
        await link.release()


class SafeDatabase(databases.Database):
    """A `databases.Database` of which only connections are wanted."""

    SUPPORTED_BACKENDS = {  # noqa: RUF012  # as its base declares it
        "postgresql": "databases.backends.postgres:PostgresBackend",
        "sqlite": "domain.kernel.db.wrapper:SqliteBackend",
    }

    def __init__(self, url: databases.DatabaseURL | str, **options: Any) -> None:
        super().__init__(url, **options)
        self._releasing: set[asyncio.Future[None]] = set()

    async def open_sqlite(self) -> aiosqlite.Connection:
        """A connection of its own, which the caller closes."""
        link = self._backend.connection()
        await link.acquire()
        connection: aiosqlite.Connection = link.raw_connection
        return connection

    @contextlib.asynccontextmanager
    async def borrow(self) -> AsyncIterator[Any]:
        """A pooled connection. Not the task's own one, as `databases` would have it: an act inside
        a question inside an import must not share a transaction by accident."""
        link = self._backend.connection()
        acquiring = asyncio.ensure_future(link.acquire())
        try:
            await asyncio.shield(acquiring)
        except asyncio.CancelledError:
            acquiring.add_done_callback(lambda done: self._release(link, done))
            raise
        try:
            yield link.raw_connection
        finally:
            await finish(give_back(link))

    def _release(self, link: ConnectionBackend, acquired: asyncio.Future[None]) -> None:
        """Give a connection back that came after its borrower had gone."""
        if not acquired.cancelled() and acquired.exception() is None:
            releasing = asyncio.ensure_future(give_back(link))
            self._releasing.add(releasing)
            releasing.add_done_callback(self._releasing.discard)

    async def disconnect(self) -> None:
        if self._releasing:
            await asyncio.wait(self._releasing)
        await super().disconnect()


def open_options(url: databases.DatabaseURL, *, pool: int, busy_seconds: float) -> dict[str, Any]:
    """How to connect to either engine."""
    if url.dialect == "sqlite":
        return {"busy_ms": round(busy_seconds * 1000), "check_same_thread": False}
    milliseconds = str(round(busy_seconds * 1000))
    return {
        "min_size": 0,
        "max_size": pool,
        "timeout": busy_seconds,
        "command_timeout": STATEMENT_SECONDS + 5,
        "statement_cache_size": KEPT_STATEMENTS,
        "max_cached_statement_lifetime": 0,
        "reset": leave_as_it_is,
        "server_settings": {
            "application_name": "shanmen",
            "statement_timeout": str(round(STATEMENT_SECONDS * 1000)),
            "lock_timeout": milliseconds,
            "idle_in_transaction_session_timeout": str(round(STATEMENT_SECONDS * 2000)),
        },
    }


async def leave_as_it_is(_connection: Any) -> None:
    """asyncpg's own reset is one more round trip for each question; we set nothing that it undoes,
    and it has rolled back an open transaction before it comes here."""
