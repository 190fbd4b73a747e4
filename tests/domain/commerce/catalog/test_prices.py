"""The price calendar and the group price."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commerce.catalog.prices import EVERY_DAY, PriceRule, group_price, price_on
from domain.kernel.channels import Channel

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)
WEEKEND = 0b1100000


def rule(
    price: int | None,
    *,
    id: str = "1",
    weekdays: int = EVERY_DAY,
    priority: int = 0,
    slot: tuple[str | None, str | None] = (None, None),
    channel: Channel | None = None,
) -> PriceRule:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    return PriceRule(id, first, last, weekdays, *slot, channel, price, priority, "旺", "Peak")


def price(*rules: PriceRule, day: date = MONDAY, slot: str | None = None) -> int | None:
    return price_on(rules, 9800, day, slot, Channel.WINDOW).minor


def test_without_a_rule_the_list_price_holds() -> None:
    assert price() == 9800
    assert price(rule(8800), day=date(2026, 12, 1)) == 9800


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    assert price(rule(8800), day=date(2026, 11, 1)) == 8800
    assert price(rule(8800), day=date(2026, 11, 30)) == 8800


def test_a_rule_holds_on_its_weekdays_only() -> None:
    assert price(rule(12800, weekdays=WEEKEND), day=SATURDAY) == 12800
    assert price(rule(12800, weekdays=WEEKEND), day=MONDAY) == 9800


def test_the_highest_priority_wins_and_of_equals_the_newest() -> None:
    low, high = rule(1, id="9", priority=0), rule(2, id="1", priority=5)
    assert price(low, high) == 2
    assert price(rule(1, id="a"), rule(2, id="b")) == 2
    assert price(rule(2, id="b"), rule(1, id="a")) == 2


def test_a_rule_for_slots_holds_for_slots_that_start_within() -> None:
    early = rule(5000, slot=("08:00", "10:00"))
    assert price(early, slot="08:00") == 5000
    assert price(early, slot="09:59") == 5000
    assert price(early, slot="10:00") == 9800
    assert price(early) == 9800


def test_a_rule_of_another_channel_does_not_hold() -> None:
    assert price(rule(7000, channel=Channel.OTA)) == 9800
    assert price(rule(7000, channel=Channel.WINDOW)) == 7000


def test_a_rule_without_a_price_closes_the_day() -> None:
    assert price(rule(None)) is None


@dataclass(frozen=True)
class Group:
    heads: int
    free: int
    amount: int


@pytest.mark.parametrize(
    "group",
    [Group(50, 3, 376_000), Group(16, 1, 120_000), Group(15, 0, 120_000), Group(32, 2, 240_000)],
)
def test_one_place_is_free_per_full_sixteen(group: Group) -> None:
    assert group_price(group.heads, 8_000, 16) == (group.free, group.amount)


@given(st.integers(0, 10_000), st.integers(0, 100_000), st.integers(0, 50))
def test_a_group_never_pays_more_than_its_heads(heads: int, unit: int, every: int) -> None:
    free, amount = group_price(heads, unit, every)
    assert 0 <= free <= heads
    assert amount == (heads - free) * unit
