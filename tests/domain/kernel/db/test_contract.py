"""Every operation that the product uses, on both engines: what goes in comes out.

The layer leans on private parts of SQLAlchemy, aiosqlite and asyncpg; this is what tells when a
new version of one of them has moved.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import Database, Tx, among
from domain.kernel.errors import InvalidInput, Message
from tests.domain.kernel.db import samples as s
from tests.domain.kernel.db.samples import samples

NOON = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)


async def do(db: Database, statement: sa.sql.ClauseElement, /, **values: Any) -> list[Any]:
    """One statement as an act."""

    async def act(tx: Tx) -> list[Any]:
        return await tx.rows(statement, **values)

    return await db.act(act)


async def stored(db: Database, **values: Any) -> Any:
    async def act(tx: Tx) -> Any:
        await tx.run(s.ADD, id="a", **values)
        return await tx.one(s.ONE, id="a")

    return await db.act(act)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", '山门 🚡 O\'Brien "quoted" 100 % :name $1 ? \\ \n'),
        ("name", ""),
        ("name", Colour.RED),
        ("name", Message("Welcome.")),
        ("amount_minor", 2**63 - 1),
        ("amount_minor", 0),
        ("small", -(2**31)),
        ("small", None),
        ("at", NOON),
        ("at", datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
        ("at", datetime(2999, 1, 1, tzinfo=UTC)),
        ("at", None),
        ("day", date(2026, 2, 28)),
        ("day", None),
        ("document", {"名": ["é", 1, 1.5, None, True, {"a": "%s"}]}),
        ("document", []),
        ("document", None),
        ("raw", b"\x00\xff%"),
        ("raw", b""),
        ("raw", None),
        ("yes", True),
        ("yes", False),
    ],
)
async def test_what_goes_in_comes_out(db: Database, column: str, value: Any) -> None:
    found = getattr(await stored(db, **{column: value}), column)
    assert found == value
    assert type(found) is type(value) or isinstance(value, StrEnum | Message)


async def test_a_moment_is_stored_to_the_microsecond_whatever_its_zone(db: Database) -> None:
    """Also far from 1970, where a float has no microseconds left."""
    moment = datetime(2999, 7, 1, 20, 0, 0, 123457, tzinfo=timezone(timedelta(hours=8)))
    row = await stored(db, at=moment)
    assert row.at == moment
    assert row.at.utcoffset() == timedelta(0)


async def test_columns_left_out_get_their_defaults(db: Database) -> None:
    row = await stored(db)
    assert (row.name, row.amount_minor, row.yes, row.word) == ("", 0, False, "plain")
    assert row.small is None


@pytest.mark.parametrize("way", ["run", "add"])
async def test_a_value_of_the_wrong_type_is_a_mistake_without_its_value(
    db: Database, way: str
) -> None:
    async def act(tx: Tx) -> None:
        if way == "add":
            tx.add(s.ADD, id="a", day="6222020200112233")
        else:
            await tx.run(s.ADD, id="a", day="6222020200112233")

    with pytest.raises((TypeError, ValueError)) as mistake:
        await db.act(act)
    assert "6222" not in str(mistake.value)


@pytest.mark.parametrize("way", ["run", "add"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "长" * 61),
        ("name", "nul \0"),
        ("name", "half \ud800 a pair"),
        ("document", {"half": "\ud800"}),
        ("word", "too long for it"),
        ("small", 2**31),
        ("small", -(2**31) - 1),
        ("amount_minor", 2**63),
    ],
)
async def test_what_does_not_fit_is_the_inputs_fault(
    db: Database, column: str, value: Any, way: str
) -> None:
    async def insert(tx: Tx) -> None:
        if way == "add":
            tx.add(s.ADD, **{"id": "a", column: value})
        else:
            await tx.run(s.ADD, **{"id": "a", column: value})

    async def update(tx: Tx) -> None:
        await tx.run(s.SAVE, **{"key": "b", column: value})

    await db.act(s.add, "b")
    for act in (insert, update):
        with pytest.raises(InvalidInput) as refused:
            await db.act(act)
        assert list(refused.value.fields) in ([column], [])
    assert await db.ask(s.keys) == ["b"]


SMALL = sa.select(samples.c.id).where(samples.c.small == bindparam("small"))


async def test_what_is_too_long_for_its_column_is_not_found(db: Database) -> None:
    assert await db.ask(s.find, "x" * 5_000) is None
    await db.act(s.take, "x" * 5_000)


@pytest.mark.parametrize(
    ("statement", "values"),
    [(SMALL, {"small": 2**70}), (s.ONE, {"id": "\0"}), (s.ONE, {"id": "\ud800"})],
)
async def test_what_cannot_be_looked_for_is_not_found_or_refused(
    db: Database, statement: Any, values: dict[str, Any]
) -> None:
    with contextlib.suppress(InvalidInput):
        assert await do(db, statement, **values) == []


LIKE = sa.select(samples.c.id).where(samples.c.name.like(bindparam("pattern"))).order_by("id")
STARTS = (
    sa.select(samples.c.id).where(samples.c.name.startswith("5%", autoescape=True)).order_by("id")
)
LITERAL = sa.select(samples.c.id).where(samples.c.name.like("5%")).order_by("id")


async def test_percent_signs_mean_what_they_say(db: Database) -> None:
    for key, name in (("a", "5% off"), ("b", "50 yuan"), ("c", "15%")):
        await do(db, s.ADD.returning(samples.c.id), id=key, name=name)
    assert [row.id for row in await do(db, LIKE, pattern="5%")] == ["a", "b"]
    assert [row.id for row in await do(db, LITERAL)] == ["a", "b"]
    assert [row.id for row in await do(db, STARTS)] == ["a"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [([], []), (["a"], ["a"]), (["c", "a", "none", "a"], ["a", "c"]), (["'; --"], [])],
)
async def test_one_of_a_list(db: Database, wanted: list[str], found: list[str]) -> None:
    for key in "abc":
        await db.act(s.add, key)
    assert await db.ask(s.find_all, wanted) == found


async def test_one_of_a_list_of_thousands(db: Database) -> None:
    await db.act(s.add, "a")
    assert await db.ask(s.find_all, [f"n{n}" for n in range(40_000)] + ["a"]) == ["a"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("small", [1, 2**31 - 1]),
        ("amount_minor", [1, 2**63 - 1]),
        ("at", [NOON]),
        ("day", [date(2026, 7, 1)]),
        ("yes", [True]),
    ],
)
async def test_lists_hold_every_type(db: Database, column: str, values: list[Any]) -> None:
    await stored(db, **{column: values[-1]})
    statement = sa.select(samples.c.id).where(among(samples.c[column], "values"))
    assert [row.id for row in await do(db, statement, values=values)] == ["a"]


async def test_a_list_that_the_code_knows_may_be_written_out(db: Database) -> None:
    await stored(db, name="held")
    statement = sa.select(samples.c.id).where(samples.c.name.in_(["held", "paid"]))
    assert len(await do(db, statement)) == 1
    assert len(await do(db, statement)) == 1


async def test_a_list_of_any_length_goes_through_among(db: Database) -> None:
    statement = sa.select(samples.c.id).where(samples.c.id.in_(bindparam("ids", expanding=True)))
    with pytest.raises(TypeError, match="among"):
        await do(db, statement, ids=["a"])


async def test_compare_and_swap_tells_the_winner(db: Database) -> None:
    await db.act(s.add, "a", 1)
    assert await db.act(s.take, "a") is True
    assert await db.act(s.take, "a") is False


async def test_an_update_writes_the_columns_it_is_given(db: Database) -> None:
    await stored(db, name="x", small=1)

    async def act(tx: Tx) -> Any:
        await tx.run(s.SAVE, key="a", small=2)
        await tx.run(s.SAVE, key="a", name="y", at=NOON)
        return await tx.one(s.ONE, id="a")

    row = await db.act(act)
    assert (row.name, row.small, row.at) == ("y", 2, NOON)


async def test_delete_gives_back_what_was_there(db: Database) -> None:
    await db.act(s.add, "a")
    statement = samples.delete().where(samples.c.id == bindparam("id")).returning(samples.c.id)
    assert [row.id for row in await do(db, statement, id="a")] == ["a"]
    assert await do(db, statement, id="a") == []


KEEP = insert(samples).on_conflict_do_nothing(index_elements=["id"]).returning(samples.c.id)
PUT = insert(samples)
PUT = PUT.on_conflict_do_update(
    index_elements=["id"],
    set_={"name": PUT.excluded.name, "small": samples.c.small + 1},
    where=samples.c.name != "locked",
)


async def test_on_conflict_do_nothing(db: Database) -> None:
    assert len(await do(db, KEEP, id="a", name="first")) == 1
    assert await do(db, KEEP, id="a", name="second") == []
    assert (await db.ask(s.find, "a")).name == "first"


async def test_on_conflict_do_update(db: Database) -> None:
    async def put(tx: Tx, name: str) -> None:
        await tx.run(PUT, id="a", name=name, small=1)

    for name in ("first", "second", "locked", "third"):
        await db.act(put, name)
    row = await db.ask(s.find, "a")
    assert (row.name, row.small) == ("locked", 3)


PAGE = (
    sa.select(samples.c.id)
    .where(
        sa.tuple_(samples.c.at, samples.c.id)
        < sa.tuple_(bindparam("at", type_=UtcDateTime), bindparam("id"))
    )
    .order_by(samples.c.at.desc(), samples.c.id.desc())
    .limit(bindparam("most"))
)


async def test_pages_by_keyset(db: Database) -> None:
    for n, key in enumerate("abcdef"):
        await do(db, s.ADD.returning(samples.c.id), id=key, at=NOON + timedelta(hours=n // 2))
    page = await do(db, PAGE, at=NOON + timedelta(hours=2), id="f", most=2)
    assert [row.id for row in page] == ["e", "d"]
    page = await do(db, PAGE, at=NOON + timedelta(hours=1), id="d", most=9)
    assert [row.id for row in page] == ["c", "b", "a"]


SUMS = sa.select(
    sa.func.sum(samples.c.amount_minor).label("total"),
    sa.func.coalesce(sa.func.sum(samples.c.small), 0).label("small"),
    sa.func.count().filter(samples.c.yes).label("yes"),
    sa.func.max(samples.c.at).label("latest"),
)


async def test_sums_are_whole_numbers(db: Database) -> None:
    """PostgreSQL adds bigint up to numeric, which would come as Decimal."""
    assert (await do(db, SUMS))[0] == (None, 0, 0, None)
    await do(db, s.ADD.returning(samples.c.id), id="a", amount_minor=2**62, yes=True, at=NOON)
    await do(db, s.ADD.returning(samples.c.id), id="b", amount_minor=5, small=3)
    row = (await do(db, SUMS))[0]
    assert row == (2**62 + 5, 3, 1, NOON)
    assert type(row.total) is int


big = sa.select(samples).where(samples.c.amount_minor >= bindparam("least")).cte("big")
RANKED = sa.select(
    big.c.id,
    sa.func.row_number().over(order_by=big.c.amount_minor.desc()).label("rank"),
    sa.func.sum(big.c.amount_minor).over(order_by=big.c.id).label("running"),
    sa.case((big.c.yes, "yes"), else_="no").label("said"),
).order_by(big.c.id)


async def test_common_tables_windows_and_cases(db: Database) -> None:
    for key, amount in (("a", 1), ("b", 20), ("c", 10)):
        await db.act(s.add, key, amount)
    rows = await do(db, RANKED, least=10)
    assert [tuple(row) for row in rows] == [("b", 1, 20, "no"), ("c", 2, 30, "no")]
    assert all(type(row.running) is int for row in rows)


OUTER = sa.select(
    samples.c.id, s.children.c.seq, s.children.c.sample_id, s.children.c.text
).select_from(samples.outerjoin(s.children, s.children.c.sample_id == samples.c.id))
EXISTS = sa.select(
    sa.exists().where(samples.c.id == bindparam("id")).label("found"), sa.literal("x").label("x")
)
UNION = sa.union_all(sa.select(samples.c.id), sa.select(s.children.c.sample_id)).order_by("id")


async def test_joins_exists_and_unions(db: Database) -> None:
    await db.act(s.add, "a")
    assert await do(db, OUTER) == [("a", None, None, None)]
    assert await do(db, EXISTS, id="a") == [(True, "x")]
    assert await do(db, EXISTS, id="b") == [(False, "x")]
    assert [row.id for row in await do(db, UNION)] == ["a"]


async def test_text_gives_typed_rows_when_it_names_its_columns(db: Database) -> None:
    await stored(db, at=NOON)
    text = sa.text("SELECT id, at FROM samples WHERE at = :at").bindparams(
        bindparam("at", type_=UtcDateTime)
    )
    typed = text.columns(sa.column("id", sa.String), sa.column("at", UtcDateTime))
    assert await do(db, typed, at=NOON) == [("a", NOON)]
    with pytest.raises(TypeError, match="columns"):
        await do(db, text, at=NOON)


async def test_adds_are_written_in_order_and_seen_by_the_act(db: Database) -> None:
    """A counted key says in what order rows were made: the audit trail relies on it."""

    async def act(tx: Tx) -> list[Any]:
        tx.add(s.ADD, id="a")
        tx.add(s.ADD_CHILD, sample_id="a", text="1")
        tx.add(s.ADD, id="b", name="later")
        tx.add(s.ADD_CHILD, sample_id="b", text="2")
        tx.add(s.ADD_CHILD, sample_id="a")
        tx.add(s.ADD_CHILD, sample_id="a", text="4")
        return await tx.rows(s.CHILDREN)

    rows = await db.act(act)
    assert [(row.sample_id, row.text) for row in rows] == [
        ("a", "1"),
        ("b", "2"),
        ("a", ""),
        ("a", "4"),
    ]
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)


@pytest.mark.parametrize("many", [1, 19, 20, 700, 5_000])
async def test_adds_of_any_number(db: Database, many: int) -> None:
    async def act(tx: Tx) -> None:
        tx.add(s.ADD, id="a")
        for n in range(many):
            tx.add(s.ADD_CHILD, sample_id="a", text=str(n))

    await db.act(act)
    rows = await do(db, s.CHILDREN)
    assert [row.text for row in rows] == [str(n) for n in range(many)]


@pytest.mark.parametrize("way", ["one", "rows", "run", "add"])
@pytest.mark.parametrize("values", [{}, {"id": "a", "nmae": "x"}])
async def test_a_forgotten_or_misspelt_value_is_a_mistake(
    db: Database, way: str, values: dict[str, Any]
) -> None:
    statement = s.ADD if values else s.ONE

    async def act(tx: Tx) -> None:
        call: Callable[..., Any] = getattr(tx, way)
        if (waiting := call(statement, **values)) is not None:
            await waiting

    with pytest.raises((TypeError, sa.exc.CompileError)):
        await db.act(act)
