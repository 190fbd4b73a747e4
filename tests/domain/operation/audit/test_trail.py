"""Looking for words in the trail, and seeing what is about one's own areas only."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.operation import audit
from domain.operation.audit import Filter, Sought
from tests.staffing import NOON

MING, HONG = Actor(ActorKind.STAFF, "ming"), Actor(ActorKind.STAFF, "hong")


async def write(tx: Tx) -> None:
    for number in range(6):
        by, area_id = (MING, "a1") if number % 2 else (HONG, "a2")
        at = NOON + timedelta(minutes=number)
        after = {"number": f"N-{number}", "total_minor": 100}
        audit.record(tx, by, "order.paid", f"o{number}", at, after=after, area_id=area_id)
        audit.record(tx, by, "order.cancelled", f"o{number}", at, area_id=area_id)
    audit.record(tx, MING, "house.set_up", "house", NOON)


async def seen(db: Database, wanted: Filter, cut: Cut | None = None) -> list[tuple[str, str]]:
    rows = await db.ask(audit.page, wanted, cut or Cut())
    return [(row.act, row.subject_id) for row in rows]


async def test_what_bears_a_number_is_found_with_all_that_happened_to_it(db: Database) -> None:
    await db.act(write)

    subjects = tuple(await db.ask(audit.called, "N-3"))

    assert subjects == (("order", "o3"),)
    wanted = Filter(sought=Sought(subjects=subjects))
    assert await seen(db, wanted) == [("order.cancelled", "o3"), ("order.paid", "o3")]
    assert await db.ask(audit.called, "N-9") == []


async def test_people_acts_and_subjects_are_put_together_newest_first(db: Database) -> None:
    await db.act(write)
    wanted = Filter(sought=Sought(("ming",), ("order.paid",), (("order", "o0"),)))

    every = await seen(db, wanted)
    first = await db.ask(audit.page, wanted, Cut(most=4))
    rest = await seen(db, wanted, Cut((first[-1].seq,)))
    back = await db.ask(audit.page, wanted, Cut((first[-1].seq,), is_newer=True))

    assert len(every) == len(set(every)) == 7 + 3 + 1
    assert [(row.act, row.subject_id) for row in first] + rest == every
    assert [row.seq for row in back] == sorted(row.seq for row in first[:-1])
    assert await seen(db, Filter(sought=Sought())) == []


async def test_who_is_limited_to_areas_sees_those_alone(db: Database) -> None:
    await db.act(write)
    limited = Filter(areas=("a1",))

    for wanted in (
        limited,
        limited._replace(actor_id="ming"),
        limited._replace(noun="order"),
        limited._replace(sought=Sought(acts=("order.paid", "order.cancelled", "house.set_up"))),
    ):
        found = await seen(db, wanted)
        assert {subject for _, subject in found} == {"o1", "o3", "o5"}, wanted
    assert await seen(db, limited._replace(actor_id="hong")) == []
    assert await seen(db, limited._replace(areas=())) == []
    both = await seen(db, limited._replace(areas=("a1", "a2")))
    assert [subject for _, subject in both][::2] == ["o5", "o4", "o3", "o2", "o1", "o0"]


async def test_every_act_is_known_once(db: Database) -> None:
    await db.act(write)

    assert await db.ask(audit.acts) == ["house.set_up", "order.cancelled", "order.paid"]


async def test_words_narrow_what_else_is_chosen(db: Database) -> None:
    await db.act(write)
    wanted = Filter(actor_id="ming", noun="order", sought=Sought(acts=("order.paid",)))

    assert await seen(db, wanted) == [("order.paid", f"o{n}") for n in (5, 3, 1)]


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("SELECT noun FROM audit_entries WHERE number = 'x'", "ix_audit_entries_number"),
        (
            "SELECT * FROM audit_entries WHERE area_id = 'x' AND seq < 9 ORDER BY seq DESC LIMIT 5",
            "ix_audit_entries_area_id",
        ),
        (
            "SELECT * FROM audit_entries WHERE act = 'x' AND seq < 9 ORDER BY seq DESC LIMIT 5",
            "ix_audit_entries_act",
        ),
    ],
)
async def test_an_index_carries_it(sqlite_db: Database, statement: str, index: str) -> None:
    async def plan(tx: Tx) -> str:
        asked = sa.text(f"EXPLAIN QUERY PLAN {statement}")
        names: list[sa.ColumnClause[Any]] = [sa.column(n) for n in ("id", "parent", "x", "detail")]
        rows = await tx.rows(asked.columns(*names))
        return " ".join(str(row.detail) for row in rows)

    assert index in await sqlite_db.ask(plan)
