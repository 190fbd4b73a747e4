"""SQLite when its file, its disk or another process misbehaves."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.kernel.db import Busy, Database, DatabaseDown, Tx
from domain.kernel.db.turn import Turn
from tests.domain.kernel.db import samples as s

PAGES = sa.text("PRAGMA page_count").columns(sa.column("n", sa.Integer))


async def outcomes(*acts: Any) -> list[Any]:
    return list(await asyncio.gather(*acts, return_exceptions=True))


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def limit_pages(db: Database, spare: int) -> None:
    """Make the disk as full as it looks to SQLite: room for so many pages more."""
    async with db.write() as tx:
        pages = (await tx.one(PAGES)).n
        await tx.run(sa.text(f"PRAGMA max_page_count = {pages + spare}"))


async def fill(tx: Tx, key: str) -> None:
    await tx.run(s.ADD, id=key, raw=b"x" * 400_000)


async def test_a_full_disk_fails_the_whole_group_and_is_survived(sqlite_db: Database) -> None:
    await sqlite_db.act(s.add, "before")
    await limit_pages(sqlite_db, 10)
    acts = [sqlite_db.act(fill if n == 10 else s.add, f"n{n}") for n in range(20)]
    answers = await outcomes(*acts)
    assert [type(answer) for answer in answers] == [DatabaseDown] * 20
    assert len({id(answer) for answer in answers}) == 20
    assert await sqlite_db.ask(s.keys) == ["before"]

    await sqlite_db.act(s.add, "small")  # there is still room for this
    with pytest.raises(DatabaseDown):
        await sqlite_db.act(fill, "big")
    await limit_pages(sqlite_db, 100_000)
    await sqlite_db.act(fill, "big")
    assert await sqlite_db.ask(s.keys) == ["before", "big", "small"]


async def test_a_full_disk_during_an_import(sqlite_db: Database) -> None:
    await limit_pages(sqlite_db, 10)
    with pytest.raises(DatabaseDown):
        async with sqlite_db.write() as tx:
            await s.add_and_forget(tx, "a")
            await fill(tx, "big")
    await sqlite_db.act(s.add, "b")
    assert await sqlite_db.ask(s.keys) == ["b"]


async def test_a_begin_that_fails_is_busy_and_is_survived(sqlite_url: str) -> None:
    """Somebody's sqlite3 shell holds the file, and takes no turns."""
    db = await Database.open(sqlite_url, busy_seconds=0.3)
    other = sqlite3.connect(file_of(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = await outcomes(*(db.act(s.add, f"n{n}") for n in range(5)))
    assert [type(answer) for answer in answers] == [Busy] * 5
    with pytest.raises(Busy):
        async with db.write():
            pass
    other.execute("ROLLBACK")
    other.close()
    await db.act(s.add, "a")
    assert await db.ask(s.keys) == ["a"]
    await db.close()


async def test_an_act_may_not_replace_an_append_only_row(sqlite_db: Database) -> None:
    """INSERT OR REPLACE deletes, which triggers only see because we told SQLite to look."""
    kept = sa.text("INSERT OR REPLACE INTO ledger_entries VALUES ('e', 0, NULL, 'o', 'o', :text)")

    async def put(tx: Tx, text: str) -> None:
        await tx.run(kept, text=text)

    await sqlite_db.act(put, "first")
    with pytest.raises(Exception, match="append_only ledger_entries"):
        await sqlite_db.act(put, "second")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 10_000),
    ],
)
async def test_every_connection_is_set_up(sqlite_db: Database, pragma: str, value: object) -> None:
    asked = sa.text(f"PRAGMA {pragma}").columns(sa.column("value", sa.String))

    async def look(tx: Tx) -> str:
        return str((await tx.one(asked)).value)

    assert await sqlite_db.act(look) == await sqlite_db.ask(look) == str(value)


def test_taking_turns_costs_next_to_nothing(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "any.db")
    started = time.perf_counter()
    for _ in range(1_000):
        assert turn.take_at_once()
        turn.give()
    assert (time.perf_counter() - started) / 1_000 < 0.0005
    turn.close()
