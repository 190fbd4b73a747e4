"""What goes on around a card: reminders and its end, rights with a checker, finding, rebuilding."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.cards import memberships
from domain.cards.memberships import MembershipStatus, Range, Rights, store
from domain.cards.memberships.cards import add_term
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.db.statements import statements_of
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.operation import outbox
from domain.operation.outbox import Parcel
from domain.operation.outbox.model import OutboxStatus
from tests.domain.admission.tickets.market import VAULT
from tests.domain.cards.desk import COUNT, OTHER, PERSON, STORED, TERM, UID, Desk
from tests.domain.commerce.factories import NOON, TODAY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "months", "days", "end"),
    [
        ("2026-01-31", 1, 0, "2026-02-28"),
        ("2026-11-22", 12, 0, "2027-11-22"),
        ("2027-12-31", 2, 0, "2028-02-29"),
        ("2026-07-01", 0, 365, "2027-07-01"),
        ("2026-12-15", 1, 10, "2027-01-25"),
    ],
)
def test_a_term_ends_on_the_day(start: str, months: int, days: int, end: str) -> None:
    day = date.fromisoformat(start)
    assert add_term(day, months, days).isoformat() == end


async def test_reminders_are_sent_once_each_and_then_it_ends(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM))
    sent: list[int] = []
    for days in (31, 30, 30, 20, 7, 6, 1, 1, 0):
        now = card.valid_until - days * DAY
        if await cards.db.ask(memberships.is_any_due, now):
            sent.append(days)
            await cards.db.act(memberships.sweep, now)

    assert sent == [30, 7, 1, 0]
    assert await cards.status(card.id) is MembershipStatus.EXPIRED
    waiting = await cards.db.ask(outbox.worklist.page, OutboxStatus.DUE, Cut())
    assert [row.payload["days"] for row in waiting if row.kind == "card.reminder"] == [1, 7, 30]


async def test_a_reminder_reaches_the_phone(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM))
    said: list[tuple[str, str, str]] = []

    async def send(number: str, phone: str, language: str, values: dict[str, object]) -> None:
        said.append((phone, language, str(values["number"])))

    (carry,) = memberships.carriers(cards.db, VAULT, send).values()
    await carry(Parcel("m1", "card.reminder", "membership", card.id, {"number": "7"}, 1, 1))

    assert said == [("13800138000", "zh", "7")]


async def test_rights_are_changed_by_two(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)
    wanted = Rights(1, 1, 0, card.valid_until + 30 * DAY)
    asked = await cards.db.act(
        memberships.propose_rights, card.id, wanted, "闭园补偿", cards.world.cashier, NOON
    )
    assert (await cards.card(card.id)).valid_until == card.valid_until
    await cards.approve(asked)

    changed = await cards.card(card.id)
    assert changed.valid_until == card.valid_until + 30 * DAY
    assert (changed.daily_entries, changed.passback_minutes) == (1, 0)


async def test_rights_that_are_others_by_now_are_asked_for_again(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)
    wanted = Rights(1, 1, 0, None)
    asked = await cards.db.act(
        memberships.propose_rights, card.id, wanted, "补偿", cards.world.cashier, NOON
    )
    await cards.enter()  # may happen
    await cards.buy(memberships.renewal(card.id, TODAY))
    with pytest.raises(Conflict):
        await cards.approve(asked)


async def test_a_holder_edits_his_phone(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM))
    given = cards.holder(phone="13900139000")
    act = memberships.edit_holder
    await cards.db.act(act, card.holder_id, given, 1, cards.world.cashier, NOON)
    with pytest.raises(Conflict):
        await cards.db.act(act, card.holder_id, given, 1, cards.world.cashier, NOON)

    sought = memberships.search_for(VAULT, "139 0013 9000")
    assert [row.id for row in await cards.db.ask(memberships.find, sought)] == [card.id]


async def test_a_card_is_found_by_everything_that_people_know(cards: Desk) -> None:
    product = await cards.product(**STORED)
    card = await cards.open(product, uid=UID, name="欧阳文博")
    await cards.open(product, document=OTHER, phone="13900139000")

    for typed in (card.number, UID, "04:a1:b2:c3:d4:e5:f6", "13800138000", PERSON, "欧阳文博"):
        sought = memberships.search_for(VAULT, typed)
        found = await cards.db.ask(memberships.find, sought)
        assert [row.id for row in found] == [card.id], typed
    nobody = memberships.search_for(VAULT, "王小明")
    assert await cards.db.ask(memberships.find, nobody) == []


async def test_lists_and_totals(cards: Desk) -> None:
    stored, count = await cards.product(**STORED), await cards.product(**COUNT)
    first = await cards.open(stored, top_up=300_000)
    second = await cards.open(count)
    await cards.db.act(memberships.report_loss, second.id, "掉了", cards.world.cashier, NOON)
    area_id = cards.world.area_id

    rows = await cards.db.ask(memberships.list_cards, area_id)
    assert {row.id for row in rows} == {first.id, second.id}

    async def lost(tx: object) -> list[object]:
        return await memberships.list_cards(tx, area_id, status=MembershipStatus.LOST)  # type: ignore[arg-type]

    assert len(await cards.db.ask(lost)) == 1
    totals = {row.kind: row for row in await cards.db.ask(memberships.totals, area_id)}
    assert totals["stored_value"].principal_minor == 300_000
    assert totals["count"].uses_left == 10


async def test_a_range_is_rebuilt_only_when_the_totals_agree(cards: Desk) -> None:
    boss, cashier = cards.world.supervisor, cards.world.cashier
    blanks = Range(cards.world.area_id, "YL", "00101", "00110")
    await cards.db.act(memberships.add_blanks, blanks, None, boss, NOON)
    asked = await cards.db.act(
        memberships.propose_rebuild, blanks, "backup-7", "迁移", cashier, NOON
    )
    await cards.approve(asked)
    assert await cards.findings() == []


async def test_an_active_card_that_holds_something_is_never_rebuilt(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    only = Range(cards.world.area_id, "", card.number, card.number)
    with pytest.raises(Refused):
        await cards.db.act(
            memberships.propose_rebuild, only, "backup-7", "迁移", cards.world.cashier, NOON
        )


@pytest.mark.parametrize(("first", "last"), [("1", "0"), ("01", "123"), ("a", "b"), ("1", "9999")])
def test_what_is_no_range(first: str, last: str) -> None:
    with pytest.raises(InvalidInput):
        Range("a", "", first, last).numbers()


async def test_no_way_of_finding_a_card_reads_all_of_them(sqlite_db: Database) -> None:
    """A million cards: found out by `bench/run cards`, kept here."""
    lookups: dict[str, dict[str, object]] = {
        "FIND_BY_NUMBER": {"number": "1"},
        "FIND_BY_MEDIUM": {"medium_code": "1"},
        "FIND_BY_PHONE": {"marks": ["1"], "most": 1},
        "FIND_BY_DOCUMENT": {"marks": ["1"], "most": 1},
        "FIND_BY_NAME": {"name": "1", "most": 1},
        "SEEN_BY_CODE": {"medium_code": "1"},
        "ENDED": {"now": NOON, "most": 1},
        "OPEN_LOTS": {"card": "1"},
        "SPEND_OF": {"noun": "payment", "cause_id": "1"},
        "STATEMENT": {"card": "1", "before": 1, "most": 1},
    }
    for name, values in lookups.items():
        prepared = statements_of("sqlite").find(getattr(store, name), values)
        plan = await sqlite_db.ask(explained, prepared.sql, prepared.values(values))
        assert not [step for step in plan if step.startswith("SCAN") and "json" not in step], name


async def explained(tx: Tx, sql: str, values: list[object]) -> list[str]:
    """SQLite's plan; values are bound by name for a text."""
    named = {f"v{n}": value for n, value in enumerate(values)}
    for name in named:
        sql = sql.replace("?", f":{name}", 1)
    text = sa.text(f"EXPLAIN QUERY PLAN {sql}").columns(
        sa.column("id"), sa.column("parent"), sa.column("notused"), sa.column("detail", sa.String)
    )
    return [str(row.detail) for row in await tx.rows(text, **named)]
