"""Keyset pages: forth and back, and what a broken cursor does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import paging
from webapp.paging import Cursor, Direction, Key, Page

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = [(NOON + timedelta(minutes=number // 2), f"o{number:03d}") for number in range(25)]


def key(row: tuple[datetime, str]) -> Key:
    return row


def asked_for(cursor: Cursor | None, size: int) -> list[tuple[datetime, str]]:
    """What a store would answer: newest first, or oldest first when going back."""
    if cursor is None:
        return ROWS[::-1][: size + 1]
    if cursor.direction is Direction.OLDER:
        return [row for row in ROWS[::-1] if row < cursor.key][: size + 1]
    return [row for row in ROWS if row > cursor.key][: size + 1]


def page(text: str = "", size: int = 10) -> Page[tuple[datetime, str]]:
    cursor = paging.decode(text) if text else None
    return paging.page_of(asked_for(cursor, size), cursor, key=key, size=size)


def test_pages_meet_without_a_gap_and_lead_back() -> None:
    first = page()
    second = page(first.older)
    third = page(second.older)

    assert [*first.rows, *second.rows, *third.rows] == ROWS[::-1]
    assert (first.newer, third.older) == ("", "")
    assert page(third.newer).rows == second.rows
    assert page(second.newer).rows == first.rows
    assert page(page(second.newer).newer or "").rows == first.rows


def test_an_empty_list_has_no_neighbours() -> None:
    assert paging.page_of([], None, key=key) == Page([])


@pytest.mark.parametrize(
    "text", ["x", "!!!!", "W10", "WyJvbGRlciJd", "eyJ9", "a" * 500, "WyJzaWRld2F5cyIsMV0", "Zm9v"]
)
def test_a_broken_cursor_is_no_cursor(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        paging.decode(text)


PARTS = (
    st.datetimes(timezones=st.just(UTC))
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    | st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
)


@given(st.sampled_from(Direction), st.lists(PARTS, min_size=1, max_size=3).map(tuple))
def test_a_cursor_survives_its_address(direction: Direction, parts: Key) -> None:
    cursor = Cursor(direction, parts)
    text = paging.encode(cursor)
    if len(text) <= paging.MOST_CHARACTERS:
        assert paging.decode(text) == cursor
