"""Reports that are kept: for oneself or for all, sent once at their time with their file."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from domain.operation.jobs.tables import jobs
from domain.operation.outbox.tables import outbox_messages
from domain.reports import exports, saved
from domain.reports.exports.tables import exports as export_rows
from domain.reports.saved import Asked, DeliveryStatus, Kept, Period, Rhythm, days_of, next_due
from domain.reports.saved.model import addresses_in
from tests.domain.commerce.factories import make_staff

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)  # Sunday noon on the spot
MORNING = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday at six
ASKED = Asked("sales", {"by": ["window"], "channel": ["shop"]}, "zh")
DAILY = Kept("昨日销售", Period.YESTERDAY, True, Rhythm.DAILY, recipients="a@park.cn, b@park.cn")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.TODAY, date(2026, 3, 1), date(2026, 3, 1)),
        (Period.YESTERDAY, date(2026, 2, 28), date(2026, 2, 28)),
        (Period.LAST_WEEK, date(2026, 2, 16), date(2026, 2, 22)),  # 1 March is a Sunday
        (Period.THIS_MONTH, date(2026, 3, 1), date(2026, 3, 1)),
        (Period.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_days_are_seen_from_the_day_of_asking(period: Period, first: date, last: date) -> None:
    assert days_of(period, date(2026, 3, 1)) == (first, last)


@pytest.mark.parametrize(
    ("rhythm", "on"),
    [
        (Rhythm.NEVER, None),
        (Rhythm.DAILY, date(2026, 11, 23)),
        (Rhythm.WEEKLY, date(2026, 11, 23)),
        (Rhythm.MONTHLY, date(2026, 12, 1)),
    ],
)
def test_the_next_time_is_a_morning(rhythm: Rhythm, on: date | None) -> None:
    due = next_due(rhythm, NOW, ZONE)

    assert (due and due.astimezone(ZONE).date()) == on
    assert due is None or due.astimezone(ZONE).hour == 6
    assert due is None or next_due(rhythm, due, ZONE) != due


def test_addresses_are_told_apart() -> None:
    assert addresses_in("a@park.cn，b@park.cn\n a@park.cn") == ["a@park.cn", "b@park.cn"]
    assert addresses_in("") == []
    assert addresses_in("a@park.cn, nobody") is None
    assert addresses_in("Name <a@park.cn>") is None


async def two_people(db: Database) -> tuple[Actor, Actor]:
    async def act(tx: Tx) -> list[str]:
        return [await make_staff(tx, login) for login in ("one.a", "two.b")]

    one, two = await db.act(act)
    return Actor(ActorKind.STAFF, one), Actor(ActorKind.STAFF, two)


async def rows_of(db: Database, table: sa.Table) -> list[Any]:
    async def question(tx: Tx) -> list[Any]:
        return list(await tx.rows(sa.select(table)))

    return await db.ask(question)


async def test_what_is_shared_is_seen_by_all_and_changed_by_its_owner(db: Database) -> None:
    owner, other = await two_people(db)
    kept = DAILY._replace(is_shared=False)
    saved_id = await db.act(saved.keep, ASKED, kept, ZONE, owner, NOW)
    with pytest.raises(NotFound):
        await db.ask(saved.get, saved_id, str(other.id))

    await db.act(saved.change, saved_id, DAILY, 1, ZONE, owner, NOW)

    assert [row.id for row in await db.ask(saved.seen_by, str(other.id))] == [saved_id]
    with pytest.raises(Forbidden):
        await db.act(saved.remove, saved_id, other, NOW)
    with pytest.raises(Conflict):
        await db.act(saved.change, saved_id, DAILY, 1, ZONE, owner, NOW)
    await db.act(saved.remove, saved_id, owner, NOW)
    assert await db.ask(saved.seen_by, str(owner.id)) == []
    await saved.send_due(db, MORNING + timedelta(days=9))
    assert await rows_of(db, export_rows) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"recipients": "nobody"}, "recipients"),
        ({"recipients": ""}, "recipients"),
        ({"recipients": ",".join(f"p{n}@park.cn" for n in range(11))}, "recipients"),
    ],
)
async def test_what_makes_no_sense_is_not_kept(
    sqlite_db: Database, wrong: dict[str, Any], field: str
) -> None:
    owner, _ = await two_people(sqlite_db)

    with pytest.raises(InvalidInput) as refused:
        await sqlite_db.act(saved.keep, ASKED, DAILY._replace(**wrong), ZONE, owner, NOW)

    assert list(refused.value.fields) == [field]


async def test_a_report_is_sent_once_with_the_days_of_its_morning(db: Database) -> None:
    owner, _ = await two_people(db)
    saved_id = await db.act(saved.keep, ASKED, DAILY, ZONE, owner, NOW)

    await saved.send_due(db, MORNING - timedelta(seconds=1))
    assert await rows_of(db, export_rows) == []
    await saved.send_due(db, MORNING + timedelta(minutes=1))
    await saved.send_due(db, MORNING + timedelta(minutes=2))

    (export,) = await rows_of(db, export_rows)
    assert (export.noun, export.requested_by) == ("report.sales", owner.id)
    days = {"from_on": ["2026-11-22"], "until_on": ["2026-11-22"]}
    assert export.question == {**ASKED.question, **days}
    assert await rows_of(db, outbox_messages) == []

    await db.act(exports.deliver, export.id, exports.Made(3, 100, "x"), MORNING)
    await saved.send_due(db, MORNING + timedelta(minutes=3))
    await saved.send_due(db, MORNING + timedelta(minutes=4))

    (message,) = await rows_of(db, outbox_messages)
    assert (message.kind, message.payload["to"]) == ("email", ["a@park.cn", "b@park.cn"])
    assert message.payload["attachment"]["export_id"] == export.id
    (delivery,) = await db.ask(saved.deliveries_of, saved_id)
    assert delivery.status == DeliveryStatus.HANDED_OVER
    assert (await db.ask(saved.get, saved_id, str(owner.id))).next_at == MORNING + timedelta(days=1)


async def test_after_a_long_silence_it_is_sent_once(sqlite_db: Database) -> None:
    owner, _ = await two_people(sqlite_db)
    await sqlite_db.act(saved.keep, ASKED, DAILY, ZONE, owner, NOW)

    for minute in range(3):
        await saved.send_due(sqlite_db, MORNING + timedelta(days=30, minutes=minute))

    assert len(await rows_of(sqlite_db, export_rows)) == 1


async def test_a_fourth_file_waits_its_turn_and_a_failed_one_is_said(sqlite_db: Database) -> None:
    owner, _ = await two_people(sqlite_db)
    for number in range(4):
        kept = DAILY._replace(name=f"报表 {number}")
        await sqlite_db.act(saved.keep, ASKED, kept, ZONE, owner, NOW)

    await saved.send_due(sqlite_db, MORNING)
    assert len(await rows_of(sqlite_db, export_rows)) == 3

    async def fail(tx: Tx) -> None:
        await tx.run(jobs.update().values(status="failed"))

    await sqlite_db.act(fail)
    await saved.send_due(sqlite_db, MORNING)
    assert len(await rows_of(sqlite_db, export_rows)) == 4
    rows = await sqlite_db.ask(saved.seen_by, str(owner.id))
    sent = [one for row in rows for one in await sqlite_db.ask(saved.deliveries_of, row.id)]
    assert sorted(one.status for one in sent) == ["failed"] * 3 + ["making"]
