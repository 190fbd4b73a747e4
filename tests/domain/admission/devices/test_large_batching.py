"""Batches of many rows: by a job, a few rows an act; killed, refused half way, put back."""

from collections import Counter
from datetime import timedelta

import pytest

from domain.admission import devices
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict
from domain.operation import batches, jobs
from domain.operation.batches import BatchStatus, RowStatus, previewing
from domain.operation.batches.applying import PIECE
from domain.operation.batches.work import step_by
from domain.operation.jobs import Job
from domain.operation.jobs.running import lease
from tests.domain.admission.devices.test_batching import (
    CHECKER,
    MAKER,
    asked,
    decide,
    gates_of,
    rename,
    requested,
    stand,
    statuses,
)
from tests.domain.admission.world import NOON, World

MANY = batches.AT_ONCE + 30


async def taken(world: World) -> Job:
    """The batch's job, as a runner gets it."""
    later = NOON + timedelta(minutes=9)
    return (await world.db.act(lease, ["batch"], NOON, 1, later))[0]


async def work(world: World, job: Job) -> None:
    """All that is left, by a runner that knows nothing of the one before."""
    step = step_by(lambda: NOON)
    while not (await step(world.db, job)).is_finished:
        pass


async def begun(world: World, partial: bool = False) -> tuple[str, list[str], str, Job]:
    """A large batch that was agreed to, of which one piece is written."""
    rows, gate = await stand(world, MANY), await world.add_gate()
    batch_id, approval_id = await requested(world, asked(world, rows, [gate], partial))
    await decide(world, approval_id)
    assert await status(world, batch_id) == BatchStatus.APPLYING
    job = await taken(world)
    await world.db.act(batches.piece, batch_id, CHECKER, NOON)
    assert (await statuses(world, batch_id))[RowStatus.APPLIED] == PIECE
    return batch_id, rows, gate, job


async def status(world: World, batch_id: str) -> str:
    return str((await world.db.ask(batches.get_batch, batch_id)).status)


async def versions(world: World, rows: list[str]) -> Counter[int]:
    async def read(tx: Tx) -> Counter[int]:
        return Counter([(await devices.get(tx, row)).version for row in rows])

    return await world.db.ask(read)


async def test_a_killed_job_goes_on_and_writes_nothing_twice(world: World) -> None:
    batch_id, rows, gate, job = await begun(world)
    await work(world, job)
    await work(world, job)  # a step that died before it was noted is done again
    assert await status(world, batch_id) == BatchStatus.APPLIED
    assert await statuses(world, batch_id) == {RowStatus.APPLIED: MANY}
    assert set(await gates_of(world, rows)) == {gate}
    assert await versions(world, rows) == {2: MANY}


async def test_all_or_nothing_puts_back_what_a_late_change_stopped(world: World) -> None:
    batch_id, rows, _, job = await begun(world)
    await rename(world, rows[-1])
    await work(world, job)
    assert await status(world, batch_id) == BatchStatus.FAILED
    assert set(await gates_of(world, rows)) == {None}
    assert (await statuses(world, batch_id))[RowStatus.FAILED] == 1
    with pytest.raises(Conflict):
        await world.db.act(batches.undo, batch_id, MAKER, NOON)


async def test_in_part_the_others_are_written(world: World) -> None:
    batch_id, rows, gate, job = await begun(world, partial=True)
    await rename(world, rows[-1])
    await work(world, job)
    assert await status(world, batch_id) == BatchStatus.APPLIED
    assert Counter(await gates_of(world, rows)) == {gate: MANY - 1, None: 1}


async def test_a_change_before_the_start_stops_a_large_one_at_once(world: World) -> None:
    rows, gate = await stand(world, MANY), await world.add_gate()
    _, approval_id = await requested(world, asked(world, rows, [gate]))
    await rename(world, rows[-1])
    with pytest.raises(Conflict) as changed:
        await decide(world, approval_id)
    assert changed.value.code == "VERSION_CONFLICT"


async def test_a_stopped_job_is_finished_on_request_and_a_large_one_put_back(world: World) -> None:
    batch_id, rows, gate, job = await begun(world)
    with pytest.raises(Conflict):
        await world.db.act(batches.go_on, batch_id, CHECKER, NOON)
    await world.db.act(jobs.cancel, CHECKER, job.id, NOON)
    await world.db.act(batches.go_on, batch_id, CHECKER, NOON)
    await work(world, await taken(world))
    assert set(await gates_of(world, rows)) == {gate}

    await rename(world, rows[0])
    assert await world.db.act(batches.undo, batch_id, MAKER, NOON) is None
    await work(world, await taken(world))
    assert await status(world, batch_id) == BatchStatus.UNDONE
    assert Counter(await gates_of(world, rows)) == {None: MANY - 1, gate: 1}
    assert await statuses(world, batch_id) == {RowStatus.UNDONE: MANY - 1, RowStatus.KEPT: 1}


async def test_nobody_undoes_twice_at_once(world: World) -> None:
    batch_id, _, _, job = await begun(world)
    await work(world, job)
    other = Actor(ActorKind.STAFF, "a3")
    await world.db.act(batches.undo, batch_id, MAKER, NOON)
    with pytest.raises(Conflict):
        await world.db.act(batches.undo, batch_id, other, NOON)


async def test_a_preview_of_many_rows_is_computed_before_it_is_written(world: World) -> None:
    """Whatever takes long happens in a question: the act only writes, and writes the same."""
    rows, gate = await stand(world, 500), await world.add_gate()
    wanted = asked(world, rows, [gate])

    batch_id = await batches.prepare(world.db, wanted, MAKER, NOON)
    again = await batches.prepare(world.db, wanted, MAKER, NOON)
    other = await world.db.act(batches.preview, asked(world, rows, [gate]), MAKER, NOON)

    assert again == batch_id
    kept = [await world.db.ask(batches.rows_of, one, -1, 501) for one in (batch_id, other)]
    plain = [[(row.subject_id, row.old_value, row.new_value) for row in each] for each in kept]
    assert len(plain[0]) == 500 and plain[0] == plain[1]
    with pytest.raises(Conflict):
        await batches.prepare(world.db, wanted._replace(is_partial=True), MAKER, NOON)
    with pytest.raises(Conflict):
        await batches.prepare(world.db, wanted, CHECKER, NOON)


async def test_a_row_that_changes_after_it_was_read_is_not_overwritten(world: World) -> None:
    rows, gate = await stand(world, 3), await world.add_gate()
    wanted = asked(world, rows, [gate])
    plan = await world.db.ask(previewing.planned, wanted, None)
    await rename(world, rows[1])
    batch_id = await world.db.act(previewing.keep_plan, wanted, plan, MAKER, NOON)

    await world.db.act(batches.confirm, batch_id, "搬", MAKER, NOON)
    approval_id = (await world.db.ask(batches.get_batch, batch_id)).approval_id
    with pytest.raises(Conflict):
        await decide(world, approval_id)

    assert set(await gates_of(world, rows)) == {None}
