"""What every test shares."""

import pytest

from tests.databases import (
    database_url,
    db,
    engine,
    postgres_shelf,
    postgresql_url,
    sqlite_db,
    sqlite_template,
    sqlite_url,
)
from tests.requirements import pytest_runtest_setup

__all__ = [
    "anyio_backend",
    "database_url",
    "db",
    "engine",
    "postgres_shelf",
    "postgresql_url",
    "pytest_runtest_setup",
    "sqlite_db",
    "sqlite_template",
    "sqlite_url",
]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
