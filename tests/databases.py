"""A fresh, migrated database for each test, quickly: a copy of one that was migrated once.

async def test_...(db: Database) -> None:         # runs on SQLite and on PostgreSQL
async def test_...(sqlite_db: Database) -> None:  # when one engine is enough
def test_...(database_url: str) -> None:          # when the test opens it itself
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from domain.kernel.db import Database
from domain.kernel.db.migrations import migrate
from tests.requirements import require_postgres

ENGINES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    name = new_name()
    on_server(f"CREATE DATABASE {name}")
    migrate(postgres_url(name))
    yield name
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_template: str) -> Iterator[str]:
    name = new_name()
    on_server(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_url(name)
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


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


def new_name() -> str:
    """No two test runs, and no two workers of one, ever meet."""
    return f"shanmen_test_{secrets.token_hex(8)}"


def postgres_url(name: str) -> str:
    made = sa.make_url(require_postgres()).set(database=name)
    return made.render_as_string(hide_password=False)


def on_server(statement: str) -> None:
    """Run a statement that belongs to no database of ours."""

    async def run() -> None:
        connection = await asyncpg.connect(require_postgres())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    in_a_thread(run())


def in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """Fixtures that are not async are also used by tests whose loop is running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
