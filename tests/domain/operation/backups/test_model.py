"""When a copy is due, and which copies stay: rules without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.operation.backups.model import (
    FAILED_KEPT,
    Held,
    Keep,
    is_due,
    latest_slot,
    shrunk,
    to_remove,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)  # 12:00 in Shanghai


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("first", "every", "expected"),
    [
        ("02:30", 24, "2026-11-22T02:30"),
        ("12:00", 24, "2026-11-22T12:00"),
        ("12:01", 24, "2026-11-21T12:01"),
        ("02:30", 6, "2026-11-22T08:30"),
        ("23:00", 6, "2026-11-22T11:00"),
    ],
)
def test_the_last_planned_time_is_found(first: str, every: int, expected: str) -> None:
    assert latest_slot(NOON, first, every, SHANGHAI) == at(expected)


def test_nothing_is_planned_when_copies_are_only_asked_for() -> None:
    assert latest_slot(NOON, "02:30", 0, SHANGHAI) is None


def test_a_copy_is_due_once_for_each_slot_and_old_ones_are_not_made_up_for() -> None:
    slot = NOON - timedelta(hours=1)

    assert is_due(slot, NOON, slot - timedelta(seconds=1))
    assert not is_due(slot, NOON, slot)
    assert not is_due(slot, NOON, None)
    assert not is_due(NOON - timedelta(hours=25), NOON, NOON - timedelta(days=9))


@settings(max_examples=40)
@given(
    hours=st.lists(st.integers(0, 24 * 500), max_size=60, unique=True),
    bad=st.sets(st.integers(0, 60)),
    keep=st.builds(Keep, st.integers(1, 8), st.integers(0, 5), st.integers(0, 6)),
)
def test_rotation_keeps_the_newest_good_copy_and_no_more_than_it_must(
    hours: list[int], bad: set[int], keep: Keep
) -> None:
    held = [
        Held(str(n), NOON - timedelta(hours=hour), n not in bad) for n, hour in enumerate(hours)
    ]
    over = to_remove(held, keep, NOON, SHANGHAI)
    good = sorted((one for one in held if one.is_good), key=lambda one: one.made_at)
    stays = [one for one in held if one.id not in over]

    if good:
        assert good[-1].id not in over
    days = {one.made_at.astimezone(SHANGHAI).date() for one in good}
    kept_days = {one.made_at.astimezone(SHANGHAI).date() for one in stays if one.is_good}
    assert set(sorted(days)[-keep.daily :]) <= kept_days
    assert sum(one.is_good for one in stays) <= sum(keep)
    assert all(NOON - one.made_at < FAILED_KEPT for one in stays if not one.is_good)
    assert not to_remove(stays, keep, NOON, SHANGHAI)


def test_a_year_of_nights_leaves_the_last_days_weeks_and_months() -> None:
    keep, held = Keep(7, 4, 12), []
    for night in range(400):
        now = NOON + timedelta(days=night)
        held.append(Held(str(night), now, True))
        over = to_remove(held, keep, now, SHANGHAI)
        held = [one for one in held if one.id not in over]

    nights = [int(one.id) for one in held]
    assert nights[-7:] == list(range(393, 400))
    assert len({one.made_at.isocalendar()[:2] for one in held[-10:]}) >= 4
    assert len({(one.made_at.year, one.made_at.month) for one in held}) == 12
    assert len(held) <= 23


def test_tables_that_only_grow_may_not_have_shrunk() -> None:
    assert shrunk({"audit_entries": 3, "orders": 9}, {"audit_entries": 2}, ["audit_entries"]) == [
        "audit_entries"
    ]
    assert not shrunk({"audit_entries": 3}, {"audit_entries": 3, "orders": 0}, ["audit_entries"])
