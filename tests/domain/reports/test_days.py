"""What a report says of days is what one gets by adding up the ledger and the rows by hand."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from domain.admission.redemptions.tables import passages
from domain.commerce.ledger import INCOME
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import order_lines, orders
from domain.kernel import clock
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Database, Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.reports import days
from domain.reports.days import Asked, Dimension, total_came, total_sold
from domain.reports.days.tables import sales_days, summed_days
from webapp.demo import building
from webapp.settings import Settings, open_vault

ZONE = ZoneInfo("Asia/Shanghai")


async def played(db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Four days of the demo, with refunds and changes; the last is today."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 3)
    monkeypatch.setattr(building, "UNUSED_TODAY", 10)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 5)
    await building.load(db, open_vault(Settings(data_dir=tmp_path)), lambda text: None)
    area = (await db.ask(places.list_places, PlaceKind.AREA))[0]
    today = local_day(clock.utc_now(), ZONE)
    return Asked([area.id], today - timedelta(days=8), today)


async def rows_of(tx: Tx, table: sa.Table) -> list[Any]:
    return list(await tx.rows(sa.select(table)))


async def revenue_of(tx: Tx, day: date) -> int:
    """Sales and fees of a day, by the ledger; what orders and refunds have moved. What was paid for
    a top-up or a deposit is owed to a member and no revenue, but it was sold."""
    start, end = day_bounds(day, ZONE)
    row = await tx.one(
        sa.select(sa.func.coalesce(sa.func.sum(ledger_postings.c.amount_minor), 0).label("minor"))
        .join(ledger_entries, ledger_entries.c.id == ledger_postings.c.entry_id)
        .where(ledger_postings.c.account_kind.in_([*INCOME, "refund_fees"]))
        .where(ledger_entries.c.cause_noun.in_(["order", "refund"]))
        .where(ledger_entries.c.at >= start, ledger_entries.c.at < end)
    )
    return -int(row.minor)


async def test_each_day_is_what_the_ledger_took(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(db, tmp_path, monkeypatch)

    by_day = await db.ask(days.sales, asked, Dimension.DAY)

    assert any(figures.returned for figures in by_day.values())
    for day in asked.days:
        figures = by_day.get(day, days.Sold())
        assert figures.net_minor == await db.ask(revenue_of, day), day


async def test_summed_days_say_what_the_live_ones_said(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(db, tmp_path, monkeypatch)
    now = clock.utc_now()
    sold = [
        Dimension.DAY,
        Dimension.AREA,
        Dimension.TYPE,
        Dimension.WINDOW,
        Dimension.CASHIER,
        Dimension.CHANNEL,
    ]
    came = [Dimension.DAY, Dimension.GATE, Dimension.HOUR]
    live = [await db.ask(days.sales, asked, each) for each in sold]
    live_entries = [await db.ask(days.entries, asked, each) for each in came]

    await days.add_up(db, now)
    await days.add_up(db, now)  # twice is once

    assert await db.ask(rows_of, summed_days)
    assert [await db.ask(days.sales, asked, each) for each in sold] == live
    assert [await db.ask(days.entries, asked, each) for each in came] == live_entries
    assert await db.ask(days.verification.check) == []
    every = total_sold(live[0].values())
    assert all(total_sold(figures.values()) == every for figures in live)
    lines = await db.ask(rows_of, order_lines)
    paid = {
        row.id
        for row in await db.ask(rows_of, orders)
        if row.paid_at and local_day(row.paid_at, ZONE) in asked.days
    }
    mine = [row for row in lines if row.order_id in paid and row.changed_from_id is None]
    assert every.sold_minor == sum(row.amount_minor for row in mine)
    assert every.tickets == sum(row.quantity for row in mine)
    heads = [row for row in await db.ask(rows_of, passages) if row.direction == "in"]
    entered = total_came(live_entries[0].values()).entered
    assert entered == sum(row.counted for row in heads) > 0


async def test_filters_narrow_both_halves(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await played(db, tmp_path, monkeypatch)
    await days.add_up(db, clock.utc_now())
    by_channel = await db.ask(days.sales, asked, Dimension.CHANNEL)

    for channel, figures in by_channel.items():
        only = asked._replace(only={"channel": (str(channel),)})
        assert total_sold((await db.ask(days.sales, only, Dimension.TYPE)).values()) == figures
    nobody = asked._replace(area_ids=["nowhere"])
    assert await db.ask(days.sales, nobody, Dimension.DAY) == {}


async def test_a_tampered_sum_is_found(
    sqlite_db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await played(sqlite_db, tmp_path, monkeypatch)
    await days.add_up(sqlite_db, clock.utc_now())
    more = sales_days.update().values(sold_minor=sales_days.c.sold_minor + 1)
    async with sqlite_db.write() as tx:
        await tx.run(more)

    findings = await sqlite_db.ask(days.verification.check)

    assert findings and {one.check for one in findings} == {"days"}
