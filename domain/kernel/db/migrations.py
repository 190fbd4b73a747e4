"""Bring a database to the tables of this code.

The command line does it (`shanmen migrate`); the server only looks (`revisions`), and refuses to
start.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.kernel.db.revisions import FOLDER, in_a_loop_of_its_own, sqlite_path
from domain.kernel.db.turn import writing

T = TypeVar("T")

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
ONE_AT_A_TIME = 7_310_200_411  # any number, known to every process that migrates


def migrate(url: str) -> None:
    """Run the migrations that are missing. Each is whole or not at all."""
    with only_writer(url):
        connected(url, upgrade)


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


@contextmanager
def only_writer(url: str) -> Iterator[None]:
    path = sqlite_path(url)
    if path is None:
        yield
    else:
        with writing(path):
            yield
