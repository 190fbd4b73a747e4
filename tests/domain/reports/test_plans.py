"""What happened is found by its moment, however many orders there are: SQLite says how it would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.reports.days import Dimension
from domain.reports.days import store as days
from domain.reports.happenings import store as happenings
from domain.reports.holdings import store as holdings
from domain.reports.otas import store as otas
from domain.reports.promoted import store as promoted
from tests.plans import plan

START = datetime(2026, 7, 1, tzinfo=UTC)
END = START + timedelta(days=1)
DAY = {"area_id": "a", "day_start": START, "day_end": END}
SPAN = {"areas": ["a"], "start": START, "end": END}
MOST = SPAN | {"most": 10}
PROMOTED = {"areas": ["a"], "first": START.date(), "last": END.date()} | dict.fromkeys(
    promoted.FILTERS, ""
)
STATEMENTS: list[tuple[Any, dict[str, Any], str]] = [
    (days.SOLD, DAY, "ix_orders_area_paid (area_id=? AND paid_at>"),
    (days.RETURNED, DAY, "ix_refunds_status (status=? AND requested_at>"),
    (days.CHANGED[0], DAY, "ix_changes_changed (changed_at>"),
    (days.CHANGED[1], DAY, "ix_changes_changed (changed_at>"),
    (happenings.REFUNDS, MOST, "ix_refunds_status (status=? AND requested_at>"),
    (happenings.CHANGES, MOST, "ix_changes_changed (changed_at>"),
    (happenings.REPRINTS, MOST, "ix_media_reprints (issued_at>"),
    (otas.SOLD, MOST, "ix_orders_area_paid (area_id=? AND paid_at>"),
    (otas.CHANGED, MOST, "ix_changes_changed (changed_at>"),
    (otas.RETURNED, MOST, "ix_refunds_status (status=? AND requested_at>"),
    (otas.BOOKED, MOST, "ix_agent_entries_agent (agent_id=? AND at>"),
    (promoted.TOTAL, PROMOTED, "ix_promotion_moves_day (area_id=? AND day>"),
    (promoted.REDUCED[Dimension.TYPE], PROMOTED, "ix_promotion_moves_day (area_id=? AND day>"),
    (holdings.CARD_FLOWS, SPAN, "ix_ledger_postings_members (at>"),
    (holdings.OPENED, SPAN, "ix_memberships_opened (opened_at>"),
    (holdings.STOCK_MOVES, SPAN, "ix_stock_moves_at (at>"),
]


@pytest.mark.parametrize(("statement", "values", "index"), STATEMENTS)
def test_a_moment_leads_to_the_rows(
    sqlite_url: str, statement: Any, values: dict[str, Any], index: str
) -> None:
    steps = plan(sqlite_url, statement, values)

    assert any(index in step for step in steps), steps
    assert not any(step.startswith("SCAN ") and "VIRTUAL" not in step for step in steps[:1]), steps
