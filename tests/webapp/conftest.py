"""The app in process: real middleware, routes, templates and database, no network.

async def test_...(client: httpx2.AsyncClient) -> None:       # a visitor: nobody is signed in
async def test_...(app: Starlette, client: ...) -> None:
    await sign_in_as(client, app, Role.CASHIER)               # tests/webapp/people.py
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.webapp.people import add_person
from webapp.app import create_app
from webapp.settings import Settings

BASE_URL = "http://park.test"


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=sqlite_url, base_url=BASE_URL)


@pytest.fixture
def app(settings: Settings) -> Starlette:
    return create_app(settings)


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A house that has been set up: its administrator is called `administrator`."""
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE_URL) as client,
    ):
        await add_person(app.state.db, Role.ADMINISTRATOR)
        yield client
