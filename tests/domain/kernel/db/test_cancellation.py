"""A caller may go away at any moment: its act is then done whole or not at all, and nobody else
notices."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from domain.kernel.db import Database, Tx
from domain.kernel.db.wrapper import finish
from tests.domain.kernel.db import samples as s


async def cancelled_after(steps: int, work: Coroutine[Any, Any, Any]) -> bool:
    """Whether the work was still under way after so many turns of the event loop."""
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    under_way = task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return under_way


async def at_every_await(make: Callable[[int], Coroutine[Any, Any, Any]]) -> int:
    """Cancel after 0, 1, 2 ... turns, until it is done before it can be cancelled. Turns in which
    nothing happens but waiting for the disk pass by in growing strides."""
    steps, tried = 0, 0
    while await cancelled_after(steps, make(tried)):
        tried += 1
        steps += 1 + steps // 10
        assert steps < 10_000_000
    return tried


async def pair(tx: Tx, key: str) -> None:
    """Two rows that belong together, in several steps."""
    await tx.run(s.ADD, id=key)
    assert await tx.one(s.ONE, id=key)
    tx.add(s.ADD_CHILD, sample_id=key, text=key)
    await tx.run(s.SAVE, key=key, name="done")


async def whole_pairs(tx: Tx) -> int:
    parents = {row.id for row in await tx.rows(s.ALL)}
    assert all(row.name == "done" for row in await tx.rows(s.ALL))
    assert parents == {row.sample_id for row in await tx.rows(s.CHILDREN)}
    return len(parents)


async def test_an_act_cancelled_at_every_await_is_whole_or_absent(db: Database) -> None:
    tried = await at_every_await(lambda n: db.act(pair, f"n{n}"))
    assert tried > 3
    async with asyncio.timeout(5):
        await db.act(pair, "last")
        assert await db.ask(whole_pairs) >= 2


async def test_an_import_cancelled_at_every_await_is_absent(db: Database) -> None:
    async def bulk(key: str) -> None:
        async with db.write() as tx:
            await pair(tx, key)
            await asyncio.sleep(0)
            await pair(tx, f"{key}-two")

    tried = await at_every_await(lambda n: bulk(f"n{n}"))
    assert tried > 3
    async with asyncio.timeout(5):
        await db.act(pair, "last")
        assert await db.ask(whole_pairs) % 2 == 1


async def test_a_short_step_is_finished_before_its_cancellation() -> None:
    done = []

    async def step() -> None:
        await asyncio.sleep(0.05)
        done.append("step")

    task = asyncio.create_task(finish(step()))
    for _ in range(3):
        await asyncio.sleep(0.01)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["step"]


async def test_a_question_cancelled_at_every_await_frees_its_connection(db: Database) -> None:
    await db.act(pair, "a")
    assert await at_every_await(lambda _: db.ask(whole_pairs)) > 3
    async with asyncio.timeout(5):
        counts = await asyncio.gather(*(db.ask(whole_pairs) for _ in range(20)))
        assert counts == [1] * 20
        await db.act(pair, "b")


@pytest.mark.parametrize("lane", [None, "one"])
async def test_a_third_of_many_acts_cancelled_at_random(db: Database, lane: str | None) -> None:
    chance = random.Random(7)
    tasks = [asyncio.create_task(db.act(pair, f"{n:04}", lane=lane)) for n in range(600)]
    for task in chance.sample(tasks, 200):
        await asyncio.sleep(chance.random() * 0.001)
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    acknowledged = sum(answer is None for answer in answers)
    assert acknowledged >= 400
    await db.act(pair, "last")
    assert acknowledged + 1 <= await db.ask(whole_pairs) <= 601


async def test_an_act_whose_caller_left_the_line_never_starts(db: Database) -> None:
    started = []

    async def note(tx: Tx, key: str) -> None:
        started.append(key)
        await tx.run(s.SAVE, key="a", name=key)

    await db.act(s.add, "a")
    async with db.write() as tx:
        await tx.run(s.SAVE, key="a", name="held")
        first = asyncio.create_task(db.act(note, "first", lane="a"))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(db.act(note, "second", lane="a"))
        await asyncio.sleep(0)
        second.cancel()
    await first
    await db.act(note, "third", lane="a")
    assert "second" not in started
