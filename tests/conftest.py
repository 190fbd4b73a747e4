"""What every test shares."""

import sys

import pytest
import structlog

from tests.databases import (
    database_url,
    db,
    engine,
    postgres_shelf,
    postgresql_url,
    sqlite_db,
    sqlite_template,
    sqlite_url,
)
from tests.requirements import pytest_runtest_setup

__all__ = [
    "anyio_backend",
    "database_url",
    "db",
    "engine",
    "postgres_shelf",
    "postgresql_url",
    "pytest_runtest_setup",
    "sqlite_db",
    "sqlite_template",
    "sqlite_url",
]


# Standard output is a command's answer; a warning that a busy machine was slow is no part of it.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
