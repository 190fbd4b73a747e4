"""A house with its database, and the background work that makes copies, done by hand."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.db import Database
from domain.operation import jobs
from tests.staffing import add_staff
from webapp.safekeeping import desk
from webapp.settings import Settings


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[Database]:
    db = await Database.open(database_url)
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
