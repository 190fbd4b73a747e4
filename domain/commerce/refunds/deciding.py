"""Carrying a decision out: tickets, places, money; and the money's last step."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import ledger, payments, shifts
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import Order, altering, discounts, get_order
from domain.commerce.orders.discounts import GivenBack
from domain.commerce.orders.lines import Owned, fulfilment_of
from domain.commerce.orders.model import LineKind
from domain.commerce.payments import Payout, PayoutStatus, Tender
from domain.commerce.payments.payouts import routes
from domain.commerce.refunds import store
from domain.commerce.refunds.model import REFUND_MOVES, RefundCause, RefundStatus
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.states import move
from domain.operation.audit import record
from domain.operation.printers import open_drawer


class Refund(NamedTuple):
    """REQUESTED waits for another person, APPROVED for the money to go out, then PAID_OUT."""

    id: str
    number: str
    order_id: str
    status: RefundStatus
    cause: RefundCause
    reason: str
    paid_minor: int
    fee_minor: int
    amount_minor: int
    approval_id: str | None
    requested_by: str | None
    requested_at: datetime
    paid_out_at: datetime | None


Follower = Callable[[Tx, Refund, Order, Actor, datetime], Awaitable[None]]
_followers: list[Follower] = []


def when_given_back(follower: Follower) -> None:
    """Called, when a package is imported, by who must know of money that is decided to go back, in
    the decision's transaction."""
    _followers.append(follower)


def from_row(row: Any) -> Refund:
    values = {name: getattr(row, name) for name in Refund._fields}
    values |= {"status": RefundStatus(row.status), "cause": RefundCause(row.cause)}
    return Refund(**values)


async def get_refund(tx: Tx, refund_id: str) -> Refund:
    row = await tx.one(store.GET_REFUND, id=refund_id)
    if row is None:
        raise NotFound()
    return from_row(row)


def by_kind(order: Order, owned: Sequence[Owned]) -> Iterator[tuple[LineKind, list[Owned]]]:
    kinds = {line.id: line.kind for line in order.lines}
    for kind in sorted({kinds[one.line_id] for one in owned}):
        yield kind, [one for one in owned if kinds[one.line_id] is kind]


async def carry_out(
    tx: Tx,
    refund: Refund,
    order: Order,
    owned: Sequence[Owned],
    window_id: str | None,
    actor: Actor,
    now: datetime,
) -> Refund:
    """Do what was decided. `owned` is everything of the order, as read in this transaction."""
    subjects = {row.subject_id for row in await tx.rows(store.LINES, refund_id=refund.id)}
    chosen = [one for one in owned if one.id in subjects]
    for kind, mine in by_kind(order, chosen):
        await fulfilment_of(kind).give_back(tx, mine, now)
    await altering.let_go(tx, order, chosen, now)
    back = GivenBack(order.id, order.lines, owned, chosen, ("refund", refund.id))
    await discounts.given_back(tx, back, now)
    to = altering.status_after(owned, subjects)
    await altering.add_refunded(tx, order, refund.amount_minor, to, now)
    record(
        tx,
        actor,
        "refund.approved",
        refund.id,
        now,
        after={"number": refund.number, "amount_minor": refund.amount_minor},
        reason=refund.reason,
        order=order.id,
        area_id=order.area_id,
    )
    paid_back = await pay_back(tx, refund, order, window_id, actor, now)
    await altering.tell_freed(tx, order, chosen, now)
    return paid_back


async def pay_back(
    tx: Tx,
    refund: Refund,
    order: Order,
    window_id: str | None,
    actor: Actor,
    now: datetime,
    *,
    debits: Sequence[Posting] | None = None,
) -> Refund:
    """Reserve the money by the routes it came, and hand over at once what is cash. `debits`: where
    what was paid lies, when that is not revenue."""
    if debits is None:
        debits = [Posting(AccountKind.SALES, order.area_id, refund.paid_minor)]
    parts = routes(refund.amount_minor, order.payments)
    due = [
        await payments.payouts.decide(tx, payment, minor, refund.id, order.area_id, now)
        for payment, minor in parts
    ]
    postings = [
        *debits,
        Posting(AccountKind.REFUND_FEES, order.area_id, -refund.fee_minor),
        *(Posting(AccountKind.REFUNDS_DUE, one.payment_id, -one.amount_minor) for one in due),
    ]
    entry = Entry("refund", refund.id, "refund.approved", order.area_id, postings)
    ledger.post(tx, entry, now)
    for follower in _followers:
        await follower(tx, refund, order, actor, now)
    for one in due:
        if payments.tenders.is_internal(one.tender):
            await payments.payouts.pay_account(tx, one, order.area_id, now)
    if window_id is not None:
        await hand_over(tx, due, order, window_id, actor, now)
    return await note_progress(tx, refund, now)


async def hand_over(
    tx: Tx, due: Sequence[Payout], order: Order, window_id: str, actor: Actor, now: datetime
) -> None:
    """Pay cash out of the drawer of the window's shift, which must hold enough."""
    cash = [one for one in due if one.tender is Tender.CASH and one.status is PayoutStatus.DUE]
    if not cash:
        return
    total = sum(one.amount_minor for one in cash)
    shift_id = await shifts.cash_for(tx, window_id, actor.id, total)
    for one in cash:
        await payments.payouts.pay_cash(tx, one, shift_id, order.area_id, now)
    await open_drawer(tx, window_id, order.id, now)


async def give_difference(
    tx: Tx, refund: Refund, order: Order, window_id: str | None, actor: Actor, now: datetime
) -> Refund:
    """A change made the order cheaper: the difference goes back, the tickets stay."""
    values = refund._asdict() | {"status": refund.status.value, "cause": refund.cause.value}
    tx.add(store.ADD_REFUND, request_id=None, **values)
    await altering.add_refunded(tx, order, refund.amount_minor, None, now)
    return await pay_back(tx, refund, order, window_id, actor, now)


async def next_number(tx: Tx, order: Order) -> str:
    """20260701-0042-R1: the order's number and a count; the order's row is locked meanwhile."""
    counted = await tx.one(store.COUNT, order_id=order.id)
    return f"{order.number}-R{counted.n + 1}"


async def note_progress(tx: Tx, refund: Refund, now: datetime) -> Refund:
    """A refund is paid out when all its payouts are; failed when one is."""
    found = await payments.payouts.payouts_of(tx, refund.id)
    to = RefundStatus.APPROVED
    if any(one.status is PayoutStatus.FAILED for one in found):
        to = RefundStatus.FAILED
    elif all(one.status is PayoutStatus.PAID_OUT for one in found):
        to = RefundStatus.PAID_OUT
    return refund if to is refund.status else await save_status(tx, refund, to, now)


async def save_status(tx: Tx, refund: Refund, to: RefundStatus, now: datetime) -> Refund:
    move(REFUND_MOVES, refund.status, to)
    paid_out_at = now if to is RefundStatus.PAID_OUT else None
    if not await tx.one(
        store.SAVE_STATUS,
        refund=refund.id,
        seen=refund.status.value,
        to_status=to.value,
        at=paid_out_at,
    ):
        raise Conflict()
    return refund._replace(status=to, paid_out_at=paid_out_at)


async def pay_out(tx: Tx, refund_id: str, window_id: str, actor: Actor, now: datetime) -> Refund:
    """Hand over the cash of a refund that was approved: at any window whose drawer has enough.

    Refused SHIFT_NEEDED, CASH_SHORT; Conflict when no cash is due.
    """
    refund = await get_refund(tx, refund_id)
    await altering.lock(tx, refund.order_id)
    refund = await get_refund(tx, refund_id)
    if refund.status is not RefundStatus.APPROVED:
        raise Conflict()
    order = await get_order(tx, refund.order_id)
    due = await payments.payouts.payouts_of(tx, refund_id)
    if not any(one.tender is Tender.CASH and one.status is PayoutStatus.DUE for one in due):
        raise Conflict()
    await hand_over(tx, due, order, window_id, actor, now)
    refund = await note_progress(tx, refund, now)
    cash = sum(one.amount_minor for one in due if one.tender is Tender.CASH)
    after = {"number": refund.number, "amount_minor": cash}
    where = order.area_id
    record(tx, actor, "refund.paid_out", refund.id, now, after=after, order=order.id, area_id=where)
    return refund
