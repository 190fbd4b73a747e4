"""Paying orders from a card: lots in their order, split tender, refunds to the very lots, races."""

import asyncio

import pytest

from domain.cards import memberships
from domain.cards.memberships import ReplacementCause
from domain.commerce import orders, refunds
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Cash, OrderStatus
from domain.commerce.payments import PaymentStatus, Tender
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.kernel import ids
from domain.kernel.errors import Conflict, Refused
from domain.kernel.refusals import Refusal
from tests.domain.admission.tickets.market import VAULT
from tests.domain.cards.desk import STORED, TERM, Desk, marks
from tests.domain.commerce.factories import NOON, TODAY


async def parts(cards: Desk, card_id: str) -> list[tuple[int, int]]:
    """Principal and bonus left, lot by lot."""
    lots = (await cards.db.ask(memberships.detail, card_id)).lots
    return [
        (lot.principal_left_minor, lot.bonus_left_minor) for lot in lots if lot.kind == "balance"
    ]


async def refund(cards: Desk, order_id: str, cause: RefundCause = RefundCause.VISITOR) -> str:
    quote = await cards.db.ask(refunds.quote, order_id, (), cause, NOON)
    asked = refunds.Request(
        ids.new_id(), order_id, quote.subject_ids, cause, "不去了", quote.amount_minor
    )
    done = await cards.db.act(refunds.refund, asked, cards.world.cashier, NOON)
    return done.status


async def test_a_card_pays_principal_and_bonus_in_the_ratio_of_its_lot(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)

    order = await cards.pay(card.id, await cards.tickets(4))

    assert order.status is OrderStatus.PAID
    assert order.payments[0].tender is Tender.STORED_VALUE
    assert await parts(cards, card.id) == [(300_000 - 29_400, 100_000 - 9_800)]
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == -39_200
    assert await cards.balance(AccountKind.DEPOSITS, order.id) == 0
    assert await cards.findings() == []


async def test_the_oldest_lot_is_spent_first(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=10_000)
    await cards.top_up(card.id, 300_000)

    await cards.pay(card.id, await cards.tickets(2))

    assert await parts(cards, card.id) == [(0, 0), (300_000 - 7_200, 100_000 - 2_400)]


async def test_a_refund_goes_back_to_the_very_lots_and_takes_the_points(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=10_000)
    await cards.top_up(card.id, 300_000)
    order = await cards.pay(card.id, await cards.tickets(2))

    assert await refund(cards, order.id) == RefundStatus.PAID_OUT

    quote_kept = await cards.balance(AccountKind.REFUND_FEES, cards.world.area_id)
    held = await cards.card(card.id)
    assert held.principal_minor + held.bonus_minor == 410_000 + quote_kept
    assert await cards.findings() == []
    paid = (await cards.db.ask(orders.get_order, order.id)).payments[0]
    assert paid.status in {PaymentStatus.REFUNDED, PaymentStatus.PART_REFUNDED}


async def test_a_whole_refund_mirrors_the_spending(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=10_000)
    await cards.top_up(card.id, 300_000)
    before = await parts(cards, card.id)
    held = await cards.tickets(2)
    await cards.pay(card.id, held, 15_001)

    await cards.db.act(orders.cancel, held.id, cards.world.cashier, NOON)

    assert await parts(cards, card.id) == before
    assert (await cards.card(card.id)).points == 0
    assert await cards.findings() == []


async def test_the_rest_is_paid_in_cash(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=10_000)
    held = await cards.tickets(2)
    part = await cards.pay(card.id, held, 10_000)
    assert part.status is OrderStatus.HELD

    cash = Cash(cards.world.window_id, 9_600)
    order = await cards.db.act(orders.pay, held.id, cash, cards.world.cashier, NOON)

    assert order.status is OrderStatus.PAID
    assert [one.tender for one in order.payments] == [Tender.STORED_VALUE, Tender.CASH]
    assert await cards.findings() == []


async def test_the_same_request_pays_once(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    held = await cards.tickets(2)
    for _ in range(2):
        order = await cards.pay(card.id, held, 5_000, request_id="pay-1")
    assert len(order.payments) == 1
    with pytest.raises(Conflict):
        await cards.pay(card.id, held, 6_000, request_id="pay-1")


async def test_no_more_than_there_is(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=10_000)
    with pytest.raises(Refused) as no:
        await cards.pay(card.id, await cards.tickets(2))
    assert no.value.refusal is Refusal.BALANCE_SHORT
    assert await parts(cards, card.id) == [(10_000, 0)]


async def test_a_lost_card_pays_nothing(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    await cards.db.act(memberships.report_loss, card.id, "掉了", cards.world.cashier, NOON)
    with pytest.raises(Refused) as no:
        await cards.pay(card.id, await cards.tickets())
    assert no.value.refusal is Refusal.LOST


async def test_a_term_card_has_no_balance_to_pay_with(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM))
    with pytest.raises(Refused) as no:
        await cards.pay(card.id, await cards.tickets())
    assert no.value.refusal is Refusal.BALANCE_SHORT


async def test_cards_are_not_bought_with_cards(cards: Desk) -> None:
    product = await cards.product(**STORED)
    card = await cards.open(product, top_up=300_000)
    held = await cards.buy(memberships.top_up(card.id, 1_000, TODAY), paid=False)
    with pytest.raises(Refused) as no:
        await cards.pay(card.id, held)
    assert no.value.refusal is Refusal.NOT_ON_SALE


async def test_above_the_limit_the_holder_or_the_pin_is_needed(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    held = await cards.tickets(6)
    with pytest.raises(Refused) as needed:
        await cards.pay(card.id, held, proof=())
    assert needed.value.refusal is Refusal.PROOF_NEEDED
    mark = memberships.pin_mark(VAULT, card, "135790")
    await cards.db.act(memberships.set_pin, card.id, mark, marks(), cards.world.cashier, NOON)
    with pytest.raises(Refused) as wrong:
        await cards.pay(card.id, held, proof=(memberships.pin_mark(VAULT, card, "111111"),))
    assert wrong.value.refusal is Refusal.PROOF_WRONG

    order = await cards.pay(card.id, held, proof=(mark,))

    assert order.status is OrderStatus.PAID


async def test_five_wrong_pins_make_the_pin_useless(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=300_000)
    mark = memberships.pin_mark(VAULT, card, "135790")
    await cards.db.act(memberships.set_pin, card.id, mark, marks(), cards.world.cashier, NOON)
    for _ in range(5):
        assert not await cards.db.act(memberships.check_pin, card.id, ("1.wrong",), NOON)
    assert not await cards.db.act(memberships.check_pin, card.id, (mark,), NOON)
    with pytest.raises(Refused):
        await cards.pay(card.id, await cards.tickets(6), proof=(mark,))


async def test_fifty_at_once_never_overdraw_a_card(cards: Desk) -> None:
    card = await cards.open(await cards.product(**STORED), top_up=98_000)
    held = [await cards.tickets() for _ in range(50)]

    done = await asyncio.gather(
        *(cards.pay(card.id, order) for order in held), return_exceptions=True
    )

    paid = [one for one in done if not isinstance(one, BaseException)]
    assert len(paid) == 10
    assert all(isinstance(one, Refused) for one in done if isinstance(one, BaseException))
    assert (await cards.card(card.id)).principal_minor == 0
    assert await cards.findings() == []


async def test_a_refund_after_a_replacement_finds_the_new_card(cards: Desk) -> None:
    old = await cards.open(await cards.product(**STORED), top_up=300_000)
    order = await cards.pay(old.id, await cards.tickets(2))
    new = await cards.replace(old.id, ReplacementCause.DAMAGED)

    assert await refund(cards, order.id) == RefundStatus.PAID_OUT

    held = await cards.card(new.id)
    assert held.principal_minor + held.bonus_minor > 400_000 - 19_600
    assert await cards.findings() == []
