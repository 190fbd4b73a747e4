"""What OTAs owe by our orders, beside what their accounts were charged."""

from datetime import timedelta

import sqlalchemy as sa

from domain.admission.redemptions.tables import passages
from domain.admission.tickets.tables import tickets
from domain.commerce import agents
from domain.commerce.agents.tables import agent_entries
from domain.kernel import ids
from domain.kernel.db import Database, Tx
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.reports import otas
from domain.reports.otas import Dealing, Span
from tests.domain.admission.ota.pretend import connected
from tests.domain.admission.ota.test_telling import refunds_of
from tests.domain.admission.tickets.market import VAULT, opened
from tests.domain.commerce.factories import NOON, TOMORROW

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIGURES = Dealing._fields[4:]


def added(rows: list[Dealing]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in FIGURES}


async def test_orders_and_account_say_the_same(db: Database) -> None:
    market, _ = await opened(db)
    them, agent_id = await connected(db, VAULT, market.world)
    await market.sell(market.world.adult_id)  # at a window: nobody's OTA
    order = await them.create(3)
    assert await them.cancel(order, 1) == "0000"
    moved = await them.create(items=[them.item(2, useStartDate=TOMORROW.isoformat())])
    change = {
        "itemId": "i1",
        "originUseStartDate": TOMORROW.isoformat(),
        "targetUseStartDate": (TOMORROW + DAY).isoformat(),
    }
    assert (await them.ask("EditOrder", them.about(moved, items=[change])))[0] == "0000"
    span = Span([market.world.area_id], NOON, NOON + DAY)

    told = added(await db.ask(otas.dealings, span))

    assert (told["tickets"], told["sold_minor"], told["returned"]) == (5, 5 * 8_820, 1)
    assert 0 < told["returned_minor"] <= 8_820
    owed = told["sold_minor"] + told["changed_minor"] - told["returned_minor"]
    assert owed == told["booked_minor"]
    left = (await db.ask(agents.get, agent_id)).prepaid_minor
    assert told["booked_minor"] == 1_000_000 - left
    for empty in (span._replace(area_ids=[ids.new_id()]), Span(span.area_ids, NOON - DAY, NOON)):
        assert await db.ask(otas.dealings, empty) == []


async def test_what_was_charged_astray_is_a_difference(sqlite_db: Database) -> None:
    market, _ = await opened(sqlite_db)
    them, agent_id = await connected(sqlite_db, VAULT, market.world)
    await them.create(2)
    await sqlite_db.act(charge_again, agent_id)

    rows = await sqlite_db.ask(otas.dealings, Span([market.world.area_id], NOON, NOON + DAY))

    told = added(rows)
    assert told["booked_minor"] - told["sold_minor"] == 100
    assert len({row.account_id for row in rows}) == 1


async def test_a_refund_counts_when_it_was_decided(sqlite_db: Database) -> None:
    market, _ = await opened(sqlite_db)
    them, _ = await connected(sqlite_db, VAULT, market.world)
    order = await them.create(60)
    items = [{"itemId": "i1", "quantity": 60}]
    await them.ask("CancelOrder", them.about(order, items=items))
    today = Span([market.world.area_id], NOON, NOON + DAY)
    waiting = added(await sqlite_db.ask(otas.dealings, today))
    [refund] = await sqlite_db.ask(refunds_of, order["supplierOrderId"])
    assert refund.approval_id is not None
    yes, boss = ApprovalStatus.APPROVED, market.world.supervisor
    await sqlite_db.act(approvals.decide, refund.approval_id, yes, boss, NOON + DAY)

    later = Span(today.area_ids, today.end, today.end + DAY)
    decided = added(await sqlite_db.ask(otas.dealings, later))

    assert (waiting["returned"], waiting["booked_minor"]) == (0, 60 * 8_820)
    assert (decided["tickets"], decided["returned"]) == (0, 60)
    assert decided["returned_minor"] == -decided["booked_minor"] > 0
    assert added(await sqlite_db.ask(otas.dealings, today)) == waiting


async def test_a_ticket_is_used_once_however_often_it_lets_in(db: Database) -> None:
    market, gate_id = await opened(db)
    them, _ = await connected(db, VAULT, market.world)
    order = await them.create(2)
    [window] = await market.prints(await market.sell(market.world.adult_id))
    await market.go(gate_id, await market.code(window))  # nobody's OTA
    assert (await market.go(gate_id, order["vouchers"][0]["voucherCode"])).allowed
    await db.act(go_again, order["vouchers"][0]["voucherId"])
    today = Span([market.world.area_id], NOON, NOON + timedelta(minutes=1))

    rows = await db.ask(otas.dealings, today)
    later = await db.ask(otas.dealings, Span(today.area_ids, today.end, NOON + DAY))

    told = added(rows)
    assert (told["tickets"], told["used"]) == (2, 1)
    assert {row.ticket_type_id for row in rows if row.used or row.tickets} == {
        market.world.adult_id
    }
    assert later == []


async def go_again(tx: Tx, number: str) -> None:
    """The same ticket through the same gate, now and some minutes later."""
    of_ticket = sa.select(passages).join(tickets, tickets.c.id == passages.c.ticket_id)
    (passage,) = await tx.rows(of_ticket.where(tickets.c.number == number))
    for after in (0, 5):
        more = {"id": ids.new_id(), "key": ids.new_id(), "passed_at": NOON + after * MINUTE}
        tx.add(passages.insert(), **(passage._asdict() | more))


async def charge_again(tx: Tx, agent_id: str) -> None:
    """A yuan that no order knows of, past every act."""
    entries = sa.select(agent_entries).where(agent_entries.c.order_id.is_not(None))
    (entry,) = await tx.rows(entries.where(agent_entries.c.agent_id == agent_id))
    astray = {"id": ids.new_id(), "prepaid_minor": -100, "owed_minor": 0}
    tx.add(agent_entries.insert(), **(entry._asdict() | astray))
