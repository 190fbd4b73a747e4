"""How many visitors a place can bear, by LB/T 034-2014.

Instant C1 = the sum over spaces of usable area / area per person; daily C2 = C1 x Int(T/t), open
hours over mean stay, its integer part. Facilities: instant D1 = the sum of seats; daily
D2 = (1/m) x the sum of seats x runs, with m rides a visitor. The smaller of both binds.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Space(NamedTuple):
    usable_m2: int
    m2_per_person: int


class Facility(NamedTuple):
    seats: int
    runs_per_day: int
    rides_per_visitor: int = 1


class Capacity(NamedTuple):
    instant: int
    daily: int


def of_spaces(spaces: Sequence[Space], open_minutes: int, stay_minutes: int) -> Capacity:
    """6,000 m2 at 5 and 2,000 m2 at 4 are 1,700 at once; 9 h open, 2.5 h stay: 5,100 a day."""
    instant = sum(space.usable_m2 // space.m2_per_person for space in spaces)
    return Capacity(instant, instant * (open_minutes // stay_minutes))


def of_facilities(facilities: Sequence[Facility]) -> Capacity:
    """60 cabins of 8 with 40 runs and 2 rides a visitor carry 9,600 a day."""
    return Capacity(
        sum(facility.seats for facility in facilities),
        sum(one.seats * one.runs_per_day // one.rides_per_visitor for one in facilities),
    )


def capacity(
    spaces: Sequence[Space], facilities: Sequence[Facility], open_minutes: int, stay_minutes: int
) -> Capacity:
    """What binds: the smaller daily figure of spaces and facilities. A way to travel does not
    limit how many stand about, so the instant figure is that of the spaces when there are any."""
    space, facility = of_spaces(spaces, open_minutes, stay_minutes), of_facilities(facilities)
    if not spaces:
        return facility
    if not facilities:
        return space
    return Capacity(space.instant, min(space.daily, facility.daily))
