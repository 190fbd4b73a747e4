"""PostgreSQL when connections die, statements hang and acts lock each other out."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.kernel.db import Busy, Database, DatabaseDown, Tx
from tests.databases import on_server
from tests.domain.kernel.db import samples as s
from tests.domain.kernel.db.test_acts import add_once

pytestmark = pytest.mark.postgres

OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = '{name}' AND pid <> pg_backend_pid()"
)
SLEEP = sa.select(sa.func.pg_sleep(sa.bindparam("seconds", type_=sa.Float)).label("slept"))


async def outcomes(*acts: Any) -> list[Any]:
    return list(await asyncio.gather(*acts, return_exceptions=True))


async def cut_all_connections(url: str) -> None:
    await asyncio.to_thread(on_server, OTHERS.replace("{name}", url.rpartition("/")[2]))


async def use_all_connections(db: Database) -> None:
    """So that each worker, lane and reader has one."""
    acts = [db.act(s.find, "a", lane=f"{n}" if n % 2 else None) for n in range(200)]
    await asyncio.gather(*acts, *(db.ask(s.find, "a") for _ in range(50)))


async def test_idle_connections_that_died_are_made_anew(
    postgres_db: Database, postgresql_url: str
) -> None:
    await use_all_connections(postgres_db)
    await cut_all_connections(postgresql_url)
    acts = [postgres_db.act(s.add, f"{n:02}", lane=f"{n}" if n % 2 else None) for n in range(40)]
    assert len(await asyncio.gather(*acts)) == 40
    assert await postgres_db.ask(s.count) == 40
    async with postgres_db.write() as tx:
        await s.add_and_forget(tx, "more")


async def test_connections_that_die_under_acts_lose_and_double_nothing(
    postgres_db: Database, postgresql_url: str
) -> None:
    await postgres_db.act(s.add, "a", 10_000)

    async def slow_take(tx: Tx, n: int) -> None:
        await s.take(tx, "a")
        await tx.one(SLEEP, seconds=0.002)
        tx.add(s.ADD, id=f"n{n}")

    acts = [asyncio.create_task(postgres_db.act(slow_take, n)) for n in range(200)]
    for _ in range(5):
        await asyncio.sleep(0.15)
        await cut_all_connections(postgresql_url)
    answers = await outcomes(*acts)
    unknown = [answer for answer in answers if isinstance(answer, DatabaseDown)]
    assert all(answer is None or answer.unknown for answer in answers), set(map(repr, answers))
    done = 10_000 - (await postgres_db.ask(s.find, "a")).amount_minor
    assert await postgres_db.ask(s.count) - 1 == done
    assert 200 - len(unknown) <= done <= 200


async def test_a_connection_lost_in_the_commit_is_not_tried_again(
    postgres_db: Database,
) -> None:
    """Nobody knows whether it was committed: a second run could sell twice."""
    async with postgres_db.write() as tx:
        for ddl in (
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER die_at_commit AFTER INSERT ON sample_children"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
        ):
            await tx.run(sa.text(ddl))
    await postgres_db.act(s.add, "a")
    runs = []

    async def fatal(tx: Tx) -> None:
        runs.append(1)
        await tx.run(s.ADD_CHILD, sample_id="a")

    with capture_logs() as logs, pytest.raises(DatabaseDown) as down:
        await postgres_db.act(fatal)
    assert down.value.unknown
    assert runs == [1]
    assert "database.outcome_unknown" in [line["event"] for line in logs]
    await postgres_db.act(s.add, "b")
    with pytest.raises(DatabaseDown):
        async with postgres_db.write() as tx:
            await fatal(tx)


async def test_a_server_that_is_not_there_is_said_soon(free_tcp_port: int) -> None:
    db = await Database.open(f"postgresql://nobody@127.0.0.1:{free_tcp_port}/none")
    started = time.perf_counter()
    answers = await outcomes(db.act(s.count), db.ask(s.count))
    assert [type(answer) for answer in answers] == [DatabaseDown] * 2
    assert time.perf_counter() - started < 3
    await db.close()


async def cross(tx: Tx, first: str, second: str) -> None:
    await s.take(tx, first)
    await s.take(tx, second)


async def wait_and_lock(db: Database, *acts: Any, then: Callable[[Tx], Any]) -> list[Any]:
    """What acts that wait for an open transaction say, when it has done one thing more."""
    async with db.write() as tx:
        await s.take(tx, "b")
        await s.add_and_forget(tx, "same")
        running = [asyncio.create_task(act) for act in acts]
        await asyncio.sleep(0.1)
        await then(tx)
    return list(await asyncio.gather(*running))


async def nothing(_tx: Tx) -> None:
    """Only commit."""


async def test_who_lost_the_race_for_a_key_finds_the_winners_row(postgres_db: Database) -> None:
    await postgres_db.act(s.add, "b", 1)
    answers = await wait_and_lock(postgres_db, postgres_db.act(add_once, "same"), then=nothing)
    assert answers == [""]  # the name of the row that was there first
    assert await postgres_db.ask(s.count) == 2


async def test_an_act_that_a_deadlock_ended_is_run_again(postgres_db: Database) -> None:
    for key in "ab":
        await postgres_db.act(s.add, key, 10)

    async def take_the_other(tx: Tx) -> None:
        await s.take(tx, "a")

    crossing = postgres_db.act(cross, "a", "b")
    await wait_and_lock(postgres_db, crossing, then=take_the_other)
    assert (await postgres_db.ask(s.find, "a")).amount_minor == 8
    assert (await postgres_db.ask(s.find, "b")).amount_minor == 8


async def test_acts_that_lock_each_other_out_are_run_again(postgres_db: Database) -> None:
    await postgres_db.act(s.add, "a", 1_000)
    await postgres_db.act(s.add, "b", 1_000)
    order = [("a", "b"), ("b", "a")]
    await asyncio.gather(*(postgres_db.act(cross, *order[n % 2]) for n in range(60)))
    assert (await postgres_db.ask(s.find, "a")).amount_minor == 940
    assert (await postgres_db.ask(s.find, "b")).amount_minor == 940


async def test_a_lock_that_is_held_too_long_is_busy(postgresql_url: str) -> None:
    db = await Database.open(postgresql_url, busy_seconds=0.3)
    await db.act(s.add, "a", 5)
    async with db.write() as tx:
        await s.take(tx, "a")
        with pytest.raises(Busy):
            await db.act(s.take, "a")
    assert await db.act(s.take, "a")
    assert (await db.ask(s.find, "a")).amount_minor == 3
    await db.close()


@pytest.mark.parametrize("way", ["act", "ask"])
async def test_a_changed_table_is_noticed(postgres_db: Database, way: str) -> None:
    """A migration runs while a server is up: its prepared statements are stale once."""
    await use_all_connections(postgres_db)
    async with postgres_db.write() as tx:
        await tx.run(sa.text("ALTER TABLE samples ALTER COLUMN name TYPE varchar(99)"))
    call = postgres_db.act if way == "act" else postgres_db.ask
    for _ in range(20):  # one by one, so that none is hidden in a group
        await call(s.find, "a")
