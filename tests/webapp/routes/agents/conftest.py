"""The agents' portal, in process, on both databases: their money is taken by many at once."""

from pathlib import Path

import pytest

from tests.webapp.conftest import BASE_URL
from webapp.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, base_url=BASE_URL)
