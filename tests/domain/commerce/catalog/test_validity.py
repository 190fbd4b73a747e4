"""From when until when a ticket is good."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.commerce.catalog.model import Validity
from domain.commerce.catalog.validity import SlotTimes, ValidityRule, Window, window_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 30, 17, tzinfo=UTC)  # 1 July, 01:00 in Shanghai
VISIT = date(2026, 7, 3)
GRACE = timedelta(minutes=30)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def window(rule: ValidityRule, slot: SlotTimes | None = None) -> Window:
    return window_of(rule, VISIT, slot, SHANGHAI, NOW, GRACE)


def test_a_day_ticket_is_good_on_its_local_day() -> None:
    assert window(ValidityRule(Validity.VISIT_DAY)) == (at(3), at(4))


def test_a_slot_ticket_is_good_to_the_end_of_its_slot_and_half_an_hour() -> None:
    slot = SlotTimes(at(3, 13), at(3, 15))
    assert window(ValidityRule(Validity.VISIT_DAY), slot) == (at(3, 13), at(3, 15, 30))


def test_days_count_from_the_visit_or_from_the_sale_the_first_included() -> None:
    assert window(ValidityRule(Validity.DAYS_FROM_VISIT, 3)) == (at(3), at(6))
    assert window(ValidityRule(Validity.DAYS_FROM_SALE, 3)) == (at(1), at(4))


def test_a_fixed_window_includes_its_last_day() -> None:
    rule = ValidityRule(Validity.FIXED, 1, date(2026, 7, 1), date(2026, 7, 31))
    assert window(rule) == (at(1), datetime(2026, 7, 31, 16, tzinfo=UTC))
