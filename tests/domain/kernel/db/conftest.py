"""Each test here gets its database with the sample tables in it."""

from collections.abc import AsyncIterator

import pytest

from domain.kernel.db import Database
from tests.domain.kernel.db import samples


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    await samples.create(database)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url)
    await samples.create(database)
    yield database
    await database.close()


@pytest.fixture
async def postgres_db(postgresql_url: str) -> AsyncIterator[Database]:
    """Tests that ask for this are marked `postgres`."""
    database = await Database.open(postgresql_url)
    await samples.create(database)
    yield database
    await database.close()
