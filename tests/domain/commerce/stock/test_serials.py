"""Ranges of serials: read, joined, cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commerce.stock import serials
from domain.commerce.stock.serials import Serial, Serials, between, parse
from domain.kernel.errors import InvalidInput

ranges = st.lists(
    st.builds(
        lambda prefix, first, many: Serials(prefix, 3, first, first + many),
        st.sampled_from(["", "A"]),
        st.integers(0, 40),
        st.integers(0, 12),
    ),
    max_size=6,
)


def numbers(of: list[Serials]) -> set[Serial]:
    return {Serial(*one.series, n) for one in of for n in range(one.first, one.last + 1)}


@given(ranges, ranges)
def test_sums_of_ranges_are_sums_of_sets(these: list[Serials], those: list[Serials]) -> None:
    assert numbers(serials.merged(these)) == numbers(these)
    assert numbers(serials.minus(these, those)) == numbers(these) - numbers(those)
    assert numbers(serials.common(these, those)) == numbers(these) & numbers(those)
    assert serials.pieces(serials.merged(these)) == len(numbers(these))


@given(ranges)
def test_merged_ranges_are_apart(these: list[Serials]) -> None:
    joined = serials.merged(these)
    serials.must_be_apart(joined, "lines")
    for before, one in pairwise(joined):
        assert before.series != one.series or before.last + 1 < one.first


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10001", Serial("", 5, 10_001)),
        (" a 0010001 ", Serial("A", 7, 10_001)),
        ("YL-2026/0001", Serial("YL-2026/", 4, 1)),
        ("000", Serial("", 3, 0)),
    ],
)
def test_a_serial_keeps_its_letters_and_zeros(typed: str, read: Serial) -> None:
    assert parse(typed) == read
    assert parse(read.text) == read


@pytest.mark.parametrize("typed", ["", "A", "12A", "1" * 16, "１２３", "A;1", "-" * 20 + "1"])
def test_what_is_no_serial_is_said(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse(typed)


@pytest.mark.parametrize(
    ("first", "last"), [("9", "1"), ("A1", "B2"), ("99", "100"), ("1000001", "9000000")]
)
def test_a_range_has_two_ends_of_one_series(first: str, last: str) -> None:
    with pytest.raises(InvalidInput):
        between(first, last)


def test_one_number_is_a_range() -> None:
    assert between("A01", "").text == "A01"
    assert between("A01", "a09").text == "A01–A09"
