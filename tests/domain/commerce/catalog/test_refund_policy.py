"""How much comes back, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.commerce.catalog.refund_policy import STANDARD, Tier, Times, fee, rate_bps

START = datetime(2026, 7, 1, 5, tzinfo=UTC)
DAY_END = datetime(2026, 7, 1, 16, tzinfo=UTC)
TIMES = Times(START, DAY_END, DAY_END)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "rate"),
    [
        (START - 30 * DAY, 10_000),
        (START - DAY, 10_000),
        (START - DAY + SECOND, 9_000),
        (START - SECOND, 9_000),
        (START, 8_000),
        (DAY_END - SECOND, 8_000),
        (DAY_END, 0),
    ],
)
def test_the_standard_policy(now: datetime, rate: int) -> None:
    assert rate_bps(STANDARD, TIMES, now) == rate


def test_after_its_first_day_a_longer_ticket_gives_nothing_unless_the_policy_says_so() -> None:
    longer = TIMES._replace(valid_until=DAY_END + 2 * DAY)
    later = DAY_END + HOUR
    assert rate_bps(STANDARD, longer, later) == 0
    assert rate_bps((Tier(8_000, while_valid=True),), longer, later) == 8_000
    assert rate_bps((Tier(8_000, while_valid=True),), longer, longer.valid_until) == 0


def test_without_tiers_nothing_comes_back() -> None:
    assert rate_bps((), TIMES, START - 30 * DAY) == 0


@pytest.mark.parametrize(
    ("paid", "rate", "kept"),
    [
        (8_800, 9_000, 880),
        (8_800, 8_000, 1_760),
        (8_800, 10_000, 0),
        (8_800, 0, 8_800),
        (5, 9_000, 1),
    ],
)
def test_the_fee_rounds_half_up_per_ticket(paid: int, rate: int, kept: int) -> None:
    assert fee(paid, rate) == kept
