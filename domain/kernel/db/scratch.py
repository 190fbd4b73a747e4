"""A copy put back beside the house, for a trial, and cleared away again.

    url = scratch.put_back(house_url, copy, folder, "drill")    # as `copies.put_back` would
    rows = scratch.count_rows(url)
    scratch.clear(house_url, folder, "drill")

SQLite: a file in `folder`. PostgreSQL: a database of its own on the same server. It blocks.
"""

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from domain.kernel.db import copies, postgres_copies
from domain.kernel.db.copies import CopyFailed
from domain.kernel.db.postgres_copies import quoted
from domain.kernel.db.revisions import current_revision, in_a_loop_of_its_own, sqlite_path


def url_of(house_url: str, folder: Path, name: str) -> str:
    """Where the trial of this name has its database."""
    if sqlite_path(house_url) is not None:
        return f"sqlite:///{folder / name / 'shanmen.db'}"
    made = sa.make_url(house_url)
    database = f"{made.database}_{name}".replace("-", "")[-63:]
    return made.set(database=database).render_as_string(hide_password=False)


def put_back(house_url: str, copy: Path, folder: Path, name: str) -> str:
    """The copy as a database that can be asked; one that is left from before goes first. Raises
    CopyFailed when it is damaged or not one of ours."""
    clear(house_url, folder, name)
    url = url_of(house_url, folder, name)
    path = sqlite_path(url)
    try:
        if path is None:
            postgres_copies.fill(url, copy)
        else:
            path.parent.mkdir(parents=True)
            shutil.copyfile(copy, path)
            copies.must_be_whole(path)
        if current_revision(url) is None:
            raise CopyFailed(f"{copy.name} is a database, but not one of ours")
    except postgres_copies.ProgramFailed as problem:
        raise CopyFailed(str(problem)) from problem
    return url


def clear(house_url: str, folder: Path, name: str) -> None:
    """Let go of the trial's database. Where there is none, nothing happens."""
    if sqlite_path(house_url) is not None:
        shutil.rmtree(folder / name, ignore_errors=True)
    else:
        postgres_copies.drop(url_of(house_url, folder, name))


def count_rows(url: str) -> Mapping[str, int]:
    """Every table with its rows."""
    path = sqlite_path(url)
    return _of_postgres(url) if path is None else _of_sqlite(path)


def size_of(url: str) -> int:
    """The bytes that a copy needs at the very most."""
    path = sqlite_path(url)
    if path is not None:
        parts = (path, Path(f"{path}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())
    return int(asked_of_postgres(url, "SELECT pg_database_size(current_database())"))


def _of_sqlite(path: Path) -> Mapping[str, int]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: connection.execute(counting(name)).fetchone()[0] for (name,) in sorted(names)}


def counting(table: str) -> str:
    """The name is one that the database itself told."""
    return f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608


def _of_postgres(url: str) -> Mapping[str, int]:
    async def count() -> Mapping[str, int]:
        connection = await asyncpg.connect(url)
        try:
            found = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            names = sorted(row["tablename"] for row in found)
            return {name: await connection.fetchval(counting(name)) for name in names}
        finally:
            await connection.close()

    return in_a_loop_of_its_own(count)


def asked_of_postgres(url: str, question: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(url)
        try:
            async with asyncio.timeout(30):
                return await connection.fetchval(question)
        finally:
            await connection.close()

    return in_a_loop_of_its_own(ask)
