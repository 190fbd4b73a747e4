"""What units get of combined tickets adds up to what was taken, to the fen."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commerce import catalog
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.places.inputs import UnitInput
from domain.reports import days, promoted, shares
from domain.reports.days import Dimension, total_sold
from domain.reports.shares import Part, divided
from tests.domain.reports.test_days import played

ZONE = ZoneInfo("Asia/Shanghai")


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10_000)), min_size=1, max_size=8),
)
def test_parts_add_up_and_are_fair_to_the_fen(minor: int, given: list[tuple[str, int]]) -> None:
    parts = [Part(unit, None, count) for unit, count in given]
    whole, many = sum(part.parts for part in parts), Counter(part.unit_id for part in parts)

    by_unit = divided(minor, parts)

    assert sum(by_unit.values()) == minor
    for unit, got in by_unit.items():
        mine = sum(part.parts for part in parts if part.unit_id == unit)
        assert abs(got * whole - minor * mine) < whole * many[unit]


async def two_units(db: Database, area_id: str) -> tuple[str, str, list[Any]]:
    """The area's unit, another one, and the ticket types."""

    async def make(tx: Tx) -> str:
        other = UnitInput(code="ROPEWAY", name_zh="索道公司", name_en="")
        return await places.add_place(tx, PlaceKind.UNIT, other, SYSTEM, clock.utc_now())

    other_id = await db.act(make)
    area = await db.ask(places.get_place, PlaceKind.AREA, area_id)
    return area.unit_id, other_id, await db.ask(catalog.list_ticket_types, area_id)


async def test_a_statement_divides_what_was_taken_from_its_day_on(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(db, tmp_path, monkeypatch)
    own, other, types = await two_units(db, asked.area_ids[0])
    now = clock.utc_now()
    day = local_day(now, ZONE)
    adult = next(row for row in types if row.code == "ADULT")
    parts = [Part(own, None, 2), Part(other, None, 1)]

    await db.act(shares.set_shares, adult.id, parts, day, SYSTEM, now)
    lines = await db.ask(shares.statement, asked)

    whole = total_sold((await db.ask(days.sales, asked, Dimension.TYPE)).values())
    borne = (await db.ask(promoted.total, asked)).by_platform_minor
    assert sum(line.share_minor for line in lines) == whole.net_minor + borne > whole.net_minor
    of_day = asked._replace(first=day, last=day, only={"ticket_type_id": (adult.id,)})
    taken = total_sold((await db.ask(days.sales, of_day, Dimension.TYPE)).values()).net_minor
    theirs = [line.share_minor for line in lines if line.unit_id == other]
    given_away = (await db.ask(promoted.total, of_day)).net_minor
    assert sum(theirs) == divided(taken + given_away, parts)[other]
    earlier = asked._replace(last=day - timedelta(days=1))
    assert {line.unit_id for line in await db.ask(shares.statement, earlier)} == {own}


async def test_taking_shares_away_gives_the_area_s_unit_all(
    sqlite_db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(sqlite_db, tmp_path, monkeypatch)
    own, other, types = await two_units(sqlite_db, asked.area_ids[0])
    now = clock.utc_now()
    day = local_day(now, ZONE)
    for parts in ([Part(other, None, 1)], []):
        await sqlite_db.act(shares.set_shares, types[0].id, parts, day, SYSTEM, now)

    known = await sqlite_db.ask(shares.of_type, types[0].id)

    assert [part.unit_id for part in known[day]] == [own]
    assert {line.unit_id for line in await sqlite_db.ask(shares.statement, asked)} == {own}


async def test_what_makes_no_sense_is_refused(
    sqlite_db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(sqlite_db, tmp_path, monkeypatch)
    own, _, types = await two_units(sqlite_db, asked.area_ids[0])
    now = clock.utc_now()
    day = local_day(now, ZONE)
    stranger = ids.new_id()
    wrong = (
        [Part(own, None, 0)],
        [Part(own, None, 10_001)],
        [Part(own, None, 1)] * 2,
        [Part(stranger, None, 1)],
        [Part(own, stranger, 1)],
        [Part(own, None, 1)] * 21,
    )

    for parts in wrong:
        with pytest.raises(InvalidInput):
            await sqlite_db.act(shares.set_shares, types[0].id, parts, day, SYSTEM, now)
    with pytest.raises(InvalidInput):  # last month is settled
        before = day.replace(day=1) - timedelta(days=1)
        await sqlite_db.act(
            shares.set_shares, types[0].id, [Part(own, None, 1)], before, SYSTEM, now
        )
    with pytest.raises(NotFound):
        await sqlite_db.act(shares.set_shares, stranger, [], day, SYSTEM, now)
    assert await sqlite_db.ask(shares.of_type, types[0].id) == {}
