"""Identities go when their time is over, and nothing else does: years later, in small steps, with a
kill in between, under a hold, and with `shanmen verify` afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain import retention
from domain.admission import groups
from domain.cards import memberships
from domain.commerce import customers, invoices, orders
from domain.commerce.invoices import InvoiceInput, TitleKind
from domain.kernel.actors import SYSTEM
from domain.kernel.columns import metadata
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.kernel.identity import DocumentKind
from domain.operation import jobs, settings, verification
from domain.operation.jobs import running
from domain.retention import HoldNoun, Wanted, store, sweeps
from domain.schema import load_tables
from tests.domain.admission.groups.parties import Parties
from tests.domain.admission.tickets.market import VAULT
from tests.domain.cards.desk import OTHER, PERSON, TERM, Desk
from tests.domain.cards.memberships.test_returning import give_back, let_refund
from tests.domain.commerce.factories import NOON, TODAY
from tests.domain.commerce.selling import place, sale, wanted
from webapp.commands.verify import load_every_check

LEASE = timedelta(seconds=30)
VISITOR, BUYER, LEADER, MEMBER, CARD = "司马相如", "卓文君子", "诸葛孔明", "上官婉儿", "慕容复生"
PHONES = ("13911112222", "13933334444", "13955556666")
INVOICED, MAIL = "东方朔之", "dongfang@example.com"
NAMES = (VISITOR, BUYER, LEADER, MEMBER, CARD, INVOICED, MAIL)
LATER = NOON + timedelta(days=1_500)


class Past:
    """An order, a group and a card that brought identities, and are long over."""

    def __init__(self, cards: Desk) -> None:
        self.cards, self.db, self.world = cards, cards.db, cards.world

    async def fill(self) -> None:
        given = orders.VisitorInput(VISITOR, PERSON, DocumentKind.RESIDENT_ID)
        visitors = (orders.named(VAULT, given, TODAY),)
        lines = wanted(self.world.adult_id, 1, visitors=visitors)
        contact = orders.contact(VAULT, BUYER, PHONES[0])
        asked = sale(self.world, lines, contact=contact, request_id="past")
        self.order = await place(self.db, self.world, asked)
        given_to = InvoiceInput(TitleKind.PERSON, INVOICED, email=MAIL)
        invoice = await self.db.act(invoices.ask, self.order.id, given_to, SYSTEM, NOON)
        await self.db.act(invoices.answer, invoice, "24312000000001", "", 1, SYSTEM, NOON)
        await self._group()
        await let_refund(self.cards)
        product = await self.cards.product(**TERM)
        self.card = await self.cards.open(product, name=CARD, phone=PHONES[2])
        await self._customer(visitors)

    async def _customer(self, people: tuple[orders.Visitor, ...]) -> None:
        """Of the web shop, with somebody he buys for."""
        visit, _ = await self.db.act(customers.begin, NOON)
        phone = customers.phone_of(VAULT, PHONES[0])
        known = await self.db.act(customers.recognise, visit, phone, "zh", SYSTEM, NOON)
        await self.db.act(customers.keep_travellers, VAULT, known, people, NOON)

    async def _group(self) -> None:
        parties = Parties(self.cards.market)
        leader = orders.contact(VAULT, LEADER, PHONES[1])
        self.group_id = await parties.paid(parties.booking(20)._replace(contact=leader))
        roster = groups.read_roster(VAULT, [["姓名", "证件号"], [MEMBER, OTHER]], TODAY)
        actor = self.world.supervisor
        await self.db.act(groups.save_roster, self.group_id, roster.members, actor, NOON)
        await parties.close(self.group_id, NOON + timedelta(days=2))


@pytest.fixture
async def past(cards: Desk) -> Past:
    load_tables()
    load_every_check()
    made = Past(cards)
    await made.fill()
    return made


async def words(db: Database) -> str:
    """Everything that is written in the database, as one text."""

    async def read(tx: Tx) -> str:
        tables = [await tx.rows(sa.select(table)) for table in metadata.sorted_tables]
        return "\n".join(str(tuple(row)) for rows in tables for row in rows)

    return await db.ask(read)


async def rows(db: Database) -> dict[str, int]:
    kept = [one for one in metadata.sorted_tables if one.name.split("_")[0] not in WORKING]

    async def count(tx: Tx) -> dict[str, int]:
        return {one.name: len(await tx.rows(sa.select(one))) for one in kept}

    return await db.ask(count)


WORKING = {"retention", "audit", "jobs", "customers", "travellers"}  # whole rows go


async def run(db: Database, now: datetime, *, kill_after: int = -1) -> Any:
    """A run from its request to its report; a process dies after so many steps, before it could
    note the last one."""
    run_id = await db.act(retention.request, SYSTEM, now)
    (job,) = await db.act(running.lease, ["retention"], now, 1, now + LEASE)
    steps = 0
    while True:
        progress = await sweeps.step(db, job)
        steps += 1
        if steps == kill_after:
            continue  # the step was done and nobody wrote it down: it is done again
        await db.act(running.advance, job, progress, now + LEASE, now)
        if progress.is_finished:
            return await db.ask(retention.get_run, run_id)
        job = job._replace(cursor=progress.cursor, done_steps=progress.done_steps)


async def findings(db: Database) -> list[Any]:
    found = await db.ask(verification.run_all)
    return [one for each in found.values() for one in each]


async def test_nothing_goes_before_its_time(past: Past) -> None:
    before = await words(past.db)

    report = await run(past.db, NOON + timedelta(days=100))

    assert report.removed == {}
    after = await words(past.db)
    assert all(name in before and name in after for name in NAMES)


async def test_years_later_no_identity_is_left_and_every_sum_is_what_it_was(past: Past) -> None:
    db = past.db
    await give_back(past.cards, past.card.id)
    before = await rows(db)
    due = {one.kind.value: one.many for one in await db.ask(retention.preview, LATER)}

    report = await run(db, LATER, kill_after=2)

    assert report.removed == due
    assert set(due) == {"visitors", "contacts", "groups", "holders", "customers"}
    assert all(due.values())
    assert report.ended_at is not None
    left = await words(db)
    for told in (*NAMES, *PHONES, PERSON, OTHER):
        assert told not in left, told
    for told in (*PHONES, PERSON, OTHER):
        for purpose in ("phone", "document"):
            assert not any(mark in left for mark in VAULT.fingerprints(purpose, told)), told
    assert await rows(db) == before
    assert await findings(db) == []
    assert [one.many for one in await db.ask(retention.preview, LATER)] == [0, 0, 0, 0, 0]


async def test_a_document_or_a_phone_finds_nobody_any_more(past: Past) -> None:
    db = past.db
    assert await db.ask(orders.find_orders, orders.search_for(VAULT, PERSON))
    assert await db.ask(orders.find_orders, orders.search_for(VAULT, PHONES[0]))

    await run(db, LATER)

    assert not await db.ask(orders.find_orders, orders.search_for(VAULT, PHONES[0]))
    assert not await db.ask(orders.find_orders, orders.search_for(VAULT, PERSON))
    found = groups.sought_for(VAULT, PHONES[1])
    assert not await db.ask(groups.find, found, [past.world.area_id])


async def test_whoever_has_a_card_stays_known(past: Past) -> None:
    await run(past.db, LATER)

    found = await past.db.ask(memberships.find, memberships.search_for(VAULT, PHONES[2]))
    assert [one.number for one in found] == [past.card.number]


async def test_what_is_held_stays_until_somebody_lets_go(past: Past) -> None:
    db, boss = past.db, past.world.supervisor
    wish = Wanted(HoldNoun.ORDER, past.order.number, "与旅客有纠纷")
    hold_id = await db.act(retention.place, wish, boss, LATER)
    group = (await db.ask(groups.get, past.group_id)).number
    await db.act(retention.place, Wanted(HoldNoun.GROUP, group, "法院来函"), boss, LATER)
    with pytest.raises(Conflict):
        await db.act(retention.place, wish, boss, LATER)
    with pytest.raises(InvalidInput):
        await db.act(retention.place, wish._replace(number="nothing"), boss, LATER)

    report = await run(db, LATER)

    left = await words(db)
    assert all(name in left for name in (VISITOR, BUYER, LEADER, MEMBER))
    assert (report.held["visitors"], report.held["groups"]) == (1, 1)
    await db.act(retention.release, hold_id, boss, LATER)
    with pytest.raises(Conflict):
        await db.act(retention.release, hold_id, boss, LATER)
    await run(db, LATER)
    left = await words(db)
    assert VISITOR not in left
    assert BUYER not in left
    assert LEADER in left


async def test_for_ever_means_for_ever(past: Past) -> None:
    keep = {"retention_visitor_days": 0, "retention_contact_days": 0}
    edition = (await past.db.ask(settings.own)).edition

    async def choose(tx: Tx) -> None:
        await settings.change(tx, SYSTEM, keep, NOON, edition=edition)

    await past.db.act(choose)
    report = await run(past.db, LATER)

    assert set(report.removed) == {"groups", "customers"}
    assert VISITOR in await words(past.db)
    with pytest.raises(InvalidInput):
        keep["retention_visitor_days"] = 5
        edition = (await past.db.ask(settings.own)).edition
        await past.db.act(choose)


async def test_every_day_somebody_looks_and_asks_only_when_something_is_due(past: Past) -> None:
    await sweeps.look(past.db, NOON)
    assert not await past.db.ask(jobs.page)

    await sweeps.look(past.db, LATER)
    await sweeps.look(past.db, LATER)

    assert [row.kind for row in await past.db.ask(jobs.page)] == ["retention"]


HOLDS_AN_IDENTITY = (
    "document_sealed",
    "phone_sealed",
    "contact_sealed",
    "holder_name",
    "tax_no",
)


def test_every_column_that_holds_an_identity_is_known_to_retention() -> None:
    """A new table with a sealed number, or a name beside one, must be taken up here."""
    load_tables()
    holding = {
        table.name
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in HOLDS_AN_IDENTITY
    }
    blanked = {str(statement.table) for each in store.KINDS.values() for statement in each.blank}
    assert holding == blanked
