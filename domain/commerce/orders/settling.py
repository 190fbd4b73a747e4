"""Paying a held order: cash at a window, or cards and codes charged outside and settled here."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.commerce import ledger, payments, shifts
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import discounts, events, store
from domain.commerce.orders.finding import get_order
from domain.commerce.orders.lapsing import return_deposit
from domain.commerce.orders.lines import credits_of, fulfilment_of
from domain.commerce.orders.model import OrderEvent, OrderStatus
from domain.commerce.orders.rows import Order, sold_of
from domain.commerce.payments import Payment, PaymentStatus, Tender
from domain.commerce.payments.taking import captured, money_account
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, Refused, say
from domain.kernel.ports import ChargeAnswer, ChargeState
from domain.kernel.refusals import Refusal
from domain.operation import outbox
from domain.operation.audit import record
from domain.operation.printers import open_drawer

QUERY_MESSAGE = "payment.query"
QUERY_AFTER = timedelta(seconds=30)


class Cash(NamedTuple):
    """Cash on the desk of a window, for what is left to pay."""

    window_id: str
    tendered_minor: int


async def pay(tx: Tx, order_id: str, cash: Cash, actor: Actor, now: datetime) -> Order:
    """Pay what is left of a held order in cash, and hand over what was bought.

    Cash completes an order: in a split tender the card or code is charged first. Refused
    HOLD_EXPIRED, PAYMENT_SHORT, SHIFT_NEEDED; Conflict when it is paid or given up already.
    """
    await tx.one(store.LOCK_ORDER, id=order_id)
    order = await get_order(tx, order_id)
    check_payable(order, now)
    if await is_charging(order):
        raise Conflict(say("A card or code is being charged for this order; please wait."))
    shift_id = await shifts.for_sale(tx, cash.window_id, actor.id)
    left = order.total_minor - captured(order.payments)
    if cash.tendered_minor < left:
        raise Refused(Refusal.PAYMENT_SHORT)
    paid = payments.taking.take_cash(tx, order.id, left, cash.tendered_minor, shift_id, now)
    await open_drawer(tx, cash.window_id, order.id, now)
    deposits = captured(order.payments)
    order = order._replace(payments=(*order.payments, paid))
    return await settle(tx, order, [paid], deposits, actor, now)


async def is_charging(order: Order) -> bool:
    return any(one.status is PaymentStatus.PENDING for one in order.payments)


def check_payable(order: Order, now: datetime) -> None:
    if order.status is not OrderStatus.HELD:
        raise Conflict(say("This order is not waiting to be paid."))
    if order.is_lapsed(now):
        raise Refused(Refusal.HOLD_EXPIRED)


class Charge(NamedTuple):
    """A card or code to be charged: for an amount, or (0) for all that is left to pay."""

    order_id: str
    tender: Tender
    amount_minor: int = 0
    window_id: str | None = None


async def start_payment(tx: Tx, asked: Charge, actor: Actor, now: datetime) -> Payment:
    """Write down a charge before it leaves the house; `collecting.collect` carries it out.

    Should nobody hear the answer, a message asks the platform for it half a minute later.
    """
    await tx.one(store.LOCK_ORDER, id=asked.order_id)
    order = await get_order(tx, asked.order_id)
    check_payable(order, now)
    if asked.tender is Tender.CASH:
        raise InvalidInput({"tender": say("Cash is not charged.")})
    if payments.tenders.is_internal(asked.tender):
        raise InvalidInput({"tender": say("This is paid from an account that we keep.")})
    if await is_charging(order):
        raise Conflict(say("A card or code is being charged for this order; please wait."))
    shift_id = None
    if asked.window_id is not None:
        shift_id = await shifts.for_sale(tx, asked.window_id, actor.id)
    elif order.window_id is not None:
        raise Forbidden()
    left = order.total_minor - captured(order.payments)
    amount = asked.amount_minor or left
    if not 0 < amount <= left:
        raise InvalidInput({"amount": say("No more than what is left to pay.")})
    payment = payments.taking.start(tx, order.id, asked.tender, amount, shift_id, now)
    await_word(tx, order, payment, actor, now)
    return payment


def await_word(tx: Tx, order: Order, payment: Payment, actor: Actor, now: datetime) -> None:
    """A charge is about to leave the house."""
    payload = {"tender": payment.tender.value}
    outbox.enqueue(
        tx,
        QUERY_MESSAGE,
        "payment",
        payment.id,
        payload,
        now,
        due_at=now + QUERY_AFTER,
        area_id=order.area_id,
    )
    after = {"tender": payment.tender.value, "amount_minor": payment.amount_minor}
    record(
        tx,
        actor,
        "payment.started",
        payment.id,
        now,
        after=after,
        order=order.id,
        area_id=order.area_id,
    )


async def settle_payment(tx: Tx, payment_id: str, answer: ChargeAnswer, now: datetime) -> Payment:
    """Take the platform's word about a charge; telling it twice changes nothing.

    Paid: the money is the order's, and settles it when all is there. Paid for an order that was
    given up meanwhile: it was too late, the money goes back by itself. Pass the area's lane.
    """
    seen = await payments.get_payment(tx, payment_id)
    await tx.one(store.LOCK_ORDER, id=seen.order_id)
    payment = await payments.get_payment(tx, payment_id)
    to = STATUS_AFTER.get(answer.state)
    known = payment.status not in {PaymentStatus.PENDING, PaymentStatus.CLOSED}
    late = payment.status is PaymentStatus.CLOSED and to is not PaymentStatus.PAID
    if to is None or known or late:
        return payment
    payment = await payments.taking.mark(tx, payment, to, answer.reference, now)
    order = await get_order(tx, payment.order_id)
    why = answer.problem[:200] or None
    record(
        tx,
        SYSTEM,
        f"payment.{to.value}",
        payment.id,
        now,
        after={"tender": payment.tender.value, "amount_minor": payment.amount_minor},
        reason=why,
        order=order.id,
        area_id=order.area_id,
    )
    if to is PaymentStatus.PAID:
        await take_in(tx, order, payment, now)
    return payment


STATUS_AFTER = {
    ChargeState.PAID: PaymentStatus.PAID,
    ChargeState.REFUSED: PaymentStatus.FAILED,
    ChargeState.CLOSED: PaymentStatus.CLOSED,
}


Claimant = Callable[[Tx, Order, Payment, datetime], Awaitable[bool]]
_claimants: list[Claimant] = []


def when_paid_after(claimant: Claimant) -> None:
    """Called, when a package is imported, by who takes money for an order that is settled already.
    It answers whether the deposit was its own; what nobody claims goes back."""
    _claimants.append(claimant)


async def take_in(tx: Tx, order: Order, payment: Payment, now: datetime) -> None:
    payments.taking.deposit(tx, payment, order.area_id, now)
    if order.status is not OrderStatus.HELD:
        for claimant in _claimants:
            if await claimant(tx, order, payment, now):
                return
        await return_deposit(tx, payment, order.area_id, now)
        return
    deposits = captured(order.payments)
    if deposits >= order.total_minor:
        await settle(tx, order, [], deposits, SYSTEM, now)


async def settle(
    tx: Tx, order: Order, paid: Sequence[Payment], deposits: int, actor: Actor, now: datetime
) -> Order:
    """All is paid: hand over what was bought. Conflict when somebody was first."""
    settled = await tx.one(store.SETTLE, order=order.id, now=now)
    if settled is None:
        raise Conflict()
    order = order._replace(status=OrderStatus.PAID, paid_at=now, version=settled.version)
    await fulfil_and_post(tx, order, paid, deposits, now)
    after = {"number": order.number, "tickets": order.tickets, "total_minor": order.total_minor}
    record(tx, actor, "order.paid", order.id, now, after=after, area_id=order.area_id)
    return order


async def fulfil_and_post(
    tx: Tx, order: Order, paid: Sequence[Payment], deposits: int, now: datetime
) -> None:
    """Make what was bought, and turn money and deposits into revenue."""
    sold = sold_of(order)
    credits: list[Posting] = []
    for kind in sorted({line.kind for line in order.lines}):
        mine = [line for line in order.lines if line.kind is kind]
        await fulfilment_of(kind).fulfil(tx, sold, mine, now)
        credits += credits_of(kind, sold, mine)
    postings = [
        money_account(one.tender, order.area_id, one.shift_id, one.amount_minor) for one in paid
    ]
    postings.append(Posting(AccountKind.DEPOSITS, order.id, deposits))
    postings += credits
    ledger.post(tx, Entry("order", order.id, "order.paid", order.area_id, postings), now)
    await discounts.paid(tx, order.id, order.lines, now)
    events.note(tx, order.id, order.version, OrderEvent.PAID, now)
    await events.tell_paid(tx, sold, now)
