"""Gates of devices changed together: preview, decision, conflict, undo."""

import asyncio
from collections import Counter

import pytest

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation import approvals, batches
from domain.operation.approvals import ApprovalStatus
from domain.operation.batches import BatchInput, BatchStatus, Principle, RowStatus, Shares
from tests.domain.admission.world import NOON, World

MAKER = Actor(ActorKind.STAFF, "a1")
CHECKER = Actor(ActorKind.STAFF, "a2")


async def stand(world: World, count: int) -> list[str]:
    """Devices that stand at no gate yet."""

    async def act(tx: Tx) -> list[str]:
        kind = DeviceKind.TURNSTILE
        return [
            await devices.add(
                tx, DeviceInput(name=f"闸机 {at}", kind=kind, area_id=world.area_id), MAKER, NOON
            )
            for at in range(count)
        ]

    return await world.db.act(act)


def asked(world: World, rows: list[str], gates: list[str], partial: bool = False) -> BatchInput:
    shares = Shares(tuple(gates))
    return BatchInput(
        ids.new_id(), "device", "gate", world.area_id, rows, Principle.EVEN, shares, partial
    )


async def previewed(world: World, wanted: BatchInput) -> str:
    return await world.db.act(batches.preview, wanted, MAKER, NOON)


async def requested(world: World, wanted: BatchInput) -> tuple[str, str]:
    """A confirmed batch and its approval."""
    batch_id = await previewed(world, wanted)
    status = await world.db.act(batches.confirm, batch_id, "搬到新入口", MAKER, NOON)
    assert status is BatchStatus.REQUESTED
    return batch_id, (await world.db.ask(batches.get_batch, batch_id)).approval_id


async def decide(world: World, approval_id: str, who: Actor = CHECKER, yes: bool = True) -> None:
    to = ApprovalStatus.APPROVED if yes else ApprovalStatus.REJECTED
    await world.db.act(approvals.decide, approval_id, to, who, NOON)


async def rename(world: World, device_id: str) -> None:
    async def act(tx: Tx) -> None:
        row = await devices.get(tx, device_id)
        given = DeviceInput(
            name="改名", kind=DeviceKind(row.kind), area_id=row.area_id, gate_id=row.gate_id
        )
        await devices.edit(tx, device_id, given, row.version, CHECKER, NOON)

    await world.db.act(act)


async def gates_of(world: World, rows: list[str]) -> list[str | None]:
    return [(await world.db.ask(devices.get, row)).gate_id for row in rows]


async def statuses(world: World, batch_id: str) -> Counter[str]:
    return Counter(row.status for row in await world.db.ask(batches.rows_of, batch_id, -1, 9_999))


async def test_ten_devices_to_three_gates_become_4_3_3_and_go_back(world: World) -> None:
    rows, gates = await stand(world, 10), [await world.add_gate() for _ in range(3)]
    batch_id, approval_id = await requested(world, asked(world, rows, gates))
    assert set(await gates_of(world, rows)) == {None}
    with pytest.raises(Forbidden) as own:
        await decide(world, approval_id, MAKER)
    assert own.value.code == "SELF_APPROVAL"
    await decide(world, approval_id)
    assert sorted(Counter(await gates_of(world, rows)).values()) == [3, 3, 4]

    await rename(world, rows[0])
    assert await world.db.act(batches.undo, batch_id, MAKER, NOON) == (9, 1)
    assert Counter(gate is None for gate in await gates_of(world, rows)) == {True: 9, False: 1}
    assert await statuses(world, batch_id) == {RowStatus.UNDONE: 9, RowStatus.KEPT: 1}
    with pytest.raises(Conflict):
        await world.db.act(batches.undo, batch_id, MAKER, NOON)


async def test_a_row_that_changed_since_the_preview_stops_all(world: World) -> None:
    rows, gate = await stand(world, 3), await world.add_gate()
    batch_id, approval_id = await requested(world, asked(world, rows, [gate]))
    await rename(world, rows[2])
    with pytest.raises(Conflict) as changed:
        await decide(world, approval_id)
    assert changed.value.code == "VERSION_CONFLICT"
    assert await gates_of(world, rows) == [None] * 3
    assert await statuses(world, batch_id) == {RowStatus.PENDING: 3}


async def test_the_partial_mode_says_what_failed(world: World) -> None:
    rows, gate = await stand(world, 3), await world.add_gate()
    batch_id, approval_id = await requested(world, asked(world, rows, [gate], partial=True))
    await rename(world, rows[2])
    await decide(world, approval_id)
    assert await gates_of(world, rows) == [gate, gate, None]
    shown = await world.db.ask(batches.rows_of, batch_id, 1, 9)
    assert [(row.status, bool(row.failure)) for row in shown] == [(RowStatus.FAILED, True)]


async def test_a_repeated_preview_and_confirm_change_nothing(world: World) -> None:
    rows, gate = await stand(world, 2), await world.add_gate()
    wanted = asked(world, rows, [gate])
    batch_id, _ = await requested(world, wanted)
    assert await previewed(world, wanted) == batch_id
    again = await world.db.act(batches.confirm, batch_id, "再来", MAKER, NOON)
    assert again is BatchStatus.REQUESTED
    with pytest.raises(Conflict) as other:
        await previewed(world, wanted._replace(row_ids=rows[:1]))
    assert other.value.code == "IDEMPOTENCY_CONFLICT"


async def test_of_two_batches_over_the_same_rows_one_wins(world: World) -> None:
    rows, gates = await stand(world, 4), [await world.add_gate() for _ in range(2)]
    asks = [(await requested(world, asked(world, rows, [gate])))[1] for gate in gates]
    done = await asyncio.gather(*(decide(world, one) for one in asks), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "NoneType"]
    assert len(set(await gates_of(world, rows))) == 1


async def test_a_rejected_batch_changes_nothing(world: World) -> None:
    rows, gate = await stand(world, 2), await world.add_gate()
    batch_id, approval_id = await requested(world, asked(world, rows, [gate]))
    await decide(world, approval_id, yes=False)
    assert (await world.db.ask(batches.get_batch, batch_id)).status == BatchStatus.REJECTED
    assert await gates_of(world, rows) == [None, None]


async def test_what_makes_no_sense_is_refused(world: World) -> None:
    rows, gate = await stand(world, 2), await world.add_gate()
    good = asked(world, rows, [gate])
    for wrong, field in (
        (good._replace(row_ids=[*rows, "gone"]), "rows"),
        (good._replace(area_id="elsewhere"), "rows"),
        (good._replace(row_ids=[]), "rows"),
        (good._replace(shares=Shares(("no gate",))), "targets"),
        (good._replace(shares=Shares()), "targets"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await previewed(world, wrong)
        assert field in refused.value.fields
    batch_id = await previewed(world, good)
    with pytest.raises(InvalidInput):
        await world.db.act(batches.confirm, batch_id, " ", MAKER, NOON)
    with pytest.raises(Forbidden):
        await world.db.act(batches.confirm, batch_id, "why", CHECKER, NOON)


async def test_all_or_nothing_waits_for_every_value(world: World) -> None:
    rows, gate = await stand(world, 2), await world.add_gate()
    typed = Shares(typed={rows[0]: gate})
    wanted = asked(world, rows, [])._replace(principle=Principle.MANUAL, shares=typed)
    batch_id = await previewed(world, wanted)
    with pytest.raises(InvalidInput):
        await world.db.act(batches.confirm, batch_id, "why", MAKER, NOON)


async def test_least_loaded_counts_what_stands_there(world: World) -> None:
    first, rows = await stand(world, 2), await stand(world, 2)
    full, empty = await world.add_gate(), await world.add_gate()
    _, approval_id = await requested(world, asked(world, first, [full]))
    await decide(world, approval_id)
    wanted = asked(world, rows, [full, empty])._replace(principle=Principle.LEAST_LOADED)
    _, approval_id = await requested(world, wanted)
    await decide(world, approval_id)
    assert await gates_of(world, rows) == [empty, empty]
