"""A database of each engine for the commerce tests, with every table and nothing in it."""

import asyncio
import importlib
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.kernel.columns import metadata
from domain.kernel.db import Database
from tests.requirements import require_postgres

ROOT = Path(__file__).parents[3]
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def all_tables() -> list[sa.Table]:
    for path in sorted((ROOT / "domain").rglob("tables.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return metadata.sorted_tables


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    all_tables()
    engine = sa.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


async def on_server(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def empty_postgres() -> str:
    """The name of a database to copy; made once a run."""
    return f"commerce_{uuid.uuid4().hex[:12]}"


def ddl() -> list[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
    statements: list[str] = []
    for table in all_tables():
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    return statements


@pytest.fixture(scope="session")
def postgres_template(empty_postgres: str) -> Iterator[tuple[str, str]]:
    server = require_postgres()
    base = server.rpartition("/")[0]
    asyncio.run(on_server(server, f"CREATE DATABASE {empty_postgres}"))
    asyncio.run(on_server(f"{base}/{empty_postgres}", *ddl()))
    yield base, empty_postgres
    asyncio.run(on_server(server, f"DROP DATABASE {empty_postgres} WITH (FORCE)"))


@pytest.fixture(params=ENGINES)
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a fresh database, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    base, template = request.getfixturevalue("postgres_template")
    name = f"commerce_{uuid.uuid4().hex[:12]}"
    asyncio.run(on_server(f"{base}/postgres", f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield f"{base}/{name}"
    asyncio.run(on_server(f"{base}/postgres", f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def db(db_url: str) -> AsyncIterator[Database]:
    database = await Database.open(db_url)
    yield database
    await database.close()
