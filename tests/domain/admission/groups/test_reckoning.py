"""What a group comes to when it has left: the formula, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from domain.admission.groups import Contract, GroupStage, GroupStatus, reckon
from domain.admission.groups.model import Progress, stage_of
from domain.commerce.catalog.prices import group_price
from domain.commerce.orders import OrderStatus


def test_fifty_heads_have_three_free_places() -> None:
    assert group_price(50, 8_000, 16) == (3, 376_000)


def test_who_did_not_come_is_worth_a_head_of_what_was_paid() -> None:
    made = reckon(Contract(50, 10, False, 0), 376_000, 5, 30_080)

    assert (made.entrants, made.absent, made.unused_minor) == (45, 5, 37_600)
    assert (made.back_minor, made.due_minor, made.is_repriced) == (30_080, 0, False)


def test_too_few_are_priced_again_only_when_the_contract_says_so() -> None:
    """Twelve at 80 paid 960. Eight come: they owe 8 x 98 - 640 = 144, of the refund of 256."""
    agreed = reckon(Contract(12, 10, True, 9_800), 96_000, 4, 25_600)
    free = reckon(Contract(12, 10, False, 9_800), 96_000, 4, 25_600)

    assert (agreed.surcharge_minor, agreed.back_minor, agreed.due_minor) == (14_400, 11_200, 0)
    assert (free.surcharge_minor, free.back_minor, free.due_minor) == (0, 25_600, 0)


def test_what_the_refund_does_not_cover_is_asked_for() -> None:
    """Twelve at 80, nine come: 9 x 120 - 720 = 360 owed, 192 come back, 168 are missing."""
    made = reckon(Contract(12, 10, True, 12_000), 96_000, 3, 19_200)

    assert (made.surcharge_minor, made.back_minor, made.due_minor) == (36_000, 0, 16_800)


def test_ten_are_enough_and_nobody_is_nobody() -> None:
    assert not reckon(Contract(12, 10, True, 9_800), 96_000, 2, 0).is_repriced
    assert not reckon(Contract(12, 10, True, 9_800), 96_000, 12, 0).is_repriced


@given(
    planned=st.integers(1, 300),
    share=st.floats(0, 1),
    price=st.integers(0, 50_000),
    single=st.integers(0, 80_000),
    rate=st.integers(0, 10_000),
    reprices=st.booleans(),
)
def test_every_fen_is_accounted_for(
    planned: int, share: float, price: int, single: int, rate: int, reprices: bool
) -> None:
    absent = int(planned * share)
    paid = group_price(planned, price, 16).amount_minor
    bare = reckon(Contract(planned, 10, reprices, single), paid, absent, 0)
    refund = bare.unused_minor * rate // 10_000
    made = reckon(Contract(planned, 10, reprices, single), paid, absent, refund)

    assert made.back_minor >= 0 and made.due_minor >= 0
    assert made.back_minor == 0 or made.due_minor == 0
    assert made.back_minor - made.due_minor == refund - made.surcharge_minor
    if made.is_repriced and made.surcharge_minor:
        assert paid - made.unused_minor + made.surcharge_minor == made.entrants * single


def test_a_stage_follows_from_order_and_ticket() -> None:
    booked = Progress(GroupStatus.OPEN, OrderStatus.HELD, False, 0, 0, 50)

    assert stage_of(booked) is GroupStage.BOOKED
    assert stage_of(booked._replace(captured_minor=1)) is GroupStage.DEPOSIT
    assert stage_of(booked._replace(has_lapsed=True)) is GroupStage.LAPSED
    paid = booked._replace(order_status=OrderStatus.PAID)
    assert stage_of(paid) is GroupStage.PAID
    assert stage_of(paid._replace(entered=20)) is GroupStage.ARRIVING
    assert stage_of(paid._replace(entered=50)) is GroupStage.COMPLETE
    assert stage_of(paid._replace(status=GroupStatus.CLOSED)) is GroupStage.CLOSED
