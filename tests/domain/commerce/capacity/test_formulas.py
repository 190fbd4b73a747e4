"""LB/T 034-2014, with the worked example of domain.md."""

from domain.commerce.capacity.formulas import (
    Capacity,
    Facility,
    Space,
    capacity,
    of_facilities,
    of_spaces,
)

SPACES = [Space(6_000, 5), Space(2_000, 4)]
CABLE_CAR = [Facility(60 * 8, 40, 2)]
NINE_HOURS, STAY = 9 * 60, 150


def test_the_worked_example() -> None:
    assert of_spaces(SPACES, NINE_HOURS, STAY) == Capacity(1_700, 5_100)
    assert of_facilities(CABLE_CAR) == Capacity(480, 9_600)
    assert capacity(SPACES, CABLE_CAR, NINE_HOURS, STAY) == Capacity(1_700, 5_100)


def test_turns_are_counted_whole() -> None:
    assert of_spaces(SPACES, 7 * 60 + 29, STAY).daily == 1_700 * 2
    assert of_spaces(SPACES, 7 * 60 + 30, STAY).daily == 1_700 * 3


def test_the_smaller_of_spaces_and_facilities_binds() -> None:
    narrow = [Facility(10, 40, 2)]
    assert capacity(SPACES, narrow, NINE_HOURS, STAY).daily == 200
    assert capacity([], narrow, NINE_HOURS, STAY) == Capacity(10, 200)
    assert capacity(SPACES, [], NINE_HOURS, STAY) == Capacity(1_700, 5_100)
