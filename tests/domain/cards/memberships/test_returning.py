"""Giving a card back: what each lot is worth, the deposit, approval, and where the money goes."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from domain.cards import memberships
from domain.cards.memberships import (
    MembershipStatus,
    Request,
    ReturnReason,
    ReturnStatus,
)
from domain.commerce import orders, refunds
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import OrderStatus
from domain.kernel import ids
from domain.kernel.errors import DomainError, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals, settings
from domain.operation.approvals import ApprovalStatus
from tests.domain.cards.desk import COUNT, OTHER, STORED, TERM, UID, Desk, marks
from tests.domain.commerce.factories import NOON, TODAY

WISH, RIGHT = ReturnReason.BY_WISH, ReturnReason.BY_RIGHT


async def let_refund(cards: Desk, minor: int = 100_000_000) -> None:
    """So that a cashier decides alone."""
    chosen = {"refund_limit_minor": minor, "refund_shift_limit_minor": minor}
    change = partial(settings.change, edition=0)
    await cards.db.act(change, cards.world.supervisor, chosen, NOON)


async def give_back(
    cards: Desk,
    card_id: str,
    reason: ReturnReason = WISH,
    *,
    is_intact: bool = True,
    document: str | None = None,
    request_id: str = "",
) -> memberships.CardReturn:
    quote = await cards.db.ask(memberships.quote, card_id, reason, is_intact, NOON)
    asked = Request(
        request_id or ids.new_id(),
        card_id,
        reason,
        "搬走了",
        is_intact,
        quote.amount_minor,
        cards.world.window_id,
        marks(document) if document else marks(),
    )
    return await cards.db.act(memberships.return_card, asked, cards.world.cashier, NOON)


async def stored(cards: Desk, spent_tickets: int = 0) -> str:
    """3,000 + 1,000 on a card, with a deposit of 20."""
    card = await cards.open(await cards.product(**STORED), top_up=300_000, uid=UID)
    if spent_tickets:
        await cards.pay(card.id, await cards.tickets(spent_tickets))
    return str(card.id)


async def test_by_wish_the_bonus_counts_last(cards: Desk) -> None:
    await let_refund(cards)
    card_id = await stored(cards, spent_tickets=10)

    done = await give_back(cards, card_id)

    assert done.status is ReturnStatus.DONE
    assert (done.value_minor, done.deposit_minor) == (300_000 - 98_000, 2_000)
    assert await cards.status(card_id) is MembershipStatus.RETURNED
    kept = await cards.balance(AccountKind.REFUND_FEES, cards.world.area_id)
    assert kept == -(300_000 - 73_500 - 202_000)
    assert await cards.balance(AccountKind.MEMBER_PRINCIPAL, card_id) == 0
    assert await cards.balance(AccountKind.MEMBER_BONUS, card_id) == 0
    assert await cards.findings() == []


async def test_by_right_what_is_left_of_the_principal(cards: Desk) -> None:
    card_id = await stored(cards, spent_tickets=10)

    asked = await give_back(cards, card_id, RIGHT)
    assert asked.status is ReturnStatus.REQUESTED
    assert await cards.status(card_id) is MembershipStatus.FROZEN
    await cards.approve(asked.approval_id)

    assert asked.value_minor == 300_000 - 73_500
    assert await cards.status(card_id) is MembershipStatus.RETURNED
    (due,) = await cards.db.ask(refunds.cash_due, cards.world.area_id)
    assert due.cash_minor == asked.amount_minor
    assert await cards.findings() == []


async def test_a_rejected_return_leaves_the_card_as_it_was(cards: Desk) -> None:
    card_id = await stored(cards)
    asked = await give_back(cards, card_id, RIGHT)
    boss = cards.world.supervisor
    assert asked.approval_id is not None
    await cards.db.act(approvals.decide, asked.approval_id, ApprovalStatus.REJECTED, boss, NOON)

    assert await cards.status(card_id) is MembershipStatus.ACTIVE
    await cards.pay(card_id, await cards.tickets())
    assert await cards.findings() == []


async def test_a_broken_card_keeps_the_deposit(cards: Desk) -> None:
    await let_refund(cards)
    done = await give_back(cards, await stored(cards), is_intact=False)

    assert (done.value_minor, done.deposit_minor) == (300_000, 0)
    assert await cards.balance(AccountKind.REFUND_FEES, cards.world.area_id) == -2_000
    assert await cards.findings() == []


async def test_each_lot_is_worth_its_own(cards: Desk) -> None:
    """3,000 + 1,000 with 3,500 spent is worth nothing by wish; the next lot is untouched."""
    await let_refund(cards)
    card_id = await stored(cards, spent_tickets=35)
    await cards.top_up(card_id, 10_000)

    quote = await cards.db.ask(memberships.quote, card_id, WISH, True, NOON)

    assert sorted(one.amount_minor for one in quote.lots) == [0, 2_000, 10_000]
    await give_back(cards, card_id)
    assert await cards.findings() == []


async def test_uses_by_right_and_by_wish(cards: Desk) -> None:
    """1,000 for ten, 130 each: four used, 600 by right and 480 by wish."""
    await let_refund(cards)
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    for hour in range(4):
        assert (await cards.enter(now=NOON + timedelta(minutes=30 * hour))).allowed

    quotes = [
        await cards.db.ask(memberships.quote, card.id, reason, True, NOON)
        for reason in (RIGHT, WISH)
    ]
    assert [one.value_minor for one in quotes] == [60_000, 48_000]
    sales = await cards.balance(AccountKind.SALES, cards.world.area_id)
    done = await give_back(cards, card.id)

    assert done.value_minor == 48_000
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == sales + 60_000
    assert await cards.findings() == []


async def test_a_term_by_the_day(cards: Desk) -> None:
    await let_refund(cards)
    card = await cards.open(await cards.product(**TERM), now=NOON - timedelta(days=100))

    done = await give_back(cards, card.id)

    assert done.value_minor == 26_500
    assert await cards.findings() == []


async def test_an_order_that_is_given_back_whole_is_refunded(cards: Desk) -> None:
    await let_refund(cards)
    card_id = await stored(cards)
    done = await give_back(cards, card_id)

    order = await cards.db.ask(orders.get_order, done.refunds[0].order_id)
    assert order.status is OrderStatus.REFUNDED
    assert done.refunds[0].amount_minor == 302_000


async def test_somebody_else_gets_nothing(cards: Desk) -> None:
    card_id = await stored(cards)
    with pytest.raises(Refused) as no:
        await give_back(cards, card_id, document=OTHER)
    assert no.value.refusal is Refusal.HOLDER_MISMATCH


async def test_a_held_order_keeps_the_card(cards: Desk) -> None:
    card_id = await stored(cards)
    await cards.buy(memberships.top_up(card_id, 5_000, TODAY), paid=False)
    with pytest.raises(Refused) as no:
        await give_back(cards, card_id)
    assert no.value.refusal is Refusal.CARD_RESERVED


async def test_the_same_return_again_pays_once(cards: Desk) -> None:
    await let_refund(cards)
    card_id = await stored(cards)
    quote = await cards.db.ask(memberships.quote, card_id, WISH, True, NOON)
    asked = Request(
        "once", card_id, WISH, "搬走了", True, quote.amount_minor, cards.world.window_id, marks()
    )
    first, again = [
        await cards.db.act(memberships.return_card, asked, cards.world.cashier, NOON)
        for _ in range(2)
    ]
    assert first.id == again.id
    assert await cards.findings() == []


async def test_fifty_at_once_are_paid_once(cards: Desk) -> None:
    await let_refund(cards)
    card_id = await stored(cards)

    done = await asyncio.gather(
        *(give_back(cards, card_id) for _ in range(50)), return_exceptions=True
    )

    assert sum(not isinstance(one, BaseException) for one in done) == 1
    assert all(isinstance(one, DomainError) for one in done if isinstance(one, BaseException))
    assert await cards.findings() == []


async def test_a_refund_to_a_returned_card_waits_for_a_person(cards: Desk) -> None:
    await let_refund(cards)
    card_id = await stored(cards)
    order = await cards.pay(card_id, await cards.tickets())
    await give_back(cards, card_id)

    quote = await cards.db.ask(refunds.quote, order.id, (), refunds.RefundCause.VISITOR, NOON)
    asked = refunds.Request(
        ids.new_id(),
        order.id,
        quote.subject_ids,
        refunds.RefundCause.VISITOR,
        "不去了",
        quote.amount_minor,
    )
    done = await cards.db.act(refunds.refund, asked, cards.world.cashier, NOON)

    assert done.status == refunds.RefundStatus.FAILED
    assert await cards.findings() == []
