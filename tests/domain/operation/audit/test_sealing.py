"""The audit trail's chain: what is sealed, what is not yet, and what breaks it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import ConstraintBroken, Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput
from domain.operation import audit
from domain.operation.audit import sealing, store
from domain.operation.audit.sealing import GENESIS, Sealer, Watermark, hash_of, problems_of
from domain.operation.audit.tables import audit_entries, audit_seals
from tests.staffing import NOON


async def write(tx: Tx, count: int = 1, noun: str = "order") -> None:
    for n in range(count):
        audit.record(tx, SYSTEM, f"{noun}.paid", f"o{n}", NOON, after={"sum": n, "字": "山"})


def entry(seq: int, **changes: Any) -> Any:
    fields = {
        "seq": seq,
        "at": NOON,
        "actor_kind": "system",
        "actor_id": None,
        "place_id": None,
        "address": None,
        "act": "order.paid",
        "noun": "order",
        "subject_id": "o1",
        "detail": {"sum": 1},
    }
    return SimpleNamespace(area_id=None, number=None, request_id=None, **{**fields, **changes})


def seal_of(entries: list[Any]) -> Any:
    first, last = entries[0].seq, entries[-1].seq
    return SimpleNamespace(
        first_seq=first,
        last_seq=last,
        entries=len(entries),
        previous_hash=GENESIS,
        hash=hash_of(GENESIS, first, last, entries),
    )


def test_the_canonical_form_is_for_ever() -> None:
    assert sealing.canonical(entry(7)).decode() == (
        '[7,"2026-07-01T04:00:00.000000+00:00","system",null,null,null,"order.paid","order","o1",'
        '{"sum":1}]\n'
    )
    placed = SimpleNamespace(**{**vars(entry(7)), "area_id": "a1", "number": "N"})
    assert sealing.canonical(placed).decode().endswith('{"sum":1},"a1","N"]\n')
    asked = SimpleNamespace(**{**vars(placed), "request_id": "abc"})
    assert sealing.canonical(asked).decode().endswith('{"sum":1},"a1","N","abc"]\n')


@pytest.mark.parametrize(
    "tampered",
    [
        [entry(1), entry(2, detail={"sum": 2})],
        [entry(1), entry(2, actor_id="ming")],
        [entry(1)],
        [entry(1), entry(2), entry(3)],
        [entry(2), entry(1)],
    ],
)
def test_what_was_altered_removed_added_or_moved_is_found(tampered: list[Any]) -> None:
    seal = seal_of([entry(1), entry(2)])

    assert problems_of(seal, [entry(1), entry(2)]) == []
    assert len(problems_of(seal, tampered)) == 1


async def test_sealed_blocks_follow_each_other_and_verify(db: Database) -> None:
    for count in (1, 3, 1):
        await db.act(write, count)
        await sealing.seal_all(db, NOON)
    await db.act(write)  # not sealed yet

    assert await db.ask(sealing.verify) == []
    head = await db.ask(audit.head)
    assert (head.number, head.first_seq, head.last_seq) == (3, 5, 5)  # type: ignore[union-attr]


async def test_a_long_trail_is_sealed_in_blocks(sqlite_db: Database) -> None:
    await sqlite_db.act(write, 2_500)

    assert await sealing.seal_all(sqlite_db, NOON) == 2_500
    head = await sqlite_db.ask(audit.head)
    assert head is not None
    assert head.number == 3
    assert await sqlite_db.ask(sealing.verify) == []


async def test_a_forged_seal_does_not_follow(db: Database) -> None:
    await db.act(write)
    await sealing.seal_all(db, NOON)

    async def forge(tx: Tx) -> None:
        await write(tx)
        tx.add(
            store.ADD_SEAL,
            number=2,
            first_seq=2,
            last_seq=2,
            entries=1,
            previous_hash="f" * 64,
            hash="e" * 64,
            sealed_at=NOON,
        )

    await db.act(forge)

    problems = {finding.problem for finding in await db.ask(sealing.verify)}
    assert problems == {"does not follow", "altered since they were sealed"}


async def test_entries_and_seals_cannot_be_changed_or_removed(db: Database) -> None:
    await db.act(write)
    await sealing.seal_all(db, NOON)
    statements = [
        audit_entries.update().values(act="order.unpaid"),
        audit_entries.delete(),
        audit_seals.update().values(hash="0" * 64),
        audit_seals.delete(),
    ]
    for statement in statements:

        async def spoil(tx: Tx, statement: Any = statement) -> None:
            await tx.run(statement)

        with pytest.raises(ConstraintBroken):
            await db.act(spoil)
    assert await db.ask(sealing.verify) == []


async def test_the_schedule_seals_what_was_there_two_times_before(db: Database) -> None:
    sealer = Sealer()
    await db.act(write)
    for _ in range(2):
        await sealer.run(db, NOON)
        assert await db.ask(audit.head) is None
    await db.act(write)

    await sealer.run(db, NOON)

    head = await db.ask(audit.head)
    assert head is not None
    assert head.last_seq == 1


@pytest.mark.postgres
async def test_nothing_is_sealed_past_a_transaction_under_way(
    postgresql_url: str,
) -> None:
    db = await Database.open(postgresql_url)
    sealer = Sealer()
    async with db.write() as slow:
        await write(slow)  # takes number 1 ...
        await slow.one(sa.select(sa.literal(1).label("flushed")))
        await db.act(write)  # ... and number 2 is committed first
        for _ in range(5):
            await sealer.run(db, NOON)
        assert await db.ask(audit.head) is None

    for _ in range(3):
        await sealer.run(db, NOON)
    head = await db.ask(audit.head)
    assert head is not None
    assert (head.first_seq, head.last_seq, head.entries) == (1, 2, 2)
    assert await db.ask(sealing.verify) == []
    await db.close()


async def test_of_many_sealers_at_once_one_seals(db: Database) -> None:
    await db.act(write, 5)
    mark = Watermark(await db.ask(sealing.last_seq), 0)

    results = await asyncio.gather(
        *(db.act(sealing.seal_block, mark, NOON) for _ in range(8)), return_exceptions=True
    )

    assert [result for result in results if result] == [5]
    assert await db.ask(sealing.verify) == []


async def test_the_trail_is_searched_by_who_what_and_when(db: Database) -> None:
    ming = Actor(ActorKind.STAFF, "ming")

    async def act(tx: Tx) -> None:
        audit.record(tx, ming, "order.paid", "o1", NOON)
        audit.record(tx, ming, "ticket.voided", "t1", NOON)
        audit.record(tx, SYSTEM, "order.paid", "o2", NOON)
        audit.record(tx, SYSTEM, "order.refunded", "o1", NOON.replace(day=2))

    await db.act(act)

    async def find(**wanted: Any) -> list[int]:
        rows = await db.ask(audit.page, audit.Filter(**wanted))
        return [row.seq for row in rows]

    assert await find() == [4, 3, 2, 1]
    assert await find(actor_id="ming") == [2, 1]
    assert await find(actor_id="ming", noun="order") == [1]
    assert await find(noun="order") == [4, 3, 1]
    assert await find(act="order.paid") == [3, 1]
    assert await find(from_at=NOON.replace(day=2)) == [4]
    assert await find(until_at=NOON.replace(day=2)) == [3, 2, 1]
    assert await find(noun="order", subject_id="o1") == [4, 1]
    assert [row.seq for row in await db.ask(audit.history, "order", "o1")] == [4, 1]


async def test_pages_go_forth_and_back(db: Database) -> None:
    await db.act(write, 7)

    async def numbers(cut: Cut) -> list[int]:
        return [row.seq for row in await db.ask(audit.page, audit.Filter(), cut)]

    assert await numbers(Cut(most=3)) == [7, 6, 5]
    assert await numbers(Cut((5,), most=3)) == [4, 3, 2]
    assert await numbers(Cut((4,), is_newer=True, most=2)) == [5, 6]
    for nonsense in ((), ("x",), (1, 2)):
        with pytest.raises(InvalidInput):
            await numbers(Cut(nonsense))
