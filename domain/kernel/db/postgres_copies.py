"""Copies of a PostgreSQL database, by its own programs."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from domain.kernel.db.revisions import current_revision, in_a_loop_of_its_own

MAINTENANCE = "postgres"  # one cannot rename a database that one is connected to


class ProgramFailed(RuntimeError):
    """pg_dump, pg_restore or the server said no."""


def dump(url: str, target: Path) -> None:
    """One snapshot in the custom format; writers go on."""
    run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    run(url, "pg_restore", "--list", str(target))


def restore(url: str, source: Path, stamp: str) -> str:
    """Filled beside, checked, then put in place by two renames; gives the old one's new name."""
    made = sa.make_url(url)
    name = str(made.database)
    ready, kept = f"{name}_restoring_{stamp}", f"{name}_{stamp}"
    on_server(url, refuse_while_used, name)
    on_server(url, execute, f"CREATE DATABASE {quoted(ready)} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        beside = made.set(database=ready).render_as_string(hide_password=False)
        load(beside, source)
        if current_revision(beside) is None:
            raise ProgramFailed(f"{source.name} is a database, but not one of ours")
        on_server(url, swap, name, ready, kept)
    finally:
        on_server(url, execute, f"DROP DATABASE IF EXISTS {quoted(ready)}")
    return kept


def fill(url: str, source: Path) -> None:
    """A new database with what the dump holds."""
    name = str(sa.make_url(url).database)
    on_server(url, execute, f"CREATE DATABASE {quoted(name)} TEMPLATE template0 ENCODING 'UTF8'")
    load(url, source)


def drop(url: str) -> None:
    on_server(url, execute, f"DROP DATABASE IF EXISTS {quoted(str(sa.make_url(url).database))}")


def load(url: str, source: Path) -> None:
    run(
        url,
        "pg_restore",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={sa.make_url(url).database}",
        str(source),
    )


async def refuse_while_used(connection: Any, name: str) -> None:
    used = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", name
    )
    if used:
        raise ProgramFailed("a server or another program is connected to it: stop it first")


async def execute(connection: Any, statement: str) -> None:
    await connection.execute(statement)


async def swap(connection: Any, name: str, ready: str, kept: str) -> None:
    await connection.execute(f"ALTER DATABASE {quoted(name)} RENAME TO {quoted(kept)}")
    try:
        await connection.execute(f"ALTER DATABASE {quoted(ready)} RENAME TO {quoted(name)}")
    except BaseException:
        await connection.execute(f"ALTER DATABASE {quoted(kept)} RENAME TO {quoted(name)}")
        raise


def on_server(url: str, work: Any, *args: Any) -> None:
    """Do something that belongs to no database of ours."""
    address = sa.make_url(url).set(database=MAINTENANCE)

    async def connected() -> None:
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        try:
            async with asyncio.timeout(60):
                await work(connection, *args)
        except asyncpg.PostgresError as problem:
            raise ProgramFailed(f"PostgreSQL: {problem}") from problem
        finally:
            await connection.close()

    in_a_loop_of_its_own(connected)


def run(url: str, program: str, *arguments: str) -> None:
    """The password goes through the environment: arguments are seen by everybody on the machine."""
    found = shutil.which(program)
    if found is None:
        raise ProgramFailed(f"{program} is not there: install postgresql-client")
    done = subprocess.run(
        [found, *arguments],
        env={**os.environ, **environment_of(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"{program}: {done.stderr.strip()[:400]}")


def environment_of(url: str) -> dict[str, str]:
    """Where the server is, as PostgreSQL's own programs want to be told."""
    made = sa.make_url(url)
    parts = {
        "PGHOST": made.host,
        "PGPORT": made.port,
        "PGUSER": made.username,
        "PGPASSWORD": made.password,
        "PGDATABASE": made.database,
        "PGSSLMODE": made.query.get("sslmode"),
    }
    return {name: str(value) for name, value in parts.items() if value}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
