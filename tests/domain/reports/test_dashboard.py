"""The dashboard's figures are those that one gets by adding up by hand."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from domain.admission.redemptions.tables import passages, redemptions
from domain.commerce.orders.tables import orders
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.reports import dashboard
from domain.reports.dashboard import Day
from webapp.demo import building
from webapp.settings import Settings, open_vault

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def vault(tmp_path: Any) -> Vault:
    return open_vault(Settings(data_dir=tmp_path))


async def demo(db: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Day:
    """Three days of the demo; the day before today is over and does not move."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 3)
    monkeypatch.setattr(building, "UNUSED_TODAY", 10)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 5)
    await building.load(db, vault, lambda text: None)
    area = (await db.ask(places.list_places, PlaceKind.AREA))[0]
    return Day(area.id, local_day(clock.utc_now(), ZONE) - timedelta(days=1), ZONE)


async def rows_of(tx: Tx, table: sa.Table) -> list[Any]:
    return list(await tx.rows(sa.select(table)))


async def test_sales_hours_windows_and_gates_add_up(
    db: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await demo(db, vault, monkeypatch)
    start, end = day.starts_at, day.ends_at
    sold = [
        row
        for row in await db.ask(rows_of, orders)
        if start <= row.placed_at < end and row.paid_at is not None
    ]
    passed = [row for row in await db.ask(rows_of, passages) if start <= row.passed_at < end]
    refused = [
        row
        for row in await db.ask(rows_of, redemptions)
        if start <= row.scanned_at < end and row.decision == "deny"
    ]

    sales = await db.ask(dashboard.sales, day)
    hours = await db.ask(dashboard.hours, day)
    windows = await db.ask(dashboard.windows, day)
    gates = await db.ask(dashboard.gates, day, end)

    assert sales.orders == len(sold) > 0
    assert sales.all_tickets == sum(row.tickets for row in sold) == sum(hours.sold)
    assert sales.all_minor == sum(row.total_minor for row in sold)
    assert sum(hours.entered) == sum(row.counted for row in passed if row.direction == "in") > 0
    at_windows = [row for row in sold if row.window_id]
    assert sum(one.minor for one in windows) == sum(row.total_minor for row in at_windows)
    assert sum(one.passed for one in gates) == sum(abs(row.counted) for row in passed)
    assert sum(one.refused for one in gates) == len(refused)
    assert len(hours.sold) == 24


async def test_a_week_is_the_sum_of_its_days(
    sqlite_db: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await demo(sqlite_db, vault, monkeypatch)
    week = day._replace(days=7)

    alone = [(await sqlite_db.ask(dashboard.sales, day.before(n))).all_minor for n in range(7)]

    assert (await sqlite_db.ask(dashboard.sales, week)).all_minor == sum(alone)


async def test_nothing_waits_in_an_empty_area(db: Database) -> None:
    trouble = await db.ask(dashboard.trouble, "nowhere")

    assert trouble.waiting == 0
    assert trouble.oldest is None
