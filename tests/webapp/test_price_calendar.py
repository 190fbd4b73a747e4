"""Prices by day, by channel and by time of slot, as the editor sets and shows them."""

from datetime import date, time

import pytest

from domain.kernel.channels import Channel
from domain.kernel.errors import InvalidInput
from webapp import price_calendar
from webapp.price_calendar import Chosen, Seen

DAY = date(2026, 12, 24)


def chosen(**values: object) -> Chosen:
    return Chosen.model_validate({"days": ["2026-12-24"], **values})


def document(*ways: Chosen) -> dict[str, object]:
    prices: list[dict[str, object]] = []
    for way in ways:
        prices = price_calendar.added(prices, price_calendar.new_rules(way, "days", closed=False))
    return {"list_price_minor": 9_800, "prices": prices}


def price(made: dict[str, object], channel: Channel, slot: str | None) -> int | None:
    weeks = price_calendar.month(DAY.replace(day=1), made, None, Seen(channel, slot))
    return next(one.minor for week in weeks for one in week if one and one.day == DAY)


def test_a_price_holds_for_its_channel_and_its_slots_only() -> None:
    made = document(
        chosen(price_minor="120"),
        chosen(price_minor="110", channel="shop"),
        chosen(price_minor="60", slot_from="17:00", slot_until="20:00"),
    )

    assert price(made, Channel.WINDOW, None) == 12_000
    assert price(made, Channel.SHOP, None) == 11_000
    assert price(made, Channel.WINDOW, "17:00") == 6_000
    assert price(made, Channel.WINDOW, "20:00") == 12_000  # the end is left out


def test_a_narrow_price_does_not_push_out_the_wide_one_but_a_wide_one_does() -> None:
    narrow, wide = chosen(price_minor="110", channel="shop"), chosen(price_minor="120")

    assert len(document(wide, narrow)["prices"]) == 2  # type: ignore[arg-type]
    made = document(narrow, wide)
    assert len(made["prices"]) == 1  # type: ignore[arg-type]
    assert price(made, Channel.SHOP, None) == 12_000  # set last, for all channels


def test_slots_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        price_calendar.new_rules(
            chosen(price_minor="1", slot_from=time(12), slot_until=time(9)), "days", closed=False
        )
    assert set(refused.value.fields) == {"slot_until"}
