"""Giving orders up that nobody paid: by a person, when their time has run out, or by a sweep."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.commerce import capacity, ledger, payments
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import discounts, events, rows, store
from domain.commerce.orders.lines import Line, Sold, offer_of
from domain.commerce.orders.model import OrderEvent, OrderStatus
from domain.commerce.payments import Payment, Tender
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.operation import outbox
from domain.operation.audit import record

CLOSE_MESSAGE = "payment.close"
MOST_AT_ONCE = 50


async def cancel(tx: Tx, order_id: str, actor: Actor, now: datetime) -> None:
    """Give up an order that is held: its places, its visitors and what was paid on it go back.

    Raises Conflict when it is paid or cancelled already. Pass the area's lane.
    """
    order = await tx.one(store.LOCK_ORDER, id=order_id)
    if order is None:
        raise NotFound()
    if not await give_up(tx, order, "cancelled", actor, now):
        raise Conflict()


async def free_lapsed(tx: Tx, area_id: str, now: datetime) -> int:
    """Cancel holds of an area that have run out; how many. For an act that runs short of places."""
    found = await tx.rows(store.LAPSED_IN_AREA, area=area_id, now=now, most=MOST_AT_ONCE)
    return await give_up_all(tx, [row.id for row in found], now)


async def is_any_lapsed(tx: Tx, now: datetime) -> bool:
    """Looked at without waiting for writers: mostly none is."""
    return bool(await tx.rows(store.LAPSED, now=now, most=1))


async def sweep(tx: Tx, now: datetime) -> int:
    """Cancel holds that have run out, everywhere; how many. A job repeats it until none is left."""
    found = await tx.rows(store.LAPSED, now=now, most=MOST_AT_ONCE)
    return await give_up_all(tx, [row.id for row in found], now)


async def give_up_all(tx: Tx, order_ids: list[str], now: datetime) -> int:
    given_up = 0
    for order_id in order_ids:
        order = await tx.one(store.LOCK_ORDER, id=order_id)
        given_up += await give_up(tx, order, "lapsed", SYSTEM, now)
    return given_up


async def give_up(tx: Tx, order: Any, reason: str, actor: Actor, now: datetime) -> bool:
    """False when somebody was first: paid it, or gave it up."""
    if order.status != OrderStatus.HELD:
        return False
    given_up = await tx.one(store.GIVE_UP, order=order.id, now=now)
    if given_up is None:
        return False
    events.note(tx, order.id, given_up.version, OrderEvent.CANCELLED, now)
    lines = await rows.load_lines(tx, order.id)
    await release(tx, rows.sold_of(order), [(line, line.places_held) for line in lines], now)
    await discounts.given_up(tx, order.id, lines, now)
    await tx.run(store.RELEASE_VISITORS, of_order=order.id, now=now)
    await return_money(tx, order, now)
    record(tx, actor, "order.cancelled", order.id, now, reason=reason, area_id=order.area_id)
    await capacity.tell_freed(tx, slots_of(lines), now)
    return True


def slots_of(lines: Sequence[Line]) -> list[str]:
    return [line.slot_id for line in lines if line.slot_id is not None]


async def return_money(tx: Tx, order: Any, now: datetime) -> None:
    """Stop charges that are under way, and send back what was captured."""
    for pending in await payments.taking.close_pending(tx, order.id):
        payload = {"tender": pending.tender}
        outbox.enqueue(
            tx, CLOSE_MESSAGE, "payment", pending.id, payload, now, area_id=order.area_id
        )
    for paid in await payments.payments_of(tx, order.id):
        if paid.left_minor:
            await return_deposit(tx, paid, order.area_id, now)


async def return_deposit(tx: Tx, paid: Payment, area_id: str, now: datetime) -> None:
    """A payment that its order has no use for goes back whole, without a refund to decide about."""
    if paid.tender is Tender.CASH:
        raise ValueError("cash is only taken when it settles the order")
    amount = paid.left_minor
    payout = await payments.payouts.decide(tx, paid, amount, None, area_id, now)
    postings = [
        Posting(AccountKind.DEPOSITS, paid.order_id, amount),
        Posting(AccountKind.REFUNDS_DUE, paid.id, -amount),
    ]
    ledger.post(tx, Entry("payment", paid.id, "payment.returned", area_id, postings), now)
    if payments.tenders.is_internal(paid.tender):
        await payments.payouts.pay_account(tx, payout, area_id, now)


async def release(tx: Tx, order: Sold, lines: list[tuple[Line, int]], now: datetime) -> None:
    """Let places return where the rules allow it, and write down what each line keeps."""
    for kind in sorted({line.kind for line, _ in lines}):
        mine = [(line, heads) for line, heads in lines if line.kind is kind]
        for line_id, heads in await offer_of(kind).release(tx, order, mine, now):
            await tx.run(store.LET_GO, line=line_id, heads=heads)
