"""What every test shares."""

import sys

import pytest
import structlog
from hypothesis import settings

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

settings.register_profile("shanmen", settings.get_profile("default"), deadline=None)
if settings.get_current_profile_name() == "default":  # on CI the library has one of its own
    settings.load_profile("shanmen")


# Standard output is a command's answer; a warning that a busy machine was slow is no part of it.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
