"""Bring a database to the tables of this code, or say that it is not there yet.

The command line migrates (`shanmen migrate`); the server only looks, and refuses to start.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.kernel.db.turn import writing

T = TypeVar("T")

FOLDER = Path(__file__).parents[3] / "migrations"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
ONE_AT_A_TIME = 7_310_200_411  # any number, known to every process that migrates


class SchemaOutdated(RuntimeError):
    """The database is older or newer than the code."""

    def __init__(self, current: str | None, head: str | None) -> None:
        super().__init__(
            f"The database is at migration {current or 'none'} and the program needs {head}:"
            " run `shanmen migrate` first (it is wise to run `shanmen backup` before)."
        )


def migrate(url: str) -> None:
    """Run the migrations that are missing. Each is whole or not at all."""
    with only_writer(url):
        connected(url, upgrade)


def head_revision() -> str | None:
    """The newest migration of this code."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current_revision(url: str) -> str | None:
    """The newest migration that a database has seen; None for an empty or absent one."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return None
    return connected(url, lambda on: MigrationContext.configure(on).get_current_revision())


async def require_head(url: str) -> None:
    """SchemaOutdated unless the database has exactly the tables of this code."""
    current, head = await asyncio.to_thread(current_revision, url), head_revision()
    if current != head:
        raise SchemaOutdated(current, head)


def configuration(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["render_as_batch"] = (
        connection is not None and connection.dialect.name == "sqlite"
    )
    return config


def upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_lock(ONE_AT_A_TIME)))
        connection.commit()
    command.upgrade(configuration(connection), "head")


def connected(url: str, work: Callable[[sa.Connection], T]) -> T:
    """Do `work` over the engine's async driver, from wherever this is called."""

    async def run() -> T:
        made = sa.make_url(url)
        engine = create_async_engine(
            made.set(drivername=DRIVERS[made.drivername]), poolclass=NullPool
        )
        if made.drivername == "sqlite":
            sa.event.listen(engine.sync_engine, "connect", prepare_sqlite)
            sa.event.listen(engine.sync_engine, "begin", begin_immediate)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return in_a_loop_of_its_own(run)


def in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def prepare_sqlite(connection: Any, _record: Any) -> None:
    """Python's driver would commit before DDL; and a table that is being copied must not be held
    by the rows that point to it (env.py checks them afterwards)."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def sqlite_path(url: str) -> Path | None:
    made = sa.make_url(url)
    return Path(made.database or "") if made.drivername == "sqlite" else None


@contextmanager
def only_writer(url: str) -> Iterator[None]:
    path = sqlite_path(url)
    if path is None:
        yield
    else:
        with writing(path):
            yield
