"""A desk for every test of cards."""

import pytest

from domain.kernel.db import Database
from tests.domain.cards import desk
from tests.domain.cards.desk import Desk


@pytest.fixture
async def cards(db: Database) -> Desk:
    return await desk.opened(db)
