"""The face of resellers, in process, on both databases: programs ask many things at once."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from tests.webapp.conftest import BASE_URL
from tests.webapp.octo.resellers import Program, add_reseller
from webapp.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, base_url=BASE_URL)


@pytest.fixture
async def program(app: Starlette, client: httpx2.AsyncClient) -> Program:
    return Program(client, await add_reseller(app.state.db))
