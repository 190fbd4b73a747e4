"""Money out, by the route it came: cash from a drawer, the rest by a platform (outbox)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.payments import store, tenders
from domain.commerce.payments.model import PAYOUT_MOVES, PayoutStatus, Tender
from domain.commerce.payments.taking import Payment, get_payment, money_account
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, Refused
from domain.kernel.money import split
from domain.kernel.states import move
from domain.operation import outbox

PAYOUT_MESSAGE = "payout"


class Payout(NamedTuple):
    id: str
    number: str
    payment_id: str
    refund_id: str | None
    tender: Tender
    amount_minor: int
    status: PayoutStatus
    reference: str
    problem: str
    shift_id: str | None
    created_at: datetime
    paid_out_at: datetime | None


def from_row(row: Any) -> Payout:
    values = {name: getattr(row, name) for name in Payout._fields}
    values |= {"tender": Tender(row.tender), "status": PayoutStatus(row.status)}
    return Payout(**values)


def routes(amount_minor: int, payments: Sequence[Payment]) -> list[tuple[Payment, int]]:
    """How much goes back by each payment: in proportion to what is left of each."""
    left = [payment.left_minor for payment in payments]
    if amount_minor > sum(left):
        raise ValueError("more than was captured")
    if amount_minor == 0:
        return []
    parts = split(amount_minor, left)
    return [(payment, part) for payment, part in zip(payments, parts, strict=True) if part]


async def decide(
    tx: Tx, payment: Payment, amount_minor: int, refund_id: str | None, area_id: str, now: datetime
) -> Payout:
    """Reserve an amount of a payment to be paid out; never more than was captured.

    What goes by a platform is sent by the outbox; cash waits for `pay_cash`. The other half of the
    posting (revenue, deposits) is the caller's: here the money only becomes due.
    """
    if not await tx.one(store.RESERVE, payment=payment.id, minor=amount_minor):
        raise Conflict()
    made = Payout(
        ids.new_id(),
        ids.new_id().replace("-", ""),
        payment.id,
        refund_id,
        payment.tender,
        amount_minor,
        PayoutStatus.DUE,
        "",
        "",
        None,
        now,
        None,
    )
    values = made._asdict() | {"tender": made.tender.value, "status": made.status.value}
    tx.add(store.ADD_PAYOUT, **values)
    if payment.tender is not Tender.CASH and not tenders.is_internal(payment.tender):
        send(tx, made, area_id, now)
    return made


async def get_payout(tx: Tx, payout_id: str) -> Payout:
    row = await tx.one(store.GET_PAYOUT, id=payout_id)
    if row is None:
        raise NotFound()
    return from_row(row)


async def order_of(tx: Tx, payout_id: str) -> str:
    """The order whose money it is."""
    row = await tx.one(store.GET_PAYOUT, id=payout_id)
    if row is None:
        raise NotFound()
    return str(row.order_id)


async def payouts_of(tx: Tx, refund_id: str) -> list[Payout]:
    return [from_row(row) for row in await tx.rows(store.OF_REFUND, refund_id=refund_id)]


async def payouts_of_order(tx: Tx, order_id: str) -> list[Payout]:
    """Everything paid out for an order, refunds and late payments, oldest first."""
    return [from_row(row) for row in await tx.rows(store.PAYOUTS_OF_ORDER, order_id=order_id)]


async def pay_cash(tx: Tx, payout: Payout, shift_id: str, area_id: str, now: datetime) -> Payout:
    """Hand the cash over, from the drawer of a shift that has enough (see shifts.cash_for)."""
    return await done(tx, payout._replace(shift_id=shift_id), "", area_id, now)


async def done(tx: Tx, payout: Payout, reference: str, area_id: str, now: datetime) -> Payout:
    """The money is out. Raises Conflict when that was known already."""
    money = money_account(payout.tender, area_id, payout.shift_id, -payout.amount_minor)
    return await done_onto(tx, payout, [money], reference, area_id, now)


async def pay_account(tx: Tx, payout: Payout, area_id: str, now: datetime) -> Payout:
    """Put the money back onto the account that we keep, at once (`tenders.py`); FAILED when the
    account was closed meanwhile: then a person must look."""
    payment = await get_payment(tx, payout.payment_id)
    keeper = tenders.keeper_of(payout.tender)
    account_id = payment.reference
    back = tenders.Return(payout.id, payment.id, area_id, account_id, payout.amount_minor)
    try:
        money = await keeper.give_back(tx, back, now)
    except Refused as refused:
        return await failed(tx, payout, refused.message.in_english(), now)
    return await done_onto(tx, payout, money, account_id, area_id, now)


async def done_onto(
    tx: Tx,
    payout: Payout,
    money: Sequence[Posting],
    reference: str,
    area_id: str,
    now: datetime,
) -> Payout:
    paid = await save(tx, payout, PayoutStatus.PAID_OUT, reference, "", now)
    postings = [Posting(AccountKind.REFUNDS_DUE, payout.payment_id, payout.amount_minor), *money]
    ledger.post(tx, Entry("payout", payout.id, "payout.paid_out", area_id, postings), now)
    return paid


async def failed(tx: Tx, payout: Payout, problem: str, now: datetime) -> Payout:
    """The other side said no: a person must look."""
    return await save(tx, payout, PayoutStatus.FAILED, "", problem[:200], now)


async def retry(tx: Tx, payout: Payout, area_id: str, now: datetime) -> Payout:
    """Send a failed payout again, under its own number."""
    again = await save(tx, payout, PayoutStatus.DUE, "", "", now)
    send(tx, again, area_id, now)
    return again


def send(tx: Tx, payout: Payout, area_id: str, now: datetime) -> None:
    """By the outbox, under the payout's own number."""
    payload = {"tender": payout.tender.value, "area": area_id}
    outbox.enqueue(tx, PAYOUT_MESSAGE, "payout", payout.id, payload, now, area_id=area_id)


async def save(
    tx: Tx, payout: Payout, to: PayoutStatus, reference: str, problem: str, now: datetime
) -> Payout:
    move(PAYOUT_MOVES, payout.status, to)
    paid_out_at = now if to is PayoutStatus.PAID_OUT else None
    if not await tx.one(
        store.SAVE_PAYOUT,
        payout=payout.id,
        seen=payout.status.value,
        to_status=to.value,
        their_reference=reference,
        the_problem=problem,
        from_shift=payout.shift_id,
        at=paid_out_at,
    ):
        raise Conflict()
    return payout._replace(status=to, reference=reference, problem=problem, paid_out_at=paid_out_at)
