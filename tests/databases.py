"""A fresh, migrated database for each test, quickly: a copy of one that was migrated once.

async def test_...(db: Database) -> None:         # runs on SQLite and on PostgreSQL
async def test_...(sqlite_db: Database) -> None:  # when one engine is enough
def test_...(database_url: str) -> None:          # when the test opens it itself
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
import sqlalchemy as sa

from domain.kernel.db import Database
from domain.kernel.db.migrations import migrate
from tests.requirements import require_postgres

T = TypeVar("T")

ENGINES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_shelf() -> Iterator["Shelf"]:
    shelf = Shelf(migrate)
    yield shelf
    shelf.clear()


@pytest.fixture
def postgresql_url(postgres_shelf: "Shelf") -> Iterator[str]:
    name = postgres_shelf.take()
    yield postgres_url(name)
    postgres_shelf.give(name)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{engine}_url"))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


class Shelf:
    """Databases on the test server that are as good as new. Making one takes PostgreSQL a tenth of
    a second, or several when the disk is busy; emptying one that a test has used takes a hundredth.
    """

    def __init__(self, prepare: Callable[[str], None]) -> None:
        """`prepare` makes the tables, given a URL: once, then the result is copied."""
        self._template, self._clean = new_name(), list[str]()
        on_server(f"CREATE DATABASE {self._template}")
        prepare(postgres_url(self._template))
        self._shape = str(in_a_thread(ask(self._template, SHAPE)))

    def take(self) -> str:
        if self._clean:
            return self._clean.pop()
        name = new_name()
        on_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def give(self, name: str) -> None:
        if in_a_thread(empty(name)) == self._shape:
            self._clean.append(name)
        else:
            on_server(f"DROP DATABASE {name} WITH (FORCE)")

    def clear(self) -> None:
        for name in [self._template, *self._clean]:
            on_server(f"DROP DATABASE {name} WITH (FORCE)")


# What a test could have changed about the tables.
SHAPE = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
  SELECT concat(attrelid::regclass, attname, atttypid, atttypmod, attnotnull) AS line
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    WHERE NOT tgisinternal
  UNION ALL SELECT concat(conrelid::regclass, conname) FROM pg_constraint
  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT version_num FROM alembic_version
) AS lines
"""
EMPTY = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica; -- no triggers, no foreign keys
  FOR name IN SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  FOR name IN SELECT relname FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
  LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', name); END LOOP;
END $$
"""
LEFT_OPEN = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def empty(name: str) -> str:
    """Delete all rows, and tell the shape of the tables."""
    connection = await asyncpg.connect(postgres_url(name))
    try:
        await connection.execute(LEFT_OPEN)
        await connection.execute(EMPTY)
        return str(await connection.fetchval(SHAPE))
    finally:
        await connection.close()


async def ask(name: str, statement: str) -> object:
    connection = await asyncpg.connect(postgres_url(name))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def new_name() -> str:
    """No two test runs, and no two workers of one, ever meet."""
    return f"shanmen_test_{secrets.token_hex(8)}"


def postgres_url(name: str) -> str:
    made = sa.make_url(require_postgres()).set(database=name)
    return made.render_as_string(hide_password=False)


def on_server(statement: str) -> None:
    """Run a statement that belongs to no database of ours."""
    in_a_thread(ask(sa.make_url(require_postgres()).database or "", statement))


def in_a_thread(work: Coroutine[Any, Any, T]) -> T:
    """Fixtures that are not async are also used by tests whose loop is running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
