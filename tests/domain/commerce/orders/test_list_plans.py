"""Every list of orders walks an index, however many orders there are: SQLite says how it would."""

from datetime import date
from itertools import combinations
from typing import Any

import pytest

from domain.commerce.orders import OrderFilter, store
from domain.commerce.orders.finding import driver_of
from tests.plans import MOMENT, plan

CHOICES: dict[str, Any] = {
    "area_id": "a",
    "status": "paid",
    "channel": "web",
    "window_id": "w",
    "staff_id": "s",
    "visit_on": date(2026, 7, 1),
    "placed_from": MOMENT,
    "placed_until": MOMENT,
}
PAIRS = [dict(pair) for many in (0, 1, 2) for pair in combinations(CHOICES.items(), many)]


@pytest.mark.parametrize("chosen", PAIRS, ids=lambda chosen: "+".join(chosen) or "all")
@pytest.mark.parametrize(
    "key", [{}, {"before_at": MOMENT, "before_id": "o"}], ids=["first", "next"]
)
def test_a_page_is_read_in_its_order(
    sqlite_url: str, chosen: dict[str, Any], key: dict[str, Any]
) -> None:
    filters = frozenset(chosen) | (frozenset({"before"}) if key else frozenset())
    page = store.page_of(filters, driver_of(OrderFilter(**chosen)))

    steps = plan(sqlite_url, page, {**chosen, **key, "most": 51})

    assert "USING INDEX ix_orders_" in steps[0], steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_ticket_type_is_looked_for_among_the_lines_of_an_order(sqlite_url: str) -> None:
    chosen: dict[str, Any] = {"ticket_type_id": "t", "placed_from": MOMENT}
    page = store.page_of(frozenset(chosen), driver_of(OrderFilter(**chosen)))

    steps = plan(sqlite_url, page, {**chosen, "most": 51})

    assert any("ix_order_lines_order_id" in step for step in steps), steps


def test_lines_of_many_orders_are_looked_up(sqlite_url: str) -> None:
    steps = plan(sqlite_url, store.LINES_OF, {"ids": ["a", "b"]})

    assert steps[0].startswith("SEARCH order_lines USING INDEX ix_order_lines_order_id"), steps
