"""Paying an order from an account that we keep: a member card, an agent's prepaid deposit.

Taking the money and settling the order are one act; a part of a split tender lies in the order's
deposits until the rest is paid, and goes back onto the account when nobody does.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import payments, shifts
from domain.commerce.orders import store
from domain.commerce.orders.finding import get_order
from domain.commerce.orders.rows import Order
from domain.commerce.orders.settling import check_payable, is_charging, settle
from domain.commerce.payments import Payment, Tender, tenders
from domain.commerce.payments.taking import captured
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.kernel.idempotency import earlier_answer, keep_answer
from domain.operation.audit import record

SCOPE = "orders.pay_from"


class FromAccount(NamedTuple):
    """Pay an amount, or (0) all that is left, from an account. `request_id` is the form's: said
    again it pays once. `proof`: keyed marks of the PIN or document that was shown."""

    request_id: str
    order_id: str
    tender: Tender
    account_id: str
    amount_minor: int = 0
    window_id: str | None = None
    proof: tuple[str, ...] = ()

    def what_was_asked(self) -> dict[str, Any]:
        return {
            "order": self.order_id,
            "tender": self.tender.value,
            "account": self.account_id,
            "amount": self.amount_minor,
        }


async def pay_from(tx: Tx, asked: FromAccount, actor: Actor, now: datetime) -> Order:
    """Pay (a part of) a held order from an account; settles it when all is paid.

    Refused by the account's keeper (BALANCE_SHORT, LOST, PROOF_NEEDED ...), HOLD_EXPIRED; Conflict
    when it is paid or given up already. Pass the area's lane.
    """
    if not tenders.is_internal(asked.tender):
        raise InvalidInput({"tender": say("This is not paid from an account that we keep.")})
    await tx.one(store.LOCK_ORDER, id=asked.order_id)
    if await earlier_answer(tx, SCOPE, asked.request_id, asked.what_was_asked()):
        return await get_order(tx, asked.order_id)
    order = await get_order(tx, asked.order_id)
    check_payable(order, now)
    if await is_charging(order):
        raise Conflict(say("A card or code is being charged for this order; please wait."))
    left = order.total_minor - captured(order.payments)
    amount = asked.amount_minor or left
    if not 0 < amount <= left:
        raise InvalidInput({"amount": say("No more than what is left to pay.")})
    paid = await take(tx, order, asked, amount, actor, now)
    keep_answer(tx, SCOPE, asked.request_id, asked.what_was_asked(), {"payment": paid.id}, now)
    order = order._replace(payments=(*order.payments, paid))
    if captured(order.payments) < order.total_minor:
        return order
    return await settle(tx, order, [], captured(order.payments), actor, now)


async def take(
    tx: Tx, order: Order, asked: FromAccount, amount: int, actor: Actor, now: datetime
) -> Payment:
    shift_id = None
    if asked.window_id is not None:
        shift_id = await shifts.for_sale(tx, asked.window_id, actor.id)
    elif order.window_id is not None:
        raise Forbidden()
    paid = payments.taking.take_from_account(
        tx, order.id, asked.tender, asked.account_id, amount, shift_id, now
    )
    kinds = frozenset(line.kind.value for line in order.lines)
    claim = tenders.Claim(
        paid.id,
        order.id,
        order.area_id,
        asked.account_id,
        amount,
        kinds,
        asked.proof,
        actor,
    )
    money = await tenders.keeper_of(asked.tender).charge(tx, claim, now)
    payments.taking.deposit_from(tx, paid, money, order.area_id, now)
    after = {"tender": asked.tender.value, "amount_minor": amount}
    record(
        tx, actor, "payment.paid", paid.id, now, after=after, order=order.id, area_id=order.area_id
    )
    return paid
