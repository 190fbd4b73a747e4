"""Which tables a database has, and which the code needs.

Read without alembic, which the server never needs: a tenth of its start and of its idle memory.
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa

T = TypeVar("T")

FOLDER = Path(__file__).parents[3] / "migrations"
NAMES = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)
NEWEST = "SELECT version_num FROM alembic_version"


class SchemaOutdated(RuntimeError):
    """The database is older or newer than the code."""

    def __init__(self, current: str | None, head: str | None) -> None:
        super().__init__(
            f"The database is at migration {current or 'none'} and the program needs {head}:"
            " run `shanmen migrate` first (it is wise to run `shanmen backup` before)."
        )


async def require_head(url: str) -> None:
    """SchemaOutdated unless the database has exactly the tables of this code."""
    current, head = await asyncio.to_thread(current_revision, url), head_revision()
    if current != head:
        raise SchemaOutdated(current, head)


@cache
def head_revision() -> str | None:
    """The newest migration of this code: the one that no other comes after."""
    steps = [
        dict(NAMES.findall(path.read_text())) for path in (FOLDER / "versions").glob("[0-9]*.py")
    ]
    heads = {one["revision"] for one in steps} - {one["down_revision"] for one in steps}
    return max(heads, default=None)


def current_revision(url: str) -> str | None:
    """The newest migration that a database has seen; None for an empty or absent one."""
    path = sqlite_path(url)
    return _of_postgres(url) if path is None else _of_sqlite(path)


def _of_sqlite(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        found = connection.execute(NEWEST).fetchone() if known else None
    return found[0] if found else None


def _of_postgres(url: str) -> str | None:
    async def read() -> str | None:
        connection = await asyncpg.connect(url)
        try:
            known = await connection.fetchval("SELECT to_regclass('alembic_version')")
            return await connection.fetchval(NEWEST) if known else None
        finally:
            await connection.close()

    return in_a_loop_of_its_own(read)


def sqlite_path(url: str) -> Path | None:
    made = sa.make_url(url)
    return Path(made.database or "") if made.drivername == "sqlite" else None


def in_a_loop_of_its_own(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
