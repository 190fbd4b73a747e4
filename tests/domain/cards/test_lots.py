"""Worked examples of domain.md 6.1 and 6.4, and what must hold for any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cards import lots
from domain.cards.lots import Lot, Part, Worth
from domain.kernel.errors import InvalidInput

MINOR = st.integers(0, 10_000_000)


def yuan(text: float) -> int:
    return round(text * 100)


def test_an_amount_is_split_over_cards_of_a_limit() -> None:
    faces = lots.split_face(yuan(12_300), yuan(5_000))

    assert faces == [yuan(5_000), yuan(5_000), yuan(2_300)]
    assert lots.split_bonus(yuan(1_230), faces) == [yuan(500), yuan(500), yuan(230)]


def test_an_exact_multiple_gives_no_empty_card() -> None:
    assert lots.split_face(yuan(10_000), yuan(5_000)) == [yuan(5_000)] * 2


def test_count_cards_are_split_on_whole_uses() -> None:
    assert lots.split_uses(41, yuan(300), yuan(5_000)) == [16, 16, 9]


@pytest.mark.parametrize(("amount", "limit"), [(0, 100), (-1, 100), (100, 0), (100, -5)])
def test_nothing_cannot_be_split(amount: int, limit: int) -> None:
    with pytest.raises(InvalidInput):
        lots.split_face(amount, limit)


def test_k1_stored_value() -> None:
    p, g = yuan(3_000), yuan(1_000)

    assert lots.stored_value(p, g, yuan(1_600)) == Worth(yuan(1_800), yuan(1_400))
    assert lots.stored_value(p, g, yuan(3_500)) == Worth(yuan(375), 0)


def test_k2_discounted() -> None:
    assert lots.discounted(yuan(2_000), 8_000, yuan(1_500)) == Worth(yuan(800), yuan(500))


def test_k3_and_k5_by_the_day() -> None:
    assert lots.term(yuan(365), 265, 365) == Worth(yuan(265), yuan(265))
    assert lots.term(yuan(1_200), 265, 365).by_right_minor == 87_123


def test_k4_uses() -> None:
    assert lots.uses(yuan(1_000), 10, 4, yuan(130)) == Worth(yuan(600), yuan(480))
    assert lots.uses(yuan(1_000), 12, 4, yuan(130)).by_right_minor == 66_667


def test_by_wish_is_worth_more_computed_for_the_whole_lot_than_for_its_cards() -> None:
    whole = lots.stored_value(yuan(12_300), yuan(1_230), yuan(6_000))
    cards = [
        lots.stored_value(yuan(5_000), yuan(500), yuan(5_500)),
        lots.stored_value(yuan(5_000), yuan(500), yuan(500)),
        lots.stored_value(yuan(2_300), yuan(230), 0),
    ]

    assert [one.by_right_minor for one in cards] == [0, 454_545, yuan(2_300)]
    assert whole.by_right_minor == sum(one.by_right_minor for one in cards) == 684_545
    assert whole.by_wish_minor == yuan(6_300)
    assert sum(one.by_wish_minor for one in cards) == yuan(6_800)


def test_spending_takes_principal_and_bonus_in_the_ratio_of_the_lot() -> None:
    lot = Lot("1", yuan(3_000), yuan(1_000), yuan(3_000), yuan(1_000))

    assert lots.spend([lot], yuan(1_600)) == [Part("1", yuan(1_200), yuan(400))]


def test_the_oldest_lot_is_spent_first() -> None:
    old = Lot("1", 100, 0, 40, 0)
    new = Lot("2", 300, 100, 300, 100)

    assert lots.spend([old, new], 80) == [Part("1", 40, 0), Part("2", 30, 10)]


def test_more_than_there_is_cannot_be_spent() -> None:
    with pytest.raises(ValueError, match="more than is left"):
        lots.spend([Lot("1", 100, 10, 100, 10)], 111)


@given(MINOR, MINOR, st.lists(st.integers(1, 5_000_000), max_size=20))
def test_spending_ends_to_the_fen_and_leaves_what_the_formula_says(
    principal: int, bonus: int, faces: list[int]
) -> None:
    lot = Lot("1", principal, bonus, principal, bonus)
    spent = 0
    for face in faces:
        face = min(face, lot.left_minor)
        if not face:
            break
        (part,) = lots.spend([lot], face)
        assert part.face_minor == face
        assert part.principal_minor >= 0 <= part.bonus_minor
        lot = lot._replace(
            principal_left_minor=lot.principal_left_minor - part.principal_minor,
            bonus_left_minor=lot.bonus_left_minor - part.bonus_minor,
        )
        spent += face
        assert lot.principal_left_minor >= 0 <= lot.bonus_left_minor
        worth = lots.stored_value(principal, bonus, spent)
        assert abs(worth.by_right_minor - lot.principal_left_minor) <= 1
        assert worth.by_wish_minor <= worth.by_right_minor


PARTS = st.lists(st.builds(Part, st.uuids().map(str), MINOR, MINOR), min_size=1, max_size=6)


@given(PARTS, st.lists(st.integers(1, 3_000_000), max_size=10))
def test_putting_back_adds_up_and_never_gives_more_than_was_taken(
    parts: list[Part], amounts: list[int]
) -> None:
    left = {part.lot_id: part for part in parts}
    total = sum(part.face_minor for part in parts)
    for amount in [*amounts, total]:
        amount = min(amount, sum(part.face_minor for part in left.values()))
        back = lots.put_back(list(left.values()), amount)
        assert sum(part.face_minor for part in back) == amount
        for part in back:
            was = left[part.lot_id]
            left[part.lot_id] = was._replace(
                principal_minor=was.principal_minor - part.principal_minor,
                bonus_minor=was.bonus_minor - part.bonus_minor,
            )
            assert left[part.lot_id].principal_minor >= 0 <= left[part.lot_id].bonus_minor
    assert all(part.face_minor == 0 for part in left.values())


@given(MINOR, MINOR.filter(bool), st.integers(0, 10_000_000))
def test_what_is_left_by_right_is_never_less_than_by_wish(
    principal: int, bonus: int, spent: int
) -> None:
    worth = lots.stored_value(principal, bonus, min(spent, principal + bonus))
    assert 0 <= worth.by_wish_minor <= worth.by_right_minor <= principal


@given(st.integers(1, 10_000_000), st.integers(1, 1_000_000))
def test_a_split_adds_up_and_keeps_the_limit(amount: int, limit: int) -> None:
    if amount // limit > 5_000:
        limit = amount
    faces = lots.split_face(amount, limit)
    assert sum(faces) == amount
    assert all(0 < face <= limit for face in faces)
