"""The outbox: carried out once, tried again, given up, taken over; and what staff may do."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import audit, outbox
from domain.operation.outbox import CarryFailed, OutboxStatus, Parcel, Worker, worklist
from domain.operation.outbox import carrying as module
from tests.staffing import NOON

MINUTE = timedelta(minutes=1)
BOSS = Actor(ActorKind.STAFF, "boss")


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Post:
    """The far side of a wire: remembers what came, fails as told."""

    def __init__(self) -> None:
        self.came: list[Parcel] = []
        self.problem: Exception | None = None

    async def carry(self, parcel: Parcel) -> None:
        self.came.append(parcel)
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    made = Post()
    monkeypatch.setattr(module, "_carriers", {})
    outbox.register("letter", made.carry)
    yield made


async def send(tx: Tx, kind: str = "letter") -> str:
    return outbox.enqueue(tx, kind, "order", "o1", {"to": "somebody"}, NOON)


async def status_of(db: Database, message_id: str) -> str:
    return str((await db.ask(worklist.get, message_id)).status)


async def test_what_is_due_is_carried_out_once(db: Database, post: Post) -> None:
    message_id = await db.act(send)
    worker = Worker(db, clock=Clock())

    assert await worker.turn() == 1
    assert await worker.turn() == 0
    assert [(p.id, p.payload, p.attempt) for p in post.came] == [
        (message_id, {"to": "somebody"}, 1)
    ]
    assert await status_of(db, message_id) == "done"


async def test_a_failure_is_tried_again_after_1_5_15_minutes_and_then_shown(
    db: Database, post: Post
) -> None:
    message_id = await db.act(send)
    clock, post.problem = Clock(), RuntimeError("secret 13800000000")
    worker = Worker(db, clock=clock)

    for minutes in (0, 1, 5, 15):
        clock.now += minutes * MINUTE - timedelta(seconds=1)
        if minutes:
            assert await worker.turn() == 0
        clock.now += timedelta(seconds=1)
        assert await worker.turn() == 1

    row = await db.ask(worklist.get, message_id)
    assert (row.status, row.attempts, row.last_error) == ("failed", 4, "RuntimeError")
    assert await db.ask(worklist.count, OutboxStatus.FAILED) == 1
    assert [e.act for e in await db.ask(audit.history, "outbox", message_id)] == ["outbox.failed"]


async def test_what_can_never_work_is_shown_at_once(db: Database, post: Post) -> None:
    message_id = await db.act(send)
    post.problem = CarryFailed(say("No such number."), permanent=True)

    await Worker(db, clock=Clock()).turn()

    row = await db.ask(worklist.get, message_id)
    assert (row.status, row.last_error) == ("failed", "CARRY_FAILED: No such number.")


async def test_a_crash_between_doing_and_noting_does_it_again_with_the_same_id(
    db: Database, post: Post
) -> None:
    message_id = await db.act(send)
    until = NOON + MINUTE
    (parcel,) = await db.act(module.lease, ["letter"], NOON, 8, until)
    await post.carry(parcel)  # and here the process dies
    clock = Clock()

    clock.now = until - timedelta(seconds=1)
    assert await Worker(db, clock=clock).turn() == 0
    clock.now = until
    assert await Worker(db, clock=clock).turn() == 1

    assert {p.id for p in post.came} == {message_id}
    assert [p.fence for p in post.came] == [1, 2]


async def test_a_late_worker_can_note_nothing_any_more(db: Database, post: Post) -> None:
    message_id = await db.act(send)
    (late,) = await db.act(module.lease, ["letter"], NOON, 8, NOON + MINUTE)
    (_,) = await db.act(module.lease, ["letter"], NOON + MINUTE, 8, NOON + 2 * MINUTE)

    assert not await db.act(module.note_done, late, NOON + MINUTE)
    await db.act(module.note_failure, late, "late", True, NOON + MINUTE)

    assert await status_of(db, message_id) == "due"


async def test_many_workers_at_once_carry_each_message_once(db: Database, post: Post) -> None:
    for _ in range(20):
        await db.act(send)
    workers = [Worker(db, clock=Clock()) for _ in range(6)]

    while sum(await asyncio.gather(*(worker.turn() for worker in workers))):
        pass

    assert len(post.came) == 20
    assert len({p.id for p in post.came}) == 20


async def test_a_carrier_that_hangs_is_a_failure(db: Database, post: Post) -> None:
    async def hang(parcel: Parcel) -> None:
        await asyncio.sleep(3600)

    outbox.register("letter", hang)
    message_id = await db.act(send)

    await Worker(db, clock=Clock(), lease_for=timedelta(milliseconds=50)).turn()

    row = await db.ask(worklist.get, message_id)
    assert (row.status, row.last_error) == ("due", "TIMEOUT: no answer in time")


async def test_work_of_an_unknown_kind_waits_and_is_seen_waiting(db: Database, post: Post) -> None:
    message_id = await db.act(send, "parrot")

    assert await Worker(db, clock=Clock()).turn() == 0
    assert await status_of(db, message_id) == "due"
    assert await db.ask(worklist.lag, NOON + MINUTE) == MINUTE


async def fail(db: Database, post: Post) -> str:
    message_id = await db.act(send)
    post.problem = CarryFailed(permanent=True)
    await Worker(db, clock=Clock()).turn()
    post.problem = None
    return message_id


async def test_staff_try_again(db: Database, post: Post) -> None:
    message_id = await fail(db, post)

    results = await asyncio.gather(
        *(db.act(worklist.retry, BOSS, message_id, NOON) for _ in range(2)),
        return_exceptions=True,
    )
    await Worker(db, clock=Clock()).turn()

    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert await status_of(db, message_id) == "done"
    with pytest.raises(Conflict):
        await db.act(worklist.retry, BOSS, message_id, NOON)


async def test_staff_drop_with_a_reason(db: Database, post: Post) -> None:
    message_id = await fail(db, post)

    with pytest.raises(InvalidInput):
        await db.act(worklist.drop, BOSS, message_id, " ", NOON)
    await db.act(worklist.drop, BOSS, message_id, "sent by hand", NOON)

    assert await status_of(db, message_id) == "dropped"
    (dropped, _) = await db.ask(audit.history, "outbox", message_id)
    assert (dropped.act, dropped.actor_id) == ("outbox.dropped", "boss")
    assert dropped.detail == {"reason": "sent by hand"}


async def test_what_is_being_carried_out_is_not_dropped(db: Database, post: Post) -> None:
    message_id = await db.act(send)
    await db.act(module.lease, ["letter"], NOON, 8, NOON + MINUTE)

    with pytest.raises(Conflict):
        await db.act(worklist.drop, BOSS, message_id, "why", NOON)


async def test_what_was_done_long_ago_is_forgotten(db: Database, post: Post) -> None:
    await db.act(send)
    await Worker(db, clock=Clock()).turn()
    failed = await fail(db, post)

    await db.act(worklist.forget_done, NOON + timedelta(days=31))

    assert await db.ask(worklist.count, OutboxStatus.DONE) == 0
    assert await status_of(db, failed) == "failed"
