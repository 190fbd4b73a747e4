"""Principles: the worked examples of the specification, and what holds for all rows."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import InvalidInput
from domain.operation.batches.principles import (
    MOST_ROWS,
    Principle,
    Row,
    Shares,
    largest_remainder,
    share_out,
)

SHARING = [Principle.EVEN, Principle.SEQUENTIAL, Principle.WEIGHTED, Principle.LEAST_LOADED]
names = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=9, unique=True)


def rows(count: int) -> list[Row]:
    return [Row(f"r{at:04}", "ab"[at % 2]) for at in range(count)]


def sizes(principle: Principle, count: int, shares: Shares) -> list[int]:
    counted = Counter(share_out(principle, rows(count), shares).values.values())
    return [counted[target] for target in shares.targets]


def test_even_gives_ten_rows_to_three_as_4_3_3_in_turns() -> None:
    shared = share_out(Principle.EVEN, rows(10), Shares(("c", "a", "b")))
    assert list(shared.values.values()) == list("abcabcabca")


def test_sequential_gives_blocks() -> None:
    shared = share_out(Principle.SEQUENTIAL, rows(10), Shares(("c", "a", "b")))
    assert list(shared.values.values()) == list("ccccaaabbb")


def test_weighted_gives_eleven_rows_at_5_3_2_as_6_3_2() -> None:
    shares = Shares(("a", "b", "c"), weights={"a": 5, "b": 3, "c": 2})
    assert sizes(Principle.WEIGHTED, 11, shares) == [6, 3, 2]


def test_uniform_gives_all_the_same() -> None:
    assert sizes(Principle.UNIFORM, 7, Shares(("a",))) == [7]
    with pytest.raises(InvalidInput):
        share_out(Principle.UNIFORM, rows(2), Shares(("a", "b")))


def test_least_loaded_fills_up_whoever_has_fewest() -> None:
    shares = Shares(("a", "b", "c"), loads={"a": 5, "b": 1, "c": 2})
    assert sizes(Principle.LEAST_LOADED, 5, shares) == [0, 3, 2]
    assert sizes(Principle.LEAST_LOADED, 7, shares) == [0, 4, 3]


def test_by_attribute_fails_rows_that_the_table_does_not_know() -> None:
    shared = share_out(Principle.BY_ATTRIBUTE, rows(4), Shares(table={"a": "x"}))
    assert shared.values == {"r0000": "x", "r0002": "x"}
    assert list(shared.failed) == ["r0001", "r0003"]


def test_manual_fails_rows_that_nobody_filled_in() -> None:
    shared = share_out(Principle.MANUAL, rows(2), Shares(typed={"r0001": "y"}))
    assert shared.values == {"r0001": "y"}
    assert list(shared.failed) == ["r0000"]


@pytest.mark.parametrize("principle", [*SHARING, Principle.UNIFORM])
def test_nobody_to_share_out_to_is_refused(principle: Principle) -> None:
    with pytest.raises(InvalidInput) as refused:
        share_out(principle, rows(3), Shares())
    assert "targets" in refused.value.fields


@pytest.mark.parametrize("weights", [{}, {"a": 0, "b": 0}, {"a": -1, "b": 2}, {"a": 10**7}])
def test_weights_that_make_no_sense_are_refused(weights: dict[str, int]) -> None:
    with pytest.raises(InvalidInput) as refused:
        share_out(Principle.WEIGHTED, rows(3), Shares(("a", "b"), weights=weights))
    assert "weights" in refused.value.fields


@pytest.mark.parametrize("principle", list(Principle))
def test_no_rows_too_many_and_rows_marked_twice_are_refused(principle: Principle) -> None:
    shares = Shares(("a",), weights={"a": 1})
    for wrong in ([], rows(MOST_ROWS + 1), [Row("r"), Row("r")]):
        with pytest.raises(InvalidInput) as refused:
            share_out(principle, wrong, shares)
        assert "rows" in refused.value.fields


def test_as_many_rows_as_may_be() -> None:
    assert sizes(Principle.EVEN, MOST_ROWS, Shares(("a", "b"))) == [2_500, 2_500]


@given(st.sampled_from(SHARING), st.integers(1, 300), names)
def test_every_row_gets_exactly_one_and_equal_shares_differ_by_at_most_one(
    principle: Principle, count: int, targets: list[str]
) -> None:
    shares = Shares(targets, weights=dict.fromkeys(targets, 7))
    shared = share_out(principle, rows(count), shares)
    assert list(shared.values) == [row.id for row in rows(count)]
    assert set(shared.values.values()) <= set(targets)
    parts = sizes(principle, count, shares)
    assert max(parts) - min(parts) <= 1


@given(st.integers(0, 5_000), st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any))
def test_largest_remainder_adds_up_and_is_off_by_less_than_one(
    total: int, weights: list[int]
) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(1, 200), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50)))
def test_least_loaded_never_passes_over_somebody_with_fewer(
    count: int, loads: dict[str, int]
) -> None:
    targets = list("abcdef")
    given_to = sizes(Principle.LEAST_LOADED, count, Shares(targets, loads=loads))
    after = [loads.get(name, 0) + got for name, got in zip(targets, given_to, strict=True)]
    least = min(after)
    assert all(got == 0 or now - 1 <= least for got, now in zip(given_to, after, strict=True))
