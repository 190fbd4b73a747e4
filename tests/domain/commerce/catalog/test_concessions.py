"""Who pays less."""

from datetime import date

import pytest

from domain.commerce.catalog.concessions import (
    CHILD_FREE,
    DISABLED_SEVERE,
    NATIONAL_YOUTH,
    PRESETS,
    STUDENT,
    YOUTH,
    Claim,
    Concession,
    best,
    from_json,
    price_with,
)

VISIT = date(2026, 7, 1)
NATIONAL = PRESETS["national"]
SENIORS = PRESETS["seniors_half_60_free_70"]


def born(years: int, *, days_later: int = 0) -> Claim:
    return Claim(born_on=date(VISIT.year - years, VISIT.month, VISIT.day + days_later))


def code(concessions: tuple[Concession, ...], claim: Claim) -> str:
    found = best(concessions, claim, VISIT)
    return found.code if found else ""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (born(0), "child_free"),
        (born(6), "child_free"),
        (born(7, days_later=1), "child_free"),  # seven tomorrow
        (born(7), "youth"),
        (born(18), "youth"),
        (born(19, days_later=1), "youth"),
        (born(19), ""),
        (Claim(height_cm=120), "child_height"),
        (Claim(height_cm=121), ""),
        (Claim(proof_kind="student_card", proof="2024001"), "student"),
        (Claim(proof_kind="student_card"), ""),  # no number, no concession
        (Claim(), ""),
    ],
)
def test_the_national_rule(claim: Claim, expected: str) -> None:
    assert code(NATIONAL, claim) == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(59, ""), (60, "senior_60"), (69, "senior_60"), (70, "senior_70")]
)
def test_seniors_pay_by_local_policy(years: int, expected: str) -> None:
    assert code(SENIORS, born(years)) == expected


def test_the_best_single_concession_applies_and_none_stacks() -> None:
    claim = Claim(born_on=date(2010, 1, 1), height_cm=119, proof_kind="student_card", proof="1")
    found = best(NATIONAL_YOUTH, claim, VISIT)
    assert found is not None
    assert found.code == "child_height"
    assert price_with(found, 9_800) == 0
    assert best((YOUTH, STUDENT), claim, VISIT) == YOUTH  # half, not a quarter


def test_half_of_an_odd_price_rounds_up() -> None:
    assert price_with(YOUTH, 9_801) == 4_901
    assert price_with(None, 9_801) == 9_801
    assert price_with(CHILD_FREE, 9_801) == 0


def test_what_the_seller_saw_counts_but_a_certificate_needs_its_number() -> None:
    assert code(NATIONAL, Claim(named="youth")) == "youth"
    assert code(NATIONAL, Claim(named="student")) == ""
    assert code(NATIONAL, Claim(named="student", proof="2024001")) == "student"


def test_all_conditions_of_a_concession_must_be_met() -> None:
    both = (Concession("both", "", "", 0, from_age=60, proof_kind="local_card"),)
    assert code(both, born(61)) == ""
    assert code(both, born(61)._replace(proof_kind="local_card", proof="1")) == "both"


def test_a_concession_survives_json() -> None:
    assert from_json([DISABLED_SEVERE._asdict()]) == [DISABLED_SEVERE]
