"""Several processes with one database, and processes that die."""

import asyncio
import contextlib
import random
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.db import Busy, Database
from domain.kernel.db.turn import Turn
from tests.domain.kernel.db import samples as s
from tests.domain.kernel.db.test_cancellation import whole_pairs

ROOT = Path(__file__).parents[4]


@contextlib.asynccontextmanager
async def other_process(url: str, *args: str) -> AsyncIterator[Process]:
    module = "tests.domain.kernel.db.other_process"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, url, *args, stdout=PIPE, cwd=ROOT
    )
    try:
        assert await line_of(process) == "ready"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def line_of(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return (await process.stdout.readline()).decode().strip()


@pytest.mark.parametrize("turn", range(3))
async def test_what_was_acknowledged_before_a_kill_is_there(database_url: str, turn: int) -> None:
    async with other_process(database_url, "stream", f"t{turn}-") as process:
        said = [await line_of(process) for _ in range(40)]
        await asyncio.sleep(random.random() * 0.3)
        process.kill()
        rest, _ = await process.communicate()
        said += rest.decode().split("\n")[:-1]

    db = await Database.open(database_url)
    async with asyncio.timeout(10):
        stored = set(await db.ask(s.keys))
        assert len(said) >= 40
        assert set(said) <= stored
        await db.ask(whole_pairs)
        await db.act(s.add, "after")
    await db.close()
    if database_url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_transaction_whose_process_was_killed_never_was(database_url: str) -> None:
    db = await Database.open(database_url)
    async with other_process(database_url, "hold") as process:
        assert await line_of(process) == "held"
        assert await db.ask(s.keys) == []
        process.kill()
        await process.wait()
        async with asyncio.timeout(5):
            await db.act(s.add, "mine")
    assert await db.ask(s.keys) == ["mine"]
    await db.close()


async def test_two_processes_that_write_take_turns(database_url: str) -> None:
    """Exactly what was there is taken, and nobody is kept out for long."""
    db = await Database.open(database_url)
    await db.act(s.add, "a", 1_000)
    async with other_process(database_url, "take", "300") as process:
        slowest = 0.0
        for _ in range(100):
            started = time.perf_counter()
            assert await db.act(s.take, "a")
            slowest = max(slowest, time.perf_counter() - started)
        theirs = float(await line_of(process)) / 1000
    assert (await db.ask(s.find, "a")).amount_minor == 600
    assert max(slowest, theirs) < 2, (slowest, theirs)
    await db.close()


async def test_an_act_waits_for_its_turn_although_sqlite_would_let_it(sqlite_url: str) -> None:
    db = await Database.open(sqlite_url)
    turn = Turn(Path(sqlite_url.removeprefix("sqlite:///")))
    assert turn.take_at_once()
    acting = [asyncio.create_task(db.act(s.add, f"n{n}")) for n in range(3)]
    await asyncio.sleep(0.3)
    assert await db.ask(s.keys) == []
    turn.give()
    async with asyncio.timeout(5):
        await asyncio.gather(*acting)
    assert turn.take_at_once(), "it was not given back"
    turn.close()
    await db.close()


async def test_acts_that_wait_for_another_process_too_long_hear_busy(sqlite_url: str) -> None:
    db = await Database.open(sqlite_url, busy_seconds=0.4)
    async with other_process(sqlite_url, "hold") as process:
        assert await line_of(process) == "held"
        acts = (db.act(s.add, f"n{n}") for n in range(5))
        answers = await asyncio.gather(*acts, return_exceptions=True)
        assert [type(answer) for answer in answers] == [Busy] * 5
        assert await db.ask(s.keys) == []  # who only looks, waits for nobody
    async with asyncio.timeout(5):
        await db.act(s.add, "then")
    assert await db.ask(s.keys) == ["then"]
    await db.close()


async def test_an_import_that_leaves_while_it_waits_for_another_process(sqlite_url: str) -> None:
    db = await Database.open(sqlite_url)

    async def bulk() -> None:
        async with db.write() as tx:
            await s.add_and_forget(tx, "left")

    async with other_process(sqlite_url, "hold") as process:
        assert await line_of(process) == "held"
        waiting = asyncio.create_task(bulk())
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await db.act(s.add, "then")
        await bulk()
    assert await db.ask(s.keys) == ["left", "then"]
    await db.close()
