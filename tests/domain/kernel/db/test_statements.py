"""What is prepared once for each engine, and the mistakes that it finds."""

import contextlib
import functools
import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.kernel.db import statements
from domain.kernel.db.acts import name_of
from domain.kernel.db.joining import batches
from domain.kernel.db.problems import unique_name
from domain.kernel.db.statements import Prepared, Statements, statements_of
from domain.schema import load_tables
from tests.domain.kernel.db import samples as s
from tests.domain.kernel.db.samples import children, samples
from tests.domain.kernel.db.test_contract import KEEP

load_tables()  # the names of their constraints
BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])


@BOTH
def test_a_statement_is_compiled_once(engine: str) -> None:
    known = statements_of(engine)
    assert known.find(s.ONE, {"id": "a"}) is known.find(s.ONE, {"id": "b"})
    assert known.find(s.ADD, {"id": "a"}) is known.find(s.ADD, {"id": "b"})
    assert known.find(s.ADD, {"id": "a"}) is not known.find(s.ADD, {"id": "a", "name": "x"})
    assert statements_of(engine) is known


@BOTH
def test_statements_that_are_built_each_time_are_forgotten_again(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_KEPT", 10)
    some = Statements(statements_of(engine).dialect)
    with capture_logs() as logs:
        for _ in range(25):
            some.find(sa.select(samples.c.id), {})
    assert len(some._prepared) <= 10
    assert [line["event"] for line in logs] == ["database.statements_forgotten"] * 2


later = sa.Table(
    "later",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("made", sa.Integer, default=lambda: 1),
    sa.Column("changed", sa.Integer, onupdate=5),
)


@BOTH
def test_a_default_that_is_computed_is_refused(engine: str) -> None:
    find = statements_of(engine).find
    with pytest.raises(TypeError, match=r"later\.made"):
        find(later.insert(), {"id": 1})
    with pytest.raises(TypeError, match=r"later\.changed"):
        find(later.update(), {"id": 1})


updated = samples.update().values(small=1).returning(samples.c.id).cte("updated")


@BOTH
@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        (s.ONE, False),
        (sa.union_all(sa.select(samples.c.id), sa.select(children.c.sample_id)), False),
        (sa.select(sa.select(samples).cte("c")), False),
        (s.TAKE, True),
        (sa.text("UPDATE samples SET small = 1"), True),
        (sa.text("SELECT 1 AS n").columns(sa.column("n")), True),
        (sa.select(updated.c.id), True),
        (s.CREATE[0], True),
    ],
)
def test_what_may_write_is_known(engine: str, statement: Any, writes: bool) -> None:
    assert Prepared(statement, statements_of(engine).dialect).writes is writes


def added(*inserts: tuple[sa.Insert, dict[str, Any]]) -> list[tuple[Prepared, list[Any]]]:
    known = statements_of("postgresql")
    found = [(known.find(insert, values), values) for insert, values in inserts]
    return [(prepared, prepared.values(values)) for prepared, values in found]


A_SAMPLE = (s.ADD, {"id": "a"})
A_CHILD = (s.ADD_CHILD, {"sample_id": "a"})


def test_different_inserts_become_one_statement() -> None:
    [(sql, values, many)] = batches(added(A_SAMPLE, A_CHILD, A_CHILD))
    assert not many
    assert sql.count("INSERT") == 2
    assert sql.startswith("WITH a0 AS (INSERT INTO samples")
    assert values == ["a", "plain", "a", "a"]
    assert [f"${n}" in sql for n in range(1, 6)] == [True] * 4 + [False]


def test_no_table_is_twice_in_a_statement() -> None:
    """PostgreSQL runs the parts in an order of its own, and counted keys would show it."""
    [(first, *_), (second, *_)] = batches(added(A_CHILD, A_SAMPLE, (s.ADD_CHILD, {"text": "x"})))
    assert first.count("INSERT") == 2
    assert second.count("INSERT") == 1


def test_many_rows_go_the_drivers_own_way() -> None:
    steps = list(batches(added(A_SAMPLE, *[A_CHILD] * 50, A_SAMPLE)))
    assert [many for _, _, many in steps] == [False, True, False]
    assert len(steps[1][1][0]) == 50


def test_an_insert_with_a_tail_stands_alone() -> None:
    kept = (KEEP, {"id": "a", "name": "x"})
    assert [many for _, _, many in batches(added(A_SAMPLE, kept, A_CHILD))] == [False, True, False]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("orders.number", "uq_orders_number"),
        ("approvals.kind, approvals.noun, approvals.subject_id", "ux_approvals_open"),
        ("not_ours.a, not_ours.b", "uq_not_ours_a_b"),
        ("index 'ux_by_expression'", "ux_by_expression"),
    ],
)
def test_sqlites_columns_are_turned_into_the_constraints_name(said: str, name: str) -> None:
    assert unique_name(said) == name


def test_acts_are_named_without_their_arguments() -> None:
    assert name_of(functools.partial(s.add, key="SECRET")) == "tests.domain.kernel.db.samples.add"


def test_a_list_is_looked_up_and_not_compared_with_every_row() -> None:
    sql = statements_of("sqlite").find(s.AMONG, {"ids": []}).sql
    with contextlib.closing(sqlite3.connect(":memory:")) as file:
        file.execute("CREATE TABLE samples (id TEXT PRIMARY KEY)")
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", ("[]",))]

    assert any(step.startswith("SEARCH samples") for step in plan), plan
