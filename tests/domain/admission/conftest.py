"""The world that the admission tests play in."""

from collections.abc import AsyncIterator

import pytest

from domain.kernel.db import Database
from tests.domain.admission.world import World, built


@pytest.fixture
async def world(db: Database) -> AsyncIterator[World]:
    async with built(db) as world:
        yield world
