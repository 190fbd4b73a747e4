"""Money that goes back by a platform: carried out by the outbox, looked for first."""

from collections.abc import Callable
from datetime import datetime

from domain.commerce import payments
from domain.commerce.orders import altering
from domain.commerce.payments import Payout, PayoutStatus, Tender, tenders
from domain.commerce.payments.payouts import PAYOUT_MESSAGE
from domain.commerce.refunds.deciding import get_refund, note_progress
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict
from domain.kernel.ports import Gateways, RefundReply, RefundRequest, RefundState
from domain.operation import outbox
from domain.operation.audit import record
from domain.operation.outbox import Carrier, OutboxStatus, Parcel

Clock = Callable[[], datetime]


def carriers(db: Database, gateways: Gateways, clock: Clock) -> dict[str, Carrier]:
    """Who carries out which outbox message: register each when the program is put together."""

    async def pay_out(parcel: Parcel) -> None:
        await send_payout(db, gateways, parcel.subject_id, parcel.payload["area"], clock)

    return {PAYOUT_MESSAGE: pay_out}


async def send_payout(
    db: Database, gateways: Gateways, payout_id: str, area_id: str, clock: Clock
) -> None:
    """Give money back by its platform: looked for first, so that it never goes out twice."""
    payout = await db.ask(payments.payouts.get_payout, payout_id)
    if payout.status is not PayoutStatus.DUE:
        return
    if tenders.is_internal(payout.tender):
        await db.act(try_account, payout_id, area_id, clock())
        return
    gateway = gateways[payout.tender.value]
    reply = await gateway.query_refund(payout.number, payout.payment_id)
    if reply.state is not RefundState.DONE:  # never arrived, or was refused: somebody tries again
        payment = await db.ask(payments.get_payment, payout.payment_id)
        asked = RefundRequest(payout.number, payment.id, payout.amount_minor, payment.amount_minor)
        reply = await gateway.refund(asked)
    await db.act(note_payout, payout_id, reply, area_id, clock())


async def try_account(tx: Tx, payout_id: str, area_id: str, now: datetime) -> Payout:
    """Once more onto an account that we keep: it was closed when it was tried before."""
    payout = await locked(tx, payout_id)
    if payout.status is not PayoutStatus.DUE:
        return payout
    payout = await payments.payouts.pay_account(tx, payout, area_id, now)
    return await noted(tx, payout, now)


async def locked(tx: Tx, payout_id: str) -> Payout:
    payout = await payments.payouts.get_payout(tx, payout_id)
    if payout.refund_id is None:
        return payout
    await altering.lock(tx, (await get_refund(tx, payout.refund_id)).order_id)
    return await payments.payouts.get_payout(tx, payout_id)


async def noted(tx: Tx, payout: Payout, now: datetime) -> Payout:
    if payout.refund_id is not None:
        await note_progress(tx, await get_refund(tx, payout.refund_id), now)
    record(
        tx,
        SYSTEM,
        f"payout.{payout.status.value}",
        payout.id,
        now,
        after={"amount_minor": payout.amount_minor, "tender": payout.tender.value},
        refund=payout.refund_id,
        reason=payout.problem or None,
    )
    return payout


async def note_payout(
    tx: Tx, payout_id: str, reply: RefundReply, area_id: str, now: datetime
) -> Payout:
    """Write down what the platform said about a payout; saying it twice changes nothing."""
    payout = await locked(tx, payout_id)
    if payout.status is not PayoutStatus.DUE:
        return payout
    if reply.state is RefundState.DONE:
        payout = await payments.payouts.done(tx, payout, reply.reference, area_id, now)
    else:
        payout = await payments.payouts.failed(tx, payout, reply.problem, now)
    return await noted(tx, payout, now)


async def is_stuck(tx: Tx, payout: Payout) -> bool:
    """Does it need a person? The platform refused, or nobody sends it any more."""
    if payout.status is PayoutStatus.FAILED:
        return True
    if payout.status is not PayoutStatus.DUE or payout.tender is Tender.CASH:
        return False
    return await sending(tx, payout) in (OutboxStatus.FAILED, OutboxStatus.DROPPED)


async def sending(tx: Tx, payout: Payout) -> OutboxStatus | None:
    """How its last message in the outbox stands; None when that is forgotten."""
    messages = await outbox.worklist.about(tx, "payout", payout.id, 1)
    return OutboxStatus(messages[0].status) if messages else None


async def send_again(tx: Tx, payout_id: str, area_id: str, actor: Actor, now: datetime) -> Payout:
    """Send what is stuck once more, under its own number. Conflict while it is being sent."""
    payout = await payments.payouts.get_payout(tx, payout_id)
    if not await is_stuck(tx, payout):
        raise Conflict()
    if payout.status is PayoutStatus.FAILED:
        return await retry_payout(tx, payout_id, area_id, actor, now)
    message = (await outbox.worklist.about(tx, "payout", payout.id, 1))[0]
    if message.status == OutboxStatus.FAILED:
        await outbox.worklist.retry(tx, actor, message.id, now)
    else:
        payments.payouts.send(tx, payout, area_id, now)
    record(tx, actor, "payout.retried", payout.id, now, refund=payout.refund_id, area_id=area_id)
    return payout


async def retry_payout(tx: Tx, payout_id: str, area_id: str, actor: Actor, now: datetime) -> Payout:
    """Send a payout that failed once more, under its own number. Conflict unless it failed."""
    payout = await payments.payouts.get_payout(tx, payout_id)
    payout = await payments.payouts.retry(tx, payout, area_id, now)
    if payout.refund_id is not None:
        await note_progress(tx, await get_refund(tx, payout.refund_id), now)
    record(tx, actor, "payout.retried", payout.id, now, refund=payout.refund_id, area_id=area_id)
    return payout
