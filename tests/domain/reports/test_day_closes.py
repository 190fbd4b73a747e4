"""Closing days: money is sales but for named lines, whatever a day of the demo did; and every
planted fault is named by the line that it belongs to."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from domain.admission.redemptions.tables import incidents, passages
from domain.admission.tickets.tables import tickets
from domain.commerce import capacity, refunds
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.refunds import RefundCause
from domain.commerce.shifts.tables import shifts
from domain.kernel import clock, ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation import approvals, places, verification
from domain.operation.approvals import ApprovalStatus
from domain.operation.places import PlaceKind
from domain.reports import closes
from domain.reports.closes import Cause, CloseStatus, Line, Read
from webapp.demo import building
from webapp.settings import Settings, open_vault

ZONE = ZoneInfo("Asia/Shanghai")


class Played:
    def __init__(self, db: Database, area_id: str, today: date) -> None:
        self.db, self.area_id, self.today = db, area_id, today
        self.yesterday = today - timedelta(days=1)

    async def read(self, day: date, stated: Mapping[str, int] | None = None) -> Read:
        return await self.db.ask(closes.read_day, self.area_id, day, stated)


async def play(db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Days of the demo, with refunds, changes and member cards; the last is today."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 3)
    monkeypatch.setattr(building, "UNUSED_TODAY", 10)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 5)
    await building.load(db, open_vault(Settings(data_dir=tmp_path)), lambda text: None)
    area = (await db.ask(places.list_places, PlaceKind.AREA))[0]
    return Played(db, area.id, local_day(clock.utc_now(), ZONE))


@pytest.fixture
async def played(sqlite_db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Played:
    return await play(sqlite_db, tmp_path, monkeypatch)


@pytest.fixture
async def anywhere(db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Played:
    """On SQLite and on PostgreSQL."""
    return await play(db, tmp_path, monkeypatch)


def of(read: Read, cause: Cause) -> list[Line]:
    return [line for line in read.lines if line.cause is cause]


async def plant(db: Database, statement: Any) -> None:
    async def act(tx: Tx) -> None:
        await tx.run(statement)

    await db.act(act)


async def first(db: Database, statement: Any) -> Any:
    async def question(tx: Tx) -> Any:
        return (await tx.rows(statement))[0]

    return await db.ask(question)


async def test_each_day_of_the_demo_adds_up(anywhere: Played) -> None:
    played, before = anywhere, None
    for number in (3, 2, 1, 0):
        day = played.today - timedelta(days=number)

        read = await played.read(day)

        assert closes.money_rest(read.figures, read.lines) == 0, day
        assert closes.uses_rest(read.figures) == 0, day
        assert read.figures.money_minor > 0
        assert {line.cause for line in read.lines if line.is_open} == {Cause.STATEMENT_MISSING}, day
        if before is not None:
            assert before.figures.use("closing")[1:] == read.figures.use("opening")[1:], day
        before = read


def within(played: Played, column: Any) -> Any:
    start, end = day_bounds(played.yesterday, ZONE)
    return sa.and_(column >= start, column < end)


def paid_yesterday(played: Played, tender: str) -> Any:
    return (
        sa.select(payments.c.id, payments.c.order_id, payments.c.shift_id, orders.c.number)
        .join(orders, orders.c.id == payments.c.order_id)
        .where(within(played, payments.c.paid_at), payments.c.tender == tender)
        .order_by(payments.c.id)
    )


async def test_a_payment_that_is_not_what_was_sold_is_named(played: Played) -> None:
    found = await first(played.db, paid_yesterday(played, "scan"))
    more = {name: payments.c[name] + 700 for name in ("amount_minor", "tendered_minor")}
    await plant(played.db, payments.update().where(payments.c.id == found.id).values(**more))

    read = await played.read(played.yesterday)

    (wrong,) = of(read, Cause.ORDER_WRONG)
    assert (wrong.subject_id, wrong.label, wrong.amount_minor) == (
        found.order_id,
        found.number,
        700,
    )
    assert [line.amount_minor for line in of(read, Cause.LEDGER_WRONG)] == [-700]
    assert closes.money_rest(read.figures, read.lines) == 0


async def test_cash_that_went_astray_is_named_by_drawer_and_order(played: Played) -> None:
    found = await first(played.db, paid_yesterday(played, "cash"))
    less = {name: payments.c[name] - 100 for name in ("amount_minor", "tendered_minor")}
    await plant(played.db, payments.update().where(payments.c.id == found.id).values(**less))

    read = await played.read(played.yesterday)

    assert [line.subject_id for line in of(read, Cause.ORDER_WRONG)] == [found.order_id]
    (drawer,) = of(read, Cause.DRAWER_WRONG)
    assert (drawer.subject_id, drawer.amount_minor) == (found.shift_id, -100)


async def test_a_line_that_changed_after_the_sale_is_named(played: Played) -> None:
    found = await first(played.db, paid_yesterday(played, "cash"))
    line = await first(
        played.db, sa.select(order_lines.c.id).where(order_lines.c.order_id == found.order_id)
    )
    await plant(
        played.db,
        order_lines.update()
        .where(order_lines.c.id == line.id)
        .values(amount_minor=order_lines.c.amount_minor + 5),
    )

    read = await played.read(played.yesterday)

    (wrong,) = of(read, Cause.ORDER_WRONG)
    assert (wrong.subject_id, wrong.amount_minor) == (found.order_id, -5)


async def test_a_ticket_too_few_a_use_unseen_and_a_late_passage_are_named(played: Played) -> None:
    used = (
        sa.select(tickets.c.id, tickets.c.order_id)
        .join(passages, passages.c.ticket_id == tickets.c.id)
        .where(within(played, passages.c.passed_at), tickets.c.entries == 1)
        .distinct()
        .order_by(tickets.c.id)
    )
    row = await first(played.db, used)
    await plant(
        played.db,
        tickets.update().where(tickets.c.id == row.id).values(valid_until=tickets.c.sold_at),
    )
    sold = await first(
        played.db,
        sa.select(tickets.c.id, tickets.c.order_id)
        .where(within(played, tickets.c.sold_at), tickets.c.status == "sold")
        .order_by(tickets.c.id),
    )
    astray = await first(
        played.db, sa.select(order_lines.c.id).where(order_lines.c.order_id != sold.order_id)
    )
    await plant(
        played.db,
        tickets.update().where(tickets.c.id == sold.id).values(order_line_id=astray.id),
    )
    quiet = await first(
        played.db,
        sa.select(tickets.c.id)
        .where(within(played, tickets.c.sold_at), tickets.c.status == "sold")
        .where(tickets.c.id != sold.id, tickets.c.entries == 1, tickets.c.persons == 1)
        .order_by(tickets.c.id.desc()),
    )
    await plant(
        played.db,
        tickets.update()
        .where(tickets.c.id == quiet.id)
        .values(entries_used=1, entries_left=0, status="used"),
    )

    read = await played.read(played.yesterday)

    assert row.id in [line.subject_id for line in of(read, Cause.PASSED_AFTER)]
    assert sold.order_id in [line.subject_id for line in of(read, Cause.TICKETS_WRONG)]
    (unseen,) = of(read, Cause.USES_WRONG)
    assert (unseen.subject_id, unseen.pieces) == (quiet.id, 1)


async def test_who_passed_without_right_must_be_explained(played: Played) -> None:
    start, _ = day_bounds(played.yesterday, ZONE)
    for kind, reason in (("manual", "导游带队"), ("forced", "")):
        await plant(
            played.db,
            incidents.insert().values(
                id=ids.new_id(),
                kind=kind,
                area_id=played.area_id,
                heads=2,
                reason=reason,
                status="open",
                raised_at=start + timedelta(hours=10),
                note="",
            ),
        )

    read = await played.read(played.yesterday)

    (by_hand,), (forced,) = of(read, Cause.BY_HAND), of(read, Cause.INCIDENT)
    assert (by_hand.note, by_hand.is_open) == ("导游带队", False)
    assert (forced.pieces, forced.is_open) == (2, True)


async def test_what_falls_on_another_day_is_named_and_explains_itself(played: Played) -> None:
    """A payment the evening before, an order settled after midnight: two days, two lines."""
    found = await first(played.db, paid_yesterday(played, "scan"))
    _, end = day_bounds(played.yesterday, ZONE)
    await plant(played.db, orders.update().where(orders.c.id == found.order_id).values(paid_at=end))
    today = await played.read(played.today)
    read = await played.read(played.yesterday)

    (opened,) = of(read, Cause.DEPOSIT_OPEN)
    (used,) = of(today, Cause.DEPOSIT_USED)
    assert (opened.subject_id, used.subject_id) == (found.order_id, found.order_id)
    assert opened.amount_minor == -used.amount_minor > 0
    assert not of(read, Cause.ORDER_WRONG) and not of(today, Cause.ORDER_WRONG)


async def test_a_refund_decided_and_paid_on_two_days_is_named_on_both(played: Played) -> None:
    start, end = day_bounds(played.yesterday, ZONE)
    paid = await first(
        played.db,
        sa.select(payouts.c.id, payouts.c.refund_id, payouts.c.amount_minor)
        .where(payouts.c.status == "paid_out", payouts.c.refund_id.is_not(None))
        .where(payouts.c.paid_out_at < start)
        .order_by(payouts.c.id),
    )
    await plant(
        played.db,
        payouts.update()
        .where(payouts.c.id == paid.id)
        .values(paid_out_at=end - timedelta(hours=9)),
    )

    read = await played.read(played.yesterday)

    (line,) = of(read, Cause.REFUND_EARLIER)
    assert (line.subject_id, line.amount_minor) == (paid.refund_id, -paid.amount_minor)
    assert closes.money_rest(read.figures, read.lines) == 0


# -- closing

FINANCE_AT = timedelta(hours=3)


class Hands:
    def __init__(self, played: Played) -> None:
        self.played = played
        self.now = day_bounds(played.yesterday, ZONE)[1] + FINANCE_AT

    async def actors(self) -> tuple[Actor, Actor]:
        """Maker and checker: any two people of the house."""

        async def question(tx: Tx) -> list[Any]:
            return list(await tx.rows(sa.select(shifts.c.staff_id).distinct()))

        one, two = [row.staff_id for row in await self.played.db.ask(question)][:2]
        return Actor(ActorKind.STAFF, one), Actor(ActorKind.STAFF, two)

    async def draw(self, actor: Actor, stated: Mapping[str, int] | None = None) -> str:
        given = self.played
        return await closes.draw_up(
            given.db, given.area_id, given.yesterday, actor, self.now, stated
        )

    async def sign(self, actor: Actor) -> str:
        given = self.played
        return await closes.sign(given.db, given.area_id, given.yesterday, actor, self.now)

    async def decide(self, approval_id: str, to: ApprovalStatus, actor: Actor) -> None:
        await self.played.db.act(approvals.decide, approval_id, to, actor, self.now)


async def closes_of(played: Played) -> list[str]:
    found = await played.db.ask(verification.run, "closes")
    return [f"{one.subject}: {one.problem}" for one in found]


async def test_a_day_is_stated_explained_signed_and_closed(played: Played) -> None:
    hands = Hands(played)
    maker, checker = await hands.actors()
    close_id = await hands.draw(maker)
    with pytest.raises(Conflict):  # nobody said what the platform states
        await hands.sign(maker)
    net = (await played.db.ask(closes.get_close, close_id)).figures.tenders[1].net_minor
    assert await hands.draw(maker, {"scan": net - 300}) == close_id
    (line,) = [kept for kept in await played.db.ask(closes.lines_of, close_id) if kept.line.is_open]
    assert (line.line.cause, line.line.amount_minor) == (Cause.STATEMENT_DIFFERS, -300)
    with pytest.raises(InvalidInput):
        await played.db.act(closes.explain, line.id, "  ", maker, hands.now)
    await played.db.act(closes.explain, line.id, "手续费,对账单第 3 行", maker, hands.now)

    approval_id = await hands.sign(maker)  # reads it again: the words stay
    with pytest.raises(Conflict):  # two at once
        await hands.sign(maker)
    with pytest.raises(Forbidden):
        await hands.decide(approval_id, ApprovalStatus.APPROVED, maker)
    await hands.decide(approval_id, ApprovalStatus.APPROVED, checker)

    close = await played.db.ask(closes.get_close, close_id)
    lines = [kept.line for kept in await played.db.ask(closes.lines_of, close_id)]
    assert (close.status, close.closed_by) == (CloseStatus.CLOSED, checker.id)
    assert closes.unexplained_minor(lines) == 0
    assert await closes_of(played) == []
    with pytest.raises(Conflict):
        await hands.draw(maker)


async def test_what_is_sent_back_is_a_draft_with_its_words(played: Played) -> None:
    hands = Hands(played)
    maker, checker = await hands.actors()
    close_id = await hands.draw(maker, {"scan": 0})
    (line,) = [kept for kept in await played.db.ask(closes.lines_of, close_id) if kept.line.is_open]
    await played.db.act(closes.explain, line.id, "平台未出账单", maker, hands.now)
    approval_id = await hands.sign(maker)
    with pytest.raises(Conflict):
        await played.db.act(closes.explain, line.id, "太晚了", maker, hands.now)

    await hands.decide(approval_id, ApprovalStatus.REJECTED, checker)

    assert (await played.db.ask(closes.get_close, close_id)).status is CloseStatus.DRAFT
    await hands.draw(maker, {"scan": 100})  # another difference: the words were for the old one
    assert any(kept.line.is_open for kept in await played.db.ask(closes.lines_of, close_id))


async def test_a_day_is_not_closed_while_a_shift_is_open_or_before_it_ends(played: Played) -> None:
    hands = Hands(played)
    maker, _ = await hands.actors()
    start, end = day_bounds(played.yesterday, ZONE)
    await plant(
        played.db,
        shifts.update()
        .where(shifts.c.opened_at >= start, shifts.c.opened_at < end)
        .values(status="closing", closed_at=None),
    )
    with pytest.raises(Conflict, match="not closed yet"):
        await hands.sign(maker)

    hands.now = end - timedelta(minutes=1)
    with pytest.raises(InvalidInput):
        await hands.draw(maker)


async def test_verification_finds_what_was_put_into_a_closed_day(played: Played) -> None:
    hands = Hands(played)
    maker, checker = await hands.actors()
    close_id = await hands.draw(maker)
    net = (await played.db.ask(closes.get_close, close_id)).figures.tenders[1].net_minor
    await hands.draw(maker, {"scan": net})
    await hands.decide(await hands.sign(maker), ApprovalStatus.APPROVED, checker)
    assert await closes_of(played) == []

    found = await first(played.db, paid_yesterday(played, "scan"))
    await plant(
        played.db, payments.update().where(payments.c.id == found.id).values(status="failed")
    )

    assert any(found.order_id in problem for problem in await closes_of(played))


async def ready(hands: Hands, maker: Actor) -> str:
    """A draft of yesterday with nothing left to say."""
    close_id = await hands.draw(maker)
    net = (await hands.played.db.ask(closes.get_close, close_id)).figures.tenders[1].net_minor
    return await hands.draw(maker, {"scan": net})


async def test_of_two_who_sign_or_check_at_once_one_does(anywhere: Played) -> None:
    hands = Hands(anywhere)
    maker, checker = await hands.actors()
    close_id = await ready(hands, maker)

    signed = await asyncio.gather(
        *(hands.sign(each) for each in (maker, checker, maker)), return_exceptions=True
    )

    (approval_id,) = [one for one in signed if isinstance(one, str)]
    assert all(isinstance(one, str | Conflict) for one in signed), signed
    by = checker if signed[1] != approval_id else maker
    decided = await asyncio.gather(
        *(hands.decide(approval_id, ApprovalStatus.APPROVED, by) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(one is None for one in decided) == 1
    assert all(one is None or isinstance(one, Conflict) for one in decided), decided
    close = await anywhere.db.ask(closes.get_close, close_id)
    assert (close.status, close.closed_by) == (CloseStatus.CLOSED, by.id)
    assert await closes_of(anywhere) == []


async def test_a_refund_after_the_close_counts_on_its_own_day(played: Played) -> None:
    hands = Hands(played)
    maker, checker = await hands.actors()
    await ready(hands, maker)
    await hands.decide(await hands.sign(maker), ApprovalStatus.APPROVED, checker)
    before = await played.read(played.today)
    sold = await first(
        played.db,
        sa.select(tickets.c.id, tickets.c.order_id)
        .join(payments, payments.c.order_id == tickets.c.order_id)
        .where(within(played, tickets.c.sold_at), tickets.c.status == "sold")
        .where(tickets.c.visit_on > played.today, payments.c.tender == "scan")
        .order_by(tickets.c.id),
    )
    now = clock.utc_now()
    quote = await played.db.ask(refunds.quote, sold.order_id, [sold.id], RefundCause.VISITOR, now)
    asked = refunds.Request(
        "late-1", sold.order_id, (sold.id,), RefundCause.VISITOR, "改变行程", quote.amount_minor
    )

    await played.db.act(refunds.refund, asked, maker, now, lane=capacity.lane(played.area_id))

    after = await played.read(played.today)
    assert after.figures.sold_minor == before.figures.sold_minor - quote.amount_minor
    assert closes.money_rest(after.figures, after.lines) == 0
    assert closes.uses_rest(after.figures) == 0
    assert await closes_of(played) == []
