"""Who pays less, and why: from age on the visit date, from height, or from a certificate.

The national youth rule for government-priced sites: up to 6 years or up to 1.2 m free, above 6 up
to 18 years half, full-time students up to bachelor half. What seniors pay is local policy. The
best single concession applies; none stacks. Ages are completed years on the day of the visit.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from domain.kernel.clock import completed_years
from domain.kernel.money import share


class Concession(NamedTuple):
    """A right to pay `bps` of the price. Each condition that is set must be met."""

    code: str
    name_zh: str
    name_en: str
    bps: int  # of the full price: 0 is free, 5000 half
    from_age: int | None = None  # completed years, included
    until_age: int | None = None  # included
    until_cm: int | None = None  # included
    proof_kind: str = ""  # the certificate to show; its number is recorded
    needs_adult: bool = False  # comes with somebody who has no such concession
    companions: int = 0  # how many go along at the same price


class Claim(NamedTuple):
    """What is known about a visitor."""

    born_on: date | None = None
    height_cm: int | None = None
    proof_kind: str = ""
    proof: str = ""
    named: str = ""  # a concession that the seller saw to be right, for a visitor without a name


CHILD_FREE = Concession("child_free", "免费儿童", "Free child", 0, until_age=6, needs_adult=True)
CHILD_HEIGHT = Concession(
    "child_height", "1.2 米以下儿童", "Child up to 1.2 m", 0, until_cm=120, needs_adult=True
)
YOUTH = Concession("youth", "未成年人", "Youth", 5_000, from_age=7, until_age=18)
STUDENT = Concession("student", "学生", "Student", 5_000, proof_kind="student_card")
SCHOOL_GROUP = Concession(
    "school_group", "爱国主义教育基地学生团", "School group", 0, proof_kind="school_letter"
)
SENIOR_60_HALF = Concession("senior_60", "老人", "Senior", 5_000, from_age=60, until_age=69)
SENIOR_60_FREE = Concession("senior_60_free", "老人", "Senior", 0, from_age=60)
SENIOR_65_FREE = Concession("senior_65_free", "老人", "Senior", 0, from_age=65)
SENIOR_70_FREE = Concession("senior_70", "高龄老人", "Senior from 70", 0, from_age=70)
PERSONNEL = Concession(
    "personnel", "军人、消防员", "Service personnel", 0, proof_kind="service_card"
)
DISABLED = Concession("disabled", "残疾人", "Disabled visitor", 0, proof_kind="disability_card")
DISABLED_SEVERE = Concession(
    "disabled_severe",
    "重度残疾人",
    "Severely disabled visitor",
    0,
    proof_kind="disability_card_severe",
    companions=1,
)
GUIDE = Concession("guide", "导游", "Guide", 0, proof_kind="guide_licence")

NATIONAL_YOUTH = (CHILD_FREE, CHILD_HEIGHT, YOUTH, STUDENT)
WITH_CARDS = (PERSONNEL, DISABLED, DISABLED_SEVERE, GUIDE)
PRESETS: dict[str, tuple[Concession, ...]] = {
    "national": (*NATIONAL_YOUTH, *WITH_CARDS),
    "seniors_half_60_free_70": (SENIOR_60_HALF, SENIOR_70_FREE),
    "seniors_free_60": (SENIOR_60_FREE,),
    "seniors_free_65": (SENIOR_65_FREE,),
    "school_groups": (SCHOOL_GROUP,),
}


def from_json(document: Sequence[dict[str, Any]]) -> list[Concession]:
    return [Concession(**item) for item in document]


def is_met(concession: Concession, claim: Claim, visit_on: date) -> bool:
    """Every condition that is set is proved by what is known.

    Of a concession that the seller names, his eye proves what nobody wrote down; but not against
    what is known, and a certificate must have its number.
    """
    by_eye = claim.named == concession.code
    met: list[bool] = []
    if concession.from_age is not None or concession.until_age is not None:
        unseen = by_eye and claim.born_on is None
        met.append(unseen or is_of_age(concession, claim.born_on, visit_on))
    if concession.until_cm is not None:
        tall = claim.height_cm
        met.append(by_eye if tall is None else tall <= concession.until_cm)
    if concession.proof_kind:
        shown = by_eye or claim.proof_kind == concession.proof_kind
        met.append(shown and bool(claim.proof))
    return bool(met) and all(met)


def is_of_age(concession: Concession, born_on: date | None, visit_on: date) -> bool:
    if born_on is None:
        return False
    age = completed_years(born_on, visit_on)
    if concession.from_age is not None and age < concession.from_age:
        return False
    return concession.until_age is None or age <= concession.until_age


def best(concessions: Sequence[Concession], claim: Claim, visit_on: date) -> Concession | None:
    """The one that costs least; of equals the first listed. None stacks on another."""
    fitting = [one for one in concessions if is_met(one, claim, visit_on)]
    return min(fitting, key=lambda one: one.bps, default=None)


def price_with(concession: Concession | None, price_minor: int) -> int:
    """Half of an odd price rounds up, once."""
    return price_minor if concession is None else share(price_minor, concession.bps)
