"""Asking for a refund: quoted first, then confirmed; above a limit, and for what is said to be our
own fault, another person decides.

What is decided happens in one transaction: the tickets are worthless, their places and names are
free, the money is reserved by the routes it came. Cash is handed over from the drawer of the
window that refunds; without one (or after an approval) it waits for `pay_out` at any window.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.orders import Order, OrderEvent, altering, events, get_order
from domain.commerce.orders.lines import Owned, fulfilment_of
from domain.commerce.refunds import deciding, store
from domain.commerce.refunds.allowing import needs_approval
from domain.commerce.refunds.deciding import Refund, by_kind, from_row, get_refund, save_status
from domain.commerce.refunds.model import RefundCause, RefundStatus
from domain.commerce.refunds.quoting import Quote, closed_for, quote_of
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "refund"


class Request(NamedTuple):
    """A refund that somebody confirms. `amount_minor` is what the quote said; `subject_ids` are
    its tickets (Quote.subject_ids). `window_id` is where cash would be handed over; `kept_minor`
    what a group's contract takes off besides the fee."""

    request_id: str
    order_id: str
    subject_ids: tuple[str, ...]
    cause: RefundCause
    reason: str
    amount_minor: int
    window_id: str | None = None
    kept_minor: int = 0


async def refunds_of(tx: Tx, order_id: str) -> list[Refund]:
    """An order's refunds, oldest first."""
    return [from_row(row) for row in await tx.rows(store.OF_ORDER, order_id=order_id)]


class CashDue(NamedTuple):
    """An approved refund whose cash nobody has fetched yet."""

    refund: Refund
    order_number: str
    cash_minor: int


async def cash_due(tx: Tx, area_id: str, most: int = 50) -> list[CashDue]:
    """What `pay_out` may hand over at the windows of an area, longest waiting first."""
    rows = await tx.rows(store.CASH_DUE, area_id=area_id, most=most)
    return [CashDue(from_row(row), row.order_number, int(row.cash_minor)) for row in rows]


async def lines_of(tx: Tx, refund_id: str) -> list[Any]:
    """Rows: order_line_id, subject_id, persons, rate_bps, paid_minor, fee_minor, amount_minor."""
    return await tx.rows(store.LINES, refund_id=refund_id)


async def refund(tx: Tx, asked: Request, actor: Actor, now: datetime) -> Refund:
    """Give tickets back for money, as it was quoted.

    The same request again gets the same refund. Refused QUOTE_CHANGED, NOT_REFUNDABLE,
    SHIFT_NEEDED or CASH_SHORT (cash at a window); Conflict when somebody was first. What the actor
    may not refund alone (allowing.py) becomes a request, its tickets locked. Pass the area's lane.
    """
    await altering.lock(tx, asked.order_id)  # first: of two at once the second sees the answer
    if earlier := await tx.one(store.FIND_REQUEST, request_id=asked.request_id):
        return await answer_again(tx, from_row(earlier), asked)
    if not asked.reason.strip() or len(asked.reason) > 400:
        raise InvalidInput({"reason": say("Say why, in at most 400 characters.")})
    if not asked.subject_ids or asked.cause is RefundCause.CHANGE:
        raise InvalidInput({"tickets": say("Choose at least one ticket.")})
    order = await get_order(tx, asked.order_id)
    owned = await altering.everything_owned(tx, order, now)
    closed = await closed_for(tx, order, asked.cause, now)
    quote = quote_of(order, owned, asked.subject_ids, asked.cause, now, closed)
    quote = quote.keeping(asked.kept_minor)
    if quote.amount_minor != asked.amount_minor:
        raise Refused(
            Refusal.QUOTE_CHANGED,
            say("The amount is now {amount}.", amount=to_text(quote.amount_minor)),
        )
    made = await new_refund(tx, order, quote, asked, actor, now)
    if await needs_approval(tx, order, quote.cause, quote.amount_minor, actor, now):
        return await ask_approval(tx, made, asked, quote, order, owned, actor, now)
    add_refund(tx, made._replace(status=RefundStatus.APPROVED), asked.request_id, quote)
    made = made._replace(status=RefundStatus.APPROVED)
    return await deciding.carry_out(tx, made, order, owned, asked.window_id, actor, now)


async def answer_again(tx: Tx, earlier: Refund, asked: Request) -> Refund:
    subjects = {row.subject_id for row in await lines_of(tx, earlier.id)}
    same = (earlier.order_id, earlier.cause, earlier.reason, earlier.amount_minor) == (
        asked.order_id,
        asked.cause,
        asked.reason,
        asked.amount_minor,
    )
    if not same or subjects != set(asked.subject_ids):
        raise Conflict(
            say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
        )
    return earlier


async def new_refund(
    tx: Tx, order: Order, quote: Quote, asked: Request, actor: Actor, now: datetime
) -> Refund:
    return Refund(
        ids.new_id(),
        await deciding.next_number(tx, order),
        order.id,
        RefundStatus.REQUESTED,
        quote.cause,
        asked.reason,
        quote.paid_minor,
        quote.fee_minor,
        quote.amount_minor,
        None,
        actor.id,
        now,
        None,
    )


def add_refund(tx: Tx, made: Refund, request_id: str | None, quote: Quote | None) -> None:
    values = made._asdict() | {"status": made.status.value, "cause": made.cause.value}
    tx.add(store.ADD_REFUND, request_id=request_id, **values)
    for line in quote.lines if quote else ():
        tx.add(
            store.ADD_LINE,
            id=ids.new_id(),
            refund_id=made.id,
            order_line_id=line.line_id,
            subject_id=line.subject_id,
            persons=line.persons,
            rate_bps=line.rate_bps,
            paid_minor=line.paid_minor,
            fee_minor=line.fee_minor,
            amount_minor=line.amount_minor,
        )


async def ask_approval(
    tx: Tx,
    made: Refund,
    asked: Request,
    quote: Quote,
    order: Order,
    owned: Sequence[Owned],
    actor: Actor,
    now: datetime,
) -> Refund:
    """Lock the tickets and ask another person."""
    await events.happened(tx, order.id, OrderEvent.LOCKED, now)
    chosen = [one for one in owned if one.id in quote.subject_ids]
    for kind, mine in by_kind(order, chosen):
        await fulfilment_of(kind).lock(tx, mine, now)
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (KIND, made.id),
        {
            "order": order.id,
            "number": order.number,
            "tickets": len(chosen),
            "cause": made.cause.value,
        },
        now,
        reason=made.reason,
        area_id=order.area_id,
        amount_minor=made.amount_minor,
    )
    made = made._replace(approval_id=approval_id)
    add_refund(tx, made, asked.request_id, quote)
    after = {"number": made.number, "amount_minor": made.amount_minor}
    record(
        tx,
        actor,
        "refund.requested",
        made.id,
        now,
        after=after,
        order=order.id,
        area_id=order.area_id,
    )
    return made


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Another person has agreed: it happens as it was quoted when it was asked for."""
    made = await get_refund(tx, approval.subject_id)
    await altering.lock(tx, made.order_id)
    order = await get_order(tx, made.order_id)
    owned = await altering.everything_owned(tx, order, now)
    made = await save_status(tx, made, RefundStatus.APPROVED, now)
    await deciding.carry_out(tx, made, order, owned, None, actor, now)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The tickets are as good as before."""
    made = await get_refund(tx, approval.subject_id)
    await altering.lock(tx, made.order_id)
    order = await get_order(tx, made.order_id)
    subjects = {row.subject_id for row in await lines_of(tx, made.id)}
    owned = await altering.everything_owned(tx, order, now)
    for kind, mine in by_kind(order, [one for one in owned if one.id in subjects]):
        await fulfilment_of(kind).unlock(tx, mine, now)
    await save_status(tx, made, RefundStatus.REJECTED, now)
    await events.happened(tx, order.id, OrderEvent.UNLOCKED, now)
    after, where = {"number": made.number, "amount_minor": made.amount_minor}, order.area_id
    record(tx, actor, "refund.rejected", made.id, now, after=after, order=order.id, area_id=where)


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.REFUNDS_APPROVE, say("Refund to approve")),
)
