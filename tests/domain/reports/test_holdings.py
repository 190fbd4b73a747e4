"""What is on cards and in stock at both ends of a span, and what moved between."""

from datetime import timedelta

from domain.cards import memberships
from domain.cards.memberships import Request, ReturnReason
from domain.commerce.refunds import RefundCause
from domain.commerce.stock import feeds
from domain.kernel import ids
from domain.kernel.db import Database
from domain.reports import holdings
from domain.reports.holdings import CardFlow, Span
from tests.domain.cards import desk
from tests.domain.cards.desk import STORED, marks
from tests.domain.cards.memberships.test_paying import refund
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock.stocked import give_back, span
from tests.domain.commerce.stock.test_shift import begin, prints

DAY = timedelta(days=1)


async def test_what_members_have_is_what_they_paid_and_did_not_spend(db: Database) -> None:
    cards = await desk.opened(db)
    product = await cards.product(**STORED)
    card = await cards.open(product, top_up=300_000)
    tickets = await cards.pay(card.id, await cards.tickets(4))
    await refund(cards, tickets.id, RefundCause.VISITOR)
    second = await cards.replace(card.id)
    await cards.pay(second.id, await cards.tickets(2))
    areas = [cards.world.area_id]

    (told,) = await db.ask(holdings.cards, Span(areas, NOON, NOON + DAY))
    (early,) = await db.ask(holdings.cards, Span(areas, NOON - DAY, NOON))
    (late,) = await db.ask(holdings.cards, Span(areas, NOON + DAY, NOON + 2 * DAY))
    opened = await db.ask(holdings.opened, Span(areas, NOON, NOON + DAY))

    assert (told.opening, told.flow.paid_in, told.flow.bonus) == (0, 300_000, 100_000)
    held = await cards.card(second.id)
    assert told.closing == held.principal_minor + held.bonus_minor == 400_000 + told.flow.spent
    assert told.flow.spent == -19_600 - 7_840  # four came back, a fifth of them kept as a fee
    assert told.deposits == held.deposit_minor == 2_000
    assert (early.closing, early.flow, early.deposits) == (0, CardFlow(), 0)
    assert (late.opening, late.closing) == (told.closing, told.closing)
    assert len(opened) == 2 and told.active == 1


async def test_a_card_that_was_given_back_holds_nothing(db: Database) -> None:
    cards = await desk.opened(db)
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    await cards.pay(card.id, await cards.tickets(4))
    quote = await db.ask(memberships.quote, card.id, ReturnReason.BY_WISH, True, NOON)
    asked = Request(
        ids.new_id(), card.id, ReturnReason.BY_WISH, "搬走", True, quote.amount_minor, None, marks()
    )
    done = await db.act(memberships.return_card, asked, cards.world.cashier, NOON)
    if done.approval_id:
        await cards.approve(done.approval_id)

    (told,) = await db.ask(holdings.cards, Span([cards.world.area_id], NOON, NOON + DAY))

    assert told.closing == told.deposits == 0
    assert told.flow.spent == -39_200
    assert told.flow.paid_in + told.flow.bonus + told.flow.spent + told.flow.returned == 0


async def test_stock_comes_out_at_every_holder(db: Database) -> None:
    """500 = 430 sold + 5 void + 65 returned."""
    made, _ = await begin(db)
    await prints(db, made, 430)
    world = made.world
    await db.act(feeds.correct, world.window_id, "80mm", "10436", "卡纸", world.cashier, NOON)
    await give_back(db, made, span(10_436, 10_500))

    rows = await db.ask(holdings.stock, Span([world.area_id], NOON, NOON + DAY))
    later = await db.ask(holdings.stock, Span([world.area_id], NOON + DAY, NOON + 2 * DAY))

    by_holder = {row.holder_id: row for row in rows}
    house, window = by_holder[made.house_id], by_holder[world.window_id]
    assert (house.received, house.handed, house.closing) == (10_000, 65 - 500, 9_565)
    assert (window.handed, window.used, window.voided) == (500 - 65, -430, -5)
    assert window.closing == window.opening == 0
    assert all(row.opening + sum(row[3:-1]) == row.closing for row in rows)
    assert [(row.holder_id, row.opening, row.closing) for row in later] == [
        (made.house_id, 9_565, 9_565)
    ]
    assert await db.ask(holdings.stock, Span(["nowhere"], NOON, NOON + DAY)) == []
