"""Questions: they never wait for writers, cannot write, and see one moment."""

import asyncio
import time
from contextvars import ContextVar
from typing import Any

import pytest
import sqlalchemy as sa

from domain.kernel.db import Busy, Database, DatabaseDown, Tx, wrapper
from tests.domain.kernel.db import samples as s

SLEEP = sa.select(sa.func.pg_sleep(1.5).label("slept"))


async def pause(tx: Tx, dialect: str) -> None:
    """In the middle of a question, long enough for a slow machine: on SQLite it computes, in its
    thread."""
    if dialect == "sqlite":
        time.sleep(1.5)  # noqa: ASYNC251  # the thread of this connection is all that waits
    else:
        await tx.one(SLEEP)


async def export(tx: Tx, dialect: str) -> tuple[int, int]:
    before = len(await tx.rows(s.ALL))
    await pause(tx, dialect)
    return before, len(await tx.rows(s.ALL))


async def test_an_export_sees_one_moment_while_others_write(db: Database) -> None:
    await db.act(s.add, "a")
    exporting = asyncio.create_task(db.ask(export, db.dialect))
    await asyncio.sleep(0.1)
    await asyncio.gather(*(db.act(s.add, f"n{n}") for n in range(50)))
    assert not exporting.done(), "the writers waited for the reader"
    assert await exporting == (1, 1)
    assert await db.ask(s.count) == 51


async def test_a_question_does_not_wait_for_an_open_transaction(db: Database) -> None:
    await db.act(s.add, "a")
    async with db.write() as tx:
        await s.add_and_forget(tx, "b")
        async with asyncio.timeout(1):
            assert await db.ask(s.count) == 1
    assert await db.ask(s.count) == 2


async def test_a_question_sees_what_was_acknowledged(db: Database) -> None:
    for n in range(30):
        await db.act(s.add, f"n{n}")
        assert await db.ask(s.count) == n + 1


async def test_what_acts_lock_is_asked_without_a_lock(db: Database) -> None:
    await db.act(s.add, "a")
    async with db.write() as tx:
        (locked,) = await tx.rows(s.ALL.with_for_update())
        async with asyncio.timeout(1):
            assert await db.ask(locking) == [locked]


async def locking(tx: Tx) -> list[Any]:
    return await tx.rows(s.ALL.with_for_update())


@pytest.mark.parametrize("way", [s.add, s.add_and_forget])
async def test_a_question_cannot_write(db: Database, way: type) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        await db.ask(way, "a")
    await db.act(s.add, "a")
    assert await db.ask(s.keys) == ["a"]


async def test_more_questions_than_connections_take_turns(db: Database) -> None:
    await db.act(s.add, "a")
    assert await asyncio.gather(*(db.ask(s.count) for _ in range(100))) == [1] * 100


async def test_too_many_questions_hear_busy(database_url: str) -> None:
    db = await Database.open(database_url, most_waiting=10)
    answers = await asyncio.gather(
        *(db.ask(export, db.dialect) for _ in range(12)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [tuple] * 10 + [Busy] * 2
    await db.close()


ENDLESS = sa.text(
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10000000000)"
    " SELECT count(*) AS n FROM c"
).columns(sa.column("n", sa.Integer))


async def never_ends(tx: Tx) -> None:
    await tx.one(ENDLESS)


@pytest.mark.parametrize("way", ["act", "ask"])
async def test_a_statement_that_takes_too_long_is_ended(
    database_url: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrapper, "STATEMENT_SECONDS", 0.3)
    db = await Database.open(database_url)
    call = db.act if way == "act" else db.ask
    async with asyncio.timeout(5):
        with pytest.raises(DatabaseDown):
            await call(never_ends)
        await db.act(s.add, "a")
        assert await db.ask(s.count) == 1
    await db.close()


async def test_a_cancelled_question_stops_working(sqlite_db: Database) -> None:
    """Otherwise a few abandoned reports would keep all readers busy for minutes."""
    asked = [asyncio.create_task(sqlite_db.ask(never_ends)) for _ in range(8)]
    await asyncio.sleep(0.2)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(sqlite_db.ask(s.count) for _ in range(8))) == [0] * 8


LANGUAGE: ContextVar[str] = ContextVar("language", default="zh")


async def test_a_question_knows_who_asked(db: Database) -> None:
    """What the asker's task carries (the reader's language) is seen in the question too."""

    async def language(tx: Tx) -> str:
        await tx.rows(s.ALL)
        return LANGUAGE.get()

    LANGUAGE.set("en")
    assert await db.ask(language) == "en"
