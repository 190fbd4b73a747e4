"""Money in. Cash is paid at once; cards and codes are asked for outside and settled afterwards.

The account of money that came in: cash in the shift's drawer, the others in the area's clearing.
What is paid on an order before all of it is paid lies in the order's deposits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.payments import store
from domain.commerce.payments.model import PAYMENT_MOVES, PaymentStatus, Tender
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.ports import Way
from domain.kernel.states import move

CLEARING = {
    Tender.CARD: AccountKind.CARD_CLEARING,
    Tender.SCAN: AccountKind.SCAN_CLEARING,
    Tender.WECHAT: AccountKind.WECHAT_CLEARING,
    Tender.ALIPAY: AccountKind.ALIPAY_CLEARING,
}
CAPTURED = {PaymentStatus.PAID, PaymentStatus.PART_REFUNDED, PaymentStatus.REFUNDED}


class Payment(NamedTuple):
    id: str
    order_id: str
    tender: Tender
    status: PaymentStatus
    amount_minor: int
    tendered_minor: int
    change_minor: int
    refunded_minor: int
    reference: str
    shift_id: str | None
    created_at: datetime
    paid_at: datetime | None
    is_invited: bool = False  # the payer starts it, and may not have yet
    way: Way = Way.QR  # how the payer comes to it
    closes_at: datetime | None = None  # of what is paid after its order was settled

    @property
    def left_minor(self) -> int:
        """What can still be given back."""
        return self.amount_minor - self.refunded_minor if self.status in CAPTURED else 0


def from_row(row: Any) -> Payment:
    return Payment(
        row.id,
        row.order_id,
        Tender(row.tender),
        PaymentStatus(row.status),
        row.amount_minor,
        row.tendered_minor,
        row.change_minor,
        row.refunded_minor,
        row.reference,
        row.shift_id,
        row.created_at,
        row.paid_at,
        row.is_invited,
        Way(row.way),
        row.closes_at,
    )


def money_account(tender: Tender, area_id: str, shift_id: str | None, minor: int) -> Posting:
    """Where money of a tender lies: positive comes in, negative goes out."""
    if tender is Tender.CASH:
        if shift_id is None:
            raise ValueError("cash lies in the drawer of a shift")
        return Posting(AccountKind.DRAWER, shift_id, minor)
    return Posting(CLEARING[tender], area_id, minor)


def take_cash(
    tx: Tx, order_id: str, amount_minor: int, tendered_minor: int, shift_id: str, now: datetime
) -> Payment:
    """Write down cash on the desk and the change. Whoever settles the order posts it."""
    paid = Payment(
        ids.new_id(),
        order_id,
        Tender.CASH,
        PaymentStatus.PAID,
        amount_minor,
        tendered_minor,
        tendered_minor - amount_minor,
        0,
        "",
        shift_id,
        now,
        now,
    )
    tx.add(store.ADD_PAYMENT, **values_of(paid))
    return paid


def take_from_account(
    tx: Tx,
    order_id: str,
    tender: Tender,
    account_id: str,
    amount_minor: int,
    shift_id: str | None,
    now: datetime,
) -> Payment:
    """Write down a payment from an account that we keep (`tenders.py`): paid in this very act.
    Its reference is the account."""
    paid = Payment(
        ids.new_id(),
        order_id,
        tender,
        PaymentStatus.PAID,
        amount_minor,
        amount_minor,
        0,
        0,
        account_id,
        shift_id,
        now,
        now,
    )
    tx.add(store.ADD_PAYMENT, **values_of(paid))
    return paid


def start(
    tx: Tx,
    order_id: str,
    tender: Tender,
    amount_minor: int,
    shift_id: str | None,
    now: datetime,
    closes_at: datetime | None = None,
) -> Payment:
    """Write down that a card or a code is about to be charged: before anything leaves the house,
    so that no charge is ever unknown to us."""
    if tender is Tender.CASH or amount_minor <= 0:
        raise ValueError("only an amount of a card or a code is charged")
    asked = Payment(
        ids.new_id(),
        order_id,
        tender,
        PaymentStatus.PENDING,
        amount_minor,
        amount_minor,
        0,
        0,
        "",
        shift_id,
        now,
        None,
        closes_at=closes_at,
    )
    tx.add(store.ADD_PAYMENT, **values_of(asked))
    return asked


def values_of(payment: Payment) -> dict[str, Any]:
    words = {name: getattr(payment, name).value for name in ("tender", "status", "way")}
    return payment._asdict() | words


async def get_payment(tx: Tx, payment_id: str) -> Payment:
    row = await tx.one(store.GET_PAYMENT, id=payment_id)
    if row is None:
        raise NotFound()
    return from_row(row)


async def payments_of(tx: Tx, order_id: str) -> list[Payment]:
    """All of an order's payments, oldest first, also those that came to nothing."""
    return [from_row(row) for row in await tx.rows(store.OF_ORDER, order_id=order_id)]


async def mark(
    tx: Tx, payment: Payment, to: PaymentStatus, reference: str, now: datetime
) -> Payment:
    """Move a payment that waited for the far side. Raises Conflict when it moved meanwhile."""
    move(PAYMENT_MOVES, payment.status, to)
    paid_at = now if to is PaymentStatus.PAID else None
    if not await tx.one(
        store.SAVE_STATUS,
        payment=payment.id,
        seen=payment.status.value,
        to_status=to.value,
        their_reference=reference,
        at=paid_at,
    ):
        raise Conflict()
    return payment._replace(status=to, reference=reference, paid_at=paid_at)


async def note_invited(tx: Tx, payment_id: str) -> None:
    """A QR or a page was made for it: that the platform does not know it yet means nothing."""
    await tx.run(store.NOTE_INVITED, payment=payment_id)


async def choose_way(tx: Tx, payment: Payment, way: Way) -> Payment:
    """How the payer will come to it: for good, because a platform that knows it one way refuses
    another."""
    await tx.run(store.CHOOSE_WAY, payment=payment.id, to_way=way.value)
    return payment._replace(way=way, is_invited=True)


def deposit(tx: Tx, payment: Payment, area_id: str, now: datetime) -> None:
    """Post money that came in before its order is settled."""
    money = money_account(payment.tender, area_id, payment.shift_id, payment.amount_minor)
    deposit_from(tx, payment, [money], area_id, now)


def deposit_from(
    tx: Tx, payment: Payment, money: Sequence[Posting], area_id: str, now: datetime
) -> None:
    """The same for money that came out of these accounts."""
    postings = [*money, Posting(AccountKind.DEPOSITS, payment.order_id, -payment.amount_minor)]
    entry = Entry("payment", payment.id, "payment.paid", area_id, postings)
    ledger.post(tx, entry, now)


async def close_pending(tx: Tx, order_id: str) -> list[Any]:
    """Nobody waits for these any more: the order was given up. Rows: id, tender."""
    return await tx.rows(store.CLOSE_PENDING, of_order=order_id)


async def pending_since(tx: Tx, before: datetime, most: int) -> list[Any]:
    """Charges that have been waiting since then: they are to be queried. Rows: id, tender."""
    return await tx.rows(store.PENDING_SINCE, before=before, most=most)


def captured(payments: Sequence[Payment]) -> int:
    return sum(one.amount_minor for one in payments if one.status in CAPTURED)
