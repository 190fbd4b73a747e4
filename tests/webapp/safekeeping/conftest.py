"""A house with a database, and a machine with two folders for its copies."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.db import Database
from tests.staffing import hire
from webapp.settings import Settings


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[Database]:
    db = await Database.open(database_url)
    await hire(db, "boss")
    yield db
    await db.close()


@pytest.fixture
def machine(tmp_path: Path, database_url: str) -> Settings:
    """Its second folder lies beside the first."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        second_backup_dir=tmp_path / "second",
        low_disk_bytes=1,
    )
