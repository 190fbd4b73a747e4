"""Acts on both engines: whole or not at all, alone as far as anybody can see, and never lost."""

import asyncio
import contextlib
import functools
import logging
import time
import traceback
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.kernel.db import ActWaited, Busy, ConstraintBroken, Database, Kind, Tx
from domain.kernel.errors import Conflict, NotFound, Unavailable
from tests.domain.kernel.db import samples as s


async def outcomes(*acts: Any) -> list[Any]:
    return list(await asyncio.gather(*acts, return_exceptions=True))


async def test_an_act_returns_what_it_decided(db: Database) -> None:
    assert await db.act(s.add, "a") == "a"
    assert await db.act(functools.partial(s.add, key="b")) == "b"
    assert await db.ask(s.keys) == ["a", "b"]


@pytest.mark.parametrize("fails", [s.add_and_fail])
async def test_an_act_that_fails_leaves_nothing(db: Database, fails: Any) -> None:
    with pytest.raises(ValueError, match="a"):
        await db.act(fails, "a")
    assert await db.ask(s.keys) == []


async def test_an_act_that_fails_among_many_takes_nobody_with_it(db: Database) -> None:
    acts = [db.act(s.add_and_fail if n == 20 else s.add, f"{n:02}") for n in range(40)]
    answers = await outcomes(*acts)
    assert [n for n, answer in enumerate(answers) if isinstance(answer, ValueError)] == [20]
    assert await db.ask(s.keys) == [f"{n:02}" for n in range(40) if n != 20]


async def test_every_failure_among_many_is_its_callers_own(db: Database) -> None:
    """Also those that read and then say no, which is the everyday case."""

    async def look_and_refuse(tx: Tx, key: str) -> None:
        await tx.one(s.ONE, id=key)
        raise NotFound

    await db.act(s.add, "taken")
    acts: list[Any] = []
    for n in range(20):
        acts += [db.act(s.add, f"{n:02}"), db.act(look_and_refuse, "x"), db.act(s.add, "taken")]
    answers = await outcomes(*acts)
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["str", "NotFound", "ConstraintBroken"] * 20
    assert await db.ask(s.count) == 21


async def test_a_failed_statement_fails_the_act_even_when_it_looks_away(db: Database) -> None:
    """PostgreSQL gives up the transaction at the first failure, so SQLite must not go on either."""

    async def look_away(tx: Tx) -> str:
        await tx.run(s.ADD, id="b")
        with contextlib.suppress(ConstraintBroken):
            await tx.run(s.ADD, id="a")
        return "well"

    async def say_it_nicely(tx: Tx) -> None:
        try:
            await tx.run(s.ADD, id="a")
        except ConstraintBroken as broken:
            raise NotFound from broken

    await db.act(s.add, "a")
    with pytest.raises(ConstraintBroken):
        await db.act(look_away)
    with pytest.raises(NotFound):
        await db.act(say_it_nicely)
    assert await db.ask(s.keys) == ["a"]


@pytest.mark.parametrize(
    ("values", "kind", "name"),
    [
        ({"id": "a"}, Kind.UNIQUE, "pk_samples"),
        ({"id": "b", "name": "x", "small": 1}, Kind.UNIQUE, "uq_samples_name_small"),
        ({"id": "b", "amount_minor": -1}, Kind.CHECK, "ck_samples_amount_not_negative"),
        ({"id": "b", "name": None}, Kind.NOT_NULL, "samples.name"),
    ],
)
async def test_a_broken_constraint_has_the_same_name_on_both_engines(
    db: Database, values: dict[str, Any], kind: Kind, name: str
) -> None:
    async def insert(tx: Tx, values: dict[str, Any]) -> None:
        await tx.run(s.ADD, **values)

    await db.act(insert, {"id": "a", "name": "x", "small": 1})
    with pytest.raises(ConstraintBroken) as broken:
        await db.act(insert, values)
    assert (broken.value.kind, broken.value.name) == (kind, name)
    assert broken.value.code == ("DUPLICATE" if kind is Kind.UNIQUE else "STATE_CONFLICT")
    assert isinstance(broken.value, Conflict)


async def adopt(tx: Tx, sample_id: str, later_id: str | None = None) -> None:
    await tx.run(s.ADD_CHILD, sample_id=sample_id, later_id=later_id)


async def test_a_foreign_key_is_kept(db: Database) -> None:
    with pytest.raises(ConstraintBroken) as broken:
        await db.act(adopt, "nobody")
    assert (broken.value.kind, broken.value.name) == (Kind.FOREIGN_KEY, "")


async def test_a_commit_that_fails_takes_nobody_with_it_and_locks_nobody_out(db: Database) -> None:
    """A deferred constraint is looked at by COMMIT, when all acts of the group are through."""
    await db.act(s.add, "a")
    acts = [
        db.act(adopt, "a", "nobody" if n == 7 else "a") if n % 2 else db.act(s.add, f"n{n}")
        for n in range(20)
    ]
    answers = await outcomes(*acts)
    failed = [n for n, answer in enumerate(answers) if isinstance(answer, Exception)]
    assert failed == [7]
    assert isinstance(answers[7], ConstraintBroken)
    assert answers[7].kind is Kind.FOREIGN_KEY
    assert await db.ask(s.count) == 11

    with pytest.raises(ConstraintBroken):
        async with db.write() as tx:
            await adopt(tx, "a", "nobody")
    await db.act(adopt, "a", "a")


async def nap(_tx: Tx) -> None:
    await asyncio.sleep(0.01)


async def nap_later(tx: Tx) -> None:
    await tx.run(s.ADD, id="napped")
    await asyncio.sleep(0)


@pytest.mark.parametrize("act", [nap, nap_later])
async def test_an_act_may_await_nothing_but_its_tx(db: Database, act: Any) -> None:
    answers = await outcomes(db.act(s.add, "a"), db.act(act), db.act(s.add, "b"))
    assert isinstance(answers[1], ActWaited)
    assert act.__name__ in str(answers[1])
    assert await db.ask(s.keys) == ["a", "b"]


async def test_a_question_may_await_nothing_but_its_tx(db: Database) -> None:
    with pytest.raises(ActWaited):
        await db.ask(nap)


@pytest.mark.parametrize("lane", [None, "quota-1"])
async def test_fifty_acts_on_one_row_take_it_once(db: Database, lane: str | None) -> None:
    await db.act(s.add, "a", 1)
    took = await asyncio.gather(*(db.act(s.take, "a", lane=lane) for _ in range(50)))
    assert sum(took) == 1


@pytest.mark.parametrize("lane", [None, "quota-1"])
async def test_two_hundred_buyers_for_a_hundred_places(db: Database, lane: str | None) -> None:
    await db.act(s.add, "a", 100)
    took = await asyncio.gather(*(db.act(s.take, "a", lane=lane) for _ in range(200)))
    assert sum(took) == 100
    assert (await db.ask(s.find, "a")).amount_minor == 0


async def add_once(tx: Tx, key: str) -> str:
    """Same key, same answer: looks first, and may still lose the race on PostgreSQL."""
    if earlier := await tx.one(s.ONE, id=key):
        return str(earlier.name)
    tx.add(s.ADD, id=key, name="first")
    return "first"


async def test_the_same_request_many_times_at_once_is_done_once(db: Database) -> None:
    answers = await asyncio.gather(*(db.act(add_once, "same") for _ in range(50)))
    assert set(answers) == {"first"}
    assert await db.ask(s.count) == 1


async def test_acts_of_one_lane_never_run_side_by_side(db: Database) -> None:
    """They share a connection, so they cannot wait for each other inside the database."""
    who = sa.select(sa.func.pg_backend_pid().label("pid"))

    async def ask_who(tx: Tx) -> int:
        return int((await tx.one(who)).pid) if db.dialect == "postgresql" else 1

    pids = await asyncio.gather(*(db.act(ask_who, lane="slot-7") for _ in range(40)))
    assert len(set(pids)) == 1


async def test_acts_of_a_lane_are_done_in_the_order_of_their_coming(db: Database) -> None:
    async def note(tx: Tx, text: str) -> None:
        await tx.run(s.ADD_CHILD, sample_id="a", text=text)

    async def notes(tx: Tx) -> list[str]:
        return [row.text for row in await tx.rows(s.CHILDREN)]

    await db.act(s.add, "a")
    await asyncio.gather(*(db.act(note, str(n), lane="a") for n in range(100)))
    assert await db.ask(notes) == [str(n) for n in range(100)]


async def lock(tx: Tx, key: str) -> None:
    await tx.run(s.SAVE, key=key, name="locked")


async def test_a_full_line_says_busy_at_once(database_url: str) -> None:
    db = await Database.open(database_url, most_waiting=5)
    await db.act(s.add, "a", 100)
    async with db.write() as tx:
        await lock(tx, "a")
        first = asyncio.create_task(db.act(s.take, "a", lane="a"))
        await asyncio.sleep(0.1)  # on PostgreSQL it has left the line, and waits for the row
        places = 5 if db.dialect == "postgresql" else 4
        waiting = [asyncio.create_task(db.act(s.take, "a", lane="a")) for _ in range(places)]
        await asyncio.sleep(0)
        started = time.perf_counter()
        late = await outcomes(*(db.act(s.take, "a", lane="a") for _ in range(10)))
        assert time.perf_counter() - started < 0.5
        assert [type(answer) for answer in late] == [Busy] * 10
        assert isinstance(late[0], Unavailable)
    assert all(await asyncio.gather(first, *waiting))
    assert (await db.ask(s.find, "a")).amount_minor == 99 - places
    await db.close()


async def test_whoever_waited_too_long_hears_busy_and_never_starts(database_url: str) -> None:
    db = await Database.open(database_url, busy_seconds=0.4)
    await db.act(s.add, "a", 100)
    async with db.write() as tx:
        await lock(tx, "a")
        started = time.perf_counter()
        answers = await outcomes(*(db.act(s.take, "a", lane="a") for _ in range(3)))
        assert [type(answer) for answer in answers] == [Busy] * 3
        assert 0.3 < time.perf_counter() - started < 4
    assert await db.act(s.take, "a", lane="a")
    assert (await db.ask(s.find, "a")).amount_minor == 99
    await db.close()


async def test_closing_serves_those_who_wait(database_url: str) -> None:
    db = await Database.open(database_url)
    acts = [asyncio.create_task(db.act(s.add, f"{n:03}")) for n in range(200)]
    await asyncio.sleep(0)
    await db.close()
    assert sorted(await asyncio.gather(*acts)) == [f"{n:03}" for n in range(200)]
    for late in (db.act(s.add, "late"), db.ask(s.count)):
        with pytest.raises(Busy):
            await late
    await db.close()

    again = await Database.open(database_url)
    assert await again.ask(s.count) == 200
    await again.close()


async def test_a_slow_act_is_named_in_the_log_without_its_values(db: Database) -> None:
    async def dawdle(tx: Tx, code: str) -> None:
        time.sleep(0.25)  # noqa: ASYNC251  # it computes
        await tx.run(s.ADD, id=code)

    with capture_logs() as logs:
        await db.act(dawdle, "SECRETCODE")
    slow = next(line for line in logs if line["event"] == "database.act_slow")
    assert slow["act"].endswith("dawdle")
    assert slow["ms"] >= 250
    assert "SECRETCODE" not in str(logs)


async def test_no_failure_tells_a_value(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Tracebacks end in logs, and drivers quote what they were given."""

    async def insert(tx: Tx, **values: Any) -> None:
        await tx.run(s.ADD, **values)

    secret = "SECRETCODE"
    caplog.set_level(logging.DEBUG)
    await db.act(s.add, secret)
    with capture_logs() as logs:
        for values in ({"id": secret}, {"id": "x", "name": None, "small": 7}, {"id": secret * 20}):
            act = functools.partial(insert, **values)
            for problem in await outcomes(db.act(act), db.act(act)):
                if isinstance(problem, Exception):
                    assert secret not in "".join(traceback.format_exception(problem))
    assert secret not in caplog.text + str(logs)
