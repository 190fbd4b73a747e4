"""The face of resellers, in process."""

import httpx2
import pytest
from starlette.applications import Starlette

from tests.webapp.octo.resellers import Program, add_reseller


@pytest.fixture
async def program(app: Starlette, client: httpx2.AsyncClient) -> Program:
    return Program(client, await add_reseller(app.state.db))
