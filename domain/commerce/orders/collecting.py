"""Charging cards and codes: what happens outside, between two acts.

A timeout is unknown, never failure: the platform is asked before anything else is tried. Should
this process die in between, the outbox asks instead. None of this is an act; all of it may be
repeated.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from domain.commerce import capacity, payments
from domain.commerce.orders.finding import get_order
from domain.commerce.orders.lapsing import CLOSE_MESSAGE
from domain.commerce.orders.rows import Order
from domain.commerce.orders.settling import QUERY_MESSAGE, settle_payment
from domain.commerce.payments import Payment, PaymentStatus
from domain.kernel.db import Database
from domain.kernel.errors import DomainError, NotFound, say
from domain.kernel.ports import (
    CallbackRejected,
    ChargeAnswer,
    ChargeRequest,
    ChargeState,
    Gateways,
    Invitation,
    Unknown,
    Way,
)
from domain.operation.outbox import Carrier, CarryFailed, Parcel

Clock = Callable[[], datetime]


async def collect(
    db: Database, gateways: Gateways, payment_id: str, payer_code: str, clock: Clock
) -> Payment:
    """Charge a payment that `start_payment` wrote down, and settle what comes of it.

    PENDING afterwards means that nobody knows yet, or that the payer is still asked to confirm:
    ask again with `look` until it is PAID, FAILED or CLOSED.
    """
    payment = await db.ask(payments.get_payment, payment_id)
    order = await db.ask(get_order, payment.order_id)
    gateway = gateways[payment.tender.value]
    asked = ChargeRequest(payment.id, payment.amount_minor, order.number, payer_code)
    try:
        answer = await gateway.charge(asked)
    except Unknown:
        return await look(db, gateways, payment_id, clock)
    return await take_word(db, payment, order.area_id, answer, clock)


async def invite(
    db: Database,
    gateways: Gateways,
    payment_id: str,
    *,
    way: Way | None = None,
    payer_id: str = "",
    return_url: str = "",
    payer_address: str = "",
) -> Invitation:
    """What the payer reads from our glass, follows or hands to the platform's bridge to pay a
    payment that `start_payment` wrote down, in the way that was chosen for it unless another is
    named. Ask with `look` how it stands. An empty text: the platform did not answer; ask again."""
    payment = await db.ask(payments.get_payment, payment_id)
    order = await db.ask(get_order, payment.order_id)
    asked = ChargeRequest(
        payment.id,
        payment.amount_minor,
        order.number,
        "",
        way or payment.way,
        payer_id,
        return_url,
        payment.closes_at or order.held_until,
        payer_address,
    )
    if payment.status is PaymentStatus.PENDING:
        await db.act(payments.taking.note_invited, payment.id)
    try:
        return await gateways[payment.tender.value].invite(asked)
    except Unknown:
        return Invitation(payment.id, "")


async def look(db: Database, gateways: Gateways, payment_id: str, clock: Clock) -> Payment:
    """Ask the platform how a charge stands. One that never arrived is closed, so that it never
    can; still PENDING when the platform does not answer."""
    payment = await db.ask(payments.get_payment, payment_id)
    if payment.status not in {PaymentStatus.PENDING, PaymentStatus.CLOSED}:
        return payment
    order = await db.ask(get_order, payment.order_id)
    gateway = gateways[payment.tender.value]
    try:
        answer = await gateway.query(payment.id)
        if answer.state is ChargeState.NOT_FOUND:
            if payment.is_invited and not is_over(payment, order, clock()):
                return payment  # a platform may know nothing of it until the payer comes
            answer = await gateway.close(payment.id)
    except Unknown:
        return payment
    return await take_word(db, payment, order.area_id, answer, clock)


def is_over(payment: Payment, order: Order, now: datetime) -> bool:
    return payment.closes_at <= now if payment.closes_at else order.is_lapsed(now)


async def stop(db: Database, gateways: Gateways, payment_id: str, clock: Clock) -> Payment:
    """Take no money for a charge any more, so that the order can be paid another way.

    PAID when it was too late for that; still PENDING when the platform does not answer.
    """
    payment = await db.ask(payments.get_payment, payment_id)
    if payment.status is not PaymentStatus.PENDING:
        return payment
    order = await db.ask(get_order, payment.order_id)
    try:
        answer = await gateways[payment.tender.value].close(payment.id)
    except Unknown:
        return payment
    return await take_word(db, payment, order.area_id, answer, clock)


async def take_word(
    db: Database, payment: Payment, area_id: str, answer: ChargeAnswer, clock: Clock
) -> Payment:
    """Settle, unless the platform speaks of another amount: then a person must look."""
    if answer.state is ChargeState.PAID and answer.amount_minor != payment.amount_minor:
        raise CallbackRejected
    lane = capacity.lane(area_id)
    return await db.act(settle_payment, payment.id, answer, clock(), lane=lane)


async def take_callback(
    db: Database,
    gateways: Gateways,
    tender: str,
    body: bytes,
    headers: Mapping[str, str],
    clock: Clock,
) -> Payment | None:
    """What a platform tells by itself. Raises CallbackRejected when it is not genuine, about no
    payment of ours, or about another amount. The same word twice, or an old one late, changes
    nothing. None: it is genuine, and not about a charge."""
    if tender not in gateways:
        raise CallbackRejected
    answer = await gateways[tender].read_callback(body, headers)
    if answer is None:
        return None
    try:
        payment = await db.ask(payments.get_payment, answer.number)
    except NotFound:
        raise CallbackRejected from None
    if payment.tender.value != tender:
        raise CallbackRejected
    order = await db.ask(get_order, payment.order_id)
    return await take_word(db, payment, order.area_id, answer, clock)


async def look_at_waiting(
    db: Database, gateways: Gateways, older: timedelta, most: int, clock: Clock
) -> int:
    """Ask about charges that have been waiting so long, whatever became of their messages.
    Answers how many came to an end."""
    ended = 0
    for row in await db.ask(payments.taking.pending_since, clock() - older, most):
        if row.tender not in gateways:
            continue
        try:
            payment = await look(db, gateways, row.id, clock)
        except DomainError:  # of another amount, or the database is busy: the next are asked
            continue
        ended += payment.status is not PaymentStatus.PENDING
    return ended


def carriers(db: Database, gateways: Gateways, clock: Clock) -> dict[str, Carrier]:
    """Who carries out which outbox message: register each when the program is put together.

    `refunds.carriers` has those of money that goes out.
    """

    async def query(parcel: Parcel) -> None:
        payment = await look(db, gateways, parcel.subject_id, clock)
        if payment.status is PaymentStatus.PENDING:
            raise CarryFailed(say("The payment is still unknown."))

    async def close(parcel: Parcel) -> None:
        payment = await db.ask(payments.get_payment, parcel.subject_id)
        order = await db.ask(get_order, payment.order_id)
        answer = await gateways[payment.tender.value].close(payment.id)
        await take_word(db, payment, order.area_id, answer, clock)

    return {QUERY_MESSAGE: query, CLOSE_MESSAGE: close}
