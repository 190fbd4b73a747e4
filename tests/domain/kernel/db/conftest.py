"""Each test here gets its database with the sample tables in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.kernel.db import Database
from domain.kernel.db.migrations import migrate
from tests.databases import Shelf, in_a_thread
from tests.domain.kernel.db import samples


def prepare(url: str) -> None:
    migrate(url)
    in_a_thread(samples.create(url))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("samples") / "template.db"
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_shelf() -> Iterator[Shelf]:
    shelf = Shelf(prepare)
    yield shelf
    shelf.clear()


@pytest.fixture
async def postgres_db(postgresql_url: str) -> AsyncIterator[Database]:
    """Tests that ask for this are marked `postgres`."""
    database = await Database.open(postgresql_url)
    yield database
    await database.close()
