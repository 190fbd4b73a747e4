"""Giving back what something bought before is still worth: the return of a member card.

What it is worth is not decided here. The money goes back by the routes of the order that paid for
it, as with tickets; where it lay until now (a member's principal, revenue) the caller says.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.commerce.catalog.refund_policy import ALL_BPS
from domain.commerce.ledger import Posting
from domain.commerce.orders import Order, altering, get_order
from domain.commerce.orders.model import OrderStatus
from domain.commerce.refunds import deciding, store
from domain.commerce.refunds.deciding import Refund, pay_back
from domain.commerce.refunds.model import RefundCause, RefundStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation.audit import record


class Value(NamedTuple):
    """One line of an order. `paid_minor` is what is taken off the `debits`, of which `fee_minor`
    is kept."""

    order_line_id: str
    subject_id: str
    paid_minor: int
    fee_minor: int
    debits: tuple[Posting, ...]

    @property
    def amount_minor(self) -> int:
        return self.paid_minor - self.fee_minor


async def give_value(
    tx: Tx,
    order_id: str,
    values: Sequence[Value],
    cause: RefundCause,
    reason: str,
    window_id: str | None,
    actor: Actor,
    now: datetime,
    *,
    approval_id: str | None = None,
) -> Refund:
    """A refund of these values, decided already. Lock the order (`altering.lock`) before."""
    order = await get_order(tx, order_id)
    paid, fee = sum(one.paid_minor for one in values), sum(one.fee_minor for one in values)
    made = Refund(
        ids.new_id(),
        await deciding.next_number(tx, order),
        order.id,
        RefundStatus.APPROVED,
        cause,
        reason,
        paid,
        fee,
        paid - fee,
        approval_id,
        actor.id,
        now,
        None,
    )
    row = made._asdict() | {"status": made.status.value, "cause": made.cause.value}
    tx.add(store.ADD_REFUND, request_id=None, **row)
    for one in values:
        add_line(tx, made.id, one)
    whole = order.refunded_minor + made.amount_minor == order.total_minor
    to = OrderStatus.REFUNDED if whole else OrderStatus.PART_REFUNDED
    await altering.add_refunded(tx, order, made.amount_minor, to, now)
    tell(tx, made, order, actor, now)
    debits = [posting for one in values for posting in one.debits]
    return await pay_back(tx, made, order, window_id, actor, now, debits=debits)


def tell(tx: Tx, made: Refund, order: Order, actor: Actor, now: datetime) -> None:
    after = {"number": made.number, "amount_minor": made.amount_minor}
    record(
        tx,
        actor,
        "refund.approved",
        made.id,
        now,
        after=after,
        reason=made.reason,
        order=order.id,
        area_id=order.area_id,
    )


def add_line(tx: Tx, refund_id: str, one: Value) -> None:
    tx.add(
        store.ADD_LINE,
        id=ids.new_id(),
        refund_id=refund_id,
        order_line_id=one.order_line_id,
        subject_id=one.subject_id,
        persons=0,
        rate_bps=one.amount_minor * ALL_BPS // one.paid_minor if one.paid_minor else 0,
        paid_minor=one.paid_minor,
        fee_minor=one.fee_minor,
        amount_minor=one.amount_minor,
    )
