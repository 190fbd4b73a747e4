"""Giving a card back (退卡): what each lot is still worth, and the deposit when it is intact.

The worth is computed lot by lot (domain.md, 6.4) and goes back by the routes of the orders that
paid for the lots. What is kept of a lot stays with the area as a fee; bonus, uses and points are
gone. Above what somebody may refund alone another decides; until then the card is frozen.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.cards import lots
from domain.cards.memberships import store
from domain.cards.memberships.cards import (
    NOUN,
    Change,
    change_balance,
    get,
    locked,
    move_to,
    must_be_free,
    zone_of,
)
from domain.cards.memberships.holders import get_holder, must_be_holder
from domain.cards.memberships.model import (
    POINT,
    USE,
    LotKind,
    MembershipStatus,
    ReturnReason,
    ReturnStatus,
)
from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import altering, get_order
from domain.commerce.refunds import Refund, RefundCause
from domain.commerce.refunds.allowing import needs_approval
from domain.commerce.refunds.values import Value, give_value
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "card_return"
RETURNABLE = frozenset({MembershipStatus.ACTIVE, MembershipStatus.EXPIRED})
CAUSES = {ReturnReason.BY_RIGHT: RefundCause.OPERATOR, ReturnReason.BY_WISH: RefundCause.VISITOR}


class LotWorth(NamedTuple):
    """One lot: `paid_minor` is what it is worth by right, of which `fee_minor` is kept."""

    lot_id: str
    kind: LotKind
    order_id: str | None
    order_line_id: str | None
    bought_at: datetime
    paid_minor: int
    fee_minor: int

    @property
    def amount_minor(self) -> int:
        return self.paid_minor - self.fee_minor


class ReturnQuote(NamedTuple):
    card_id: str
    reason: ReturnReason
    lots: Sequence[LotWorth]

    @property
    def value_minor(self) -> int:
        return sum(one.amount_minor for one in self.lots if one.kind is not LotKind.DEPOSIT)

    @property
    def deposit_minor(self) -> int:
        return sum(one.amount_minor for one in self.lots if one.kind is LotKind.DEPOSIT)

    @property
    def amount_minor(self) -> int:
        return sum(one.amount_minor for one in self.lots)


class Request(NamedTuple):
    """A return that somebody confirms. `amount_minor` is what the quote said, `window_id` where
    cash would be handed over; `document_marks` of the document that is shown."""

    request_id: str
    card_id: str
    reason: ReturnReason
    note: str
    is_intact: bool
    amount_minor: int
    window_id: str | None = None
    document_marks: tuple[str, ...] = ()


class CardReturn(NamedTuple):
    """REQUESTED waits for another person; DONE has its money on the way or paid out."""

    id: str
    card_id: str
    status: ReturnStatus
    reason: ReturnReason
    value_minor: int
    deposit_minor: int
    approval_id: str | None
    refunds: Sequence[Refund] = ()

    @property
    def amount_minor(self) -> int:
        return self.value_minor + self.deposit_minor


async def quote(
    tx: Tx, card_id: str, reason: ReturnReason, is_intact: bool, now: datetime
) -> ReturnQuote:
    """What giving the card back would pay now. A question."""
    return await worth_of(tx, await get(tx, card_id), reason, is_intact, now)


async def worth_of(
    tx: Tx, card: Any, reason: ReturnReason, is_intact: bool, now: datetime
) -> ReturnQuote:
    today = local_day(now, await zone_of(tx, card.area_id))
    found = [
        lot_worth(row, reason, is_intact, today)
        for row in await tx.rows(store.LOTS_OF, card=card.id)
        if row.closed_at is None
    ]
    return ReturnQuote(card.id, reason, found)


def lot_worth(row: Any, reason: ReturnReason, is_intact: bool, today: date) -> LotWorth:
    kind = LotKind(row.kind)
    if kind is LotKind.DEPOSIT:
        by_right, back = row.principal_minor, row.principal_minor if is_intact else 0
    else:
        by_right, by_wish = values_of(row, kind, today)
        back = by_right if reason is ReturnReason.BY_RIGHT else min(by_right, by_wish)
    return LotWorth(
        row.id,
        kind,
        row.order_id,
        row.order_line_id,
        row.bought_at,
        by_right,
        by_right - back,
    )


def values_of(row: Any, kind: LotKind, today: date) -> lots.Worth:
    """K1 of a balance (what is left of it stands on the ledger), K4 of uses, K5 of a term."""
    paid = row.principal_minor
    if kind is LotKind.BALANCE:
        left = row.principal_left_minor
        spent = paid + row.bonus_minor - left - row.bonus_left_minor
        return lots.Worth(left, lots.stored_value(paid, row.bonus_minor, spent).by_wish_minor)
    if kind is LotKind.USES:
        return lots.uses(paid, row.uses, row.uses - row.uses_left, row.entry_price_minor)
    total = (row.until_on - row.from_on).days
    left = (row.until_on - max(today, row.from_on)).days
    return lots.term(paid, max(0, left), total)


async def return_card(tx: Tx, asked: Request, actor: Actor, now: datetime) -> CardReturn:
    """Give a card back for money, as it was quoted. The same request again gets the same return.

    Refused HOLDER_MISMATCH, NOT_RETURNABLE, CARD_RESERVED, QUOTE_CHANGED, SHIFT_NEEDED or
    CASH_SHORT (cash at a window). Above what the actor may refund alone it becomes a request and
    the card is frozen.
    """
    if not asked.note.strip() or len(asked.note) > 400:
        raise InvalidInput({"note": say("Say why, in at most 400 characters.")})
    card = await lock_all(tx, asked.card_id)
    if earlier := await tx.one(store.FIND_RETURN, request_id=asked.request_id):
        return answer_again(earlier, asked)
    await check_returnable(tx, card, asked.document_marks)
    worth = await worth_of(tx, card, asked.reason, asked.is_intact, now)
    must_be_quoted(worth, asked.amount_minor)
    first = next((one.order_id for one in worth.lots if one.order_id), None)
    if first is not None and worth.amount_minor:
        order = await get_order(tx, first)
        cause = CAUSES[asked.reason]
        if await needs_approval(tx, order, cause, worth.amount_minor, actor, now):
            return await ask_approval(tx, card, asked, worth, actor, now)
    made = add_return(tx, card, asked, worth, ReturnStatus.DONE, None, actor, now)
    return await carry_out(tx, made, card, worth, asked.note, asked.window_id, actor, now)


async def lock_all(tx: Tx, card_id: str) -> Any:
    """The orders first, then the card: in the order in which paying locks them."""
    await get(tx, card_id)
    found = await tx.rows(store.LOTS_OF, card=card_id)
    for order_id in sorted({row.order_id for row in found if row.order_id}):
        await altering.lock(tx, order_id)
    return await locked(tx, card_id)


def answer_again(earlier: Any, asked: Request) -> CardReturn:
    made = return_of(earlier)
    same = (made.card_id, made.reason, made.amount_minor)
    if same != (asked.card_id, asked.reason, asked.amount_minor):
        raise Conflict(
            say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
        )
    return made


def return_of(row: Any) -> CardReturn:
    return CardReturn(
        row.id,
        row.membership_id,
        ReturnStatus(row.status),
        ReturnReason(row.reason),
        row.value_minor,
        row.deposit_minor,
        row.approval_id,
    )


async def check_returnable(tx: Tx, card: Any, document_marks: tuple[str, ...]) -> None:
    if card.status not in RETURNABLE:
        raise Refused(Refusal.NOT_RETURNABLE)
    await must_be_free(tx, card)
    if card.holder_id is None:
        return
    if (await get_holder(tx, card.holder_id)).document_hash is not None:
        await must_be_holder(tx, card, document_marks)


def must_be_quoted(worth: ReturnQuote, amount_minor: int) -> None:
    if worth.amount_minor != amount_minor:
        sentence = say("The amount is now {amount}.", amount=to_text(worth.amount_minor))
        raise Refused(Refusal.QUOTE_CHANGED, sentence)
    if any(one.amount_minor and one.order_id is None for one in worth.lots):
        raise Refused(
            Refusal.NOT_RETURNABLE,
            say("A part of this card was bought in another system; finance pays it out."),
        )


async def ask_approval(
    tx: Tx, card: Any, asked: Request, worth: ReturnQuote, actor: Actor, now: datetime
) -> CardReturn:
    """Freeze the card and ask another person."""
    if card.status == MembershipStatus.ACTIVE:
        await move_to(tx, card, MembershipStatus.FROZEN, asked.note, now)
    return_id = ids.new_id()
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (NOUN, card.id),
        {"return": return_id, "number": card.number},
        now,
        reason=asked.note,
        area_id=card.area_id,
        amount_minor=worth.amount_minor,
    )
    made = add_return(
        tx, card, asked, worth, ReturnStatus.REQUESTED, (return_id, approval_id), actor, now
    )
    record(tx, actor, "membership.return_requested", card.id, now, reason=asked.note)
    return made


def add_return(
    tx: Tx,
    card: Any,
    asked: Request,
    worth: ReturnQuote,
    status: ReturnStatus,
    waiting: tuple[str, str] | None,
    actor: Actor,
    now: datetime,
) -> CardReturn:
    return_id, approval_id = waiting or (ids.new_id(), None)
    tx.add(
        store.ADD_RETURN,
        id=return_id,
        request_id=asked.request_id,
        membership_id=card.id,
        area_id=card.area_id,
        status=status.value,
        reason=asked.reason.value,
        note=asked.note,
        is_intact=asked.is_intact,
        value_minor=worth.value_minor,
        deposit_minor=worth.deposit_minor,
        detail=[
            {"lot": one.lot_id, "paid_minor": one.paid_minor, "fee_minor": one.fee_minor}
            for one in worth.lots
        ],
        approval_id=approval_id,
        requested_by=actor.id,
        requested_at=now,
        decided_at=now if status is ReturnStatus.DONE else None,
    )
    value, deposit = worth.value_minor, worth.deposit_minor
    return CardReturn(return_id, card.id, status, asked.reason, value, deposit, approval_id)


async def carry_out(
    tx: Tx,
    made: CardReturn,
    card: Any,
    worth: ReturnQuote,
    note: str,
    window_id: str | None,
    actor: Actor,
    now: datetime,
) -> CardReturn:
    """The card is dead, its lots are closed, the money goes out by the routes it came."""
    await move_to(tx, card, MembershipStatus.RETURNED, note, now)
    await tx.run(store.KILL_MEDIA, card=card.id, now=now)
    paid = [
        await give_value(
            tx,
            order_id,
            [value_of(card, one) for one in worth.lots if one.order_id == order_id],
            CAUSES[made.reason],
            note,
            window_id,
            actor,
            now,
            approval_id=made.approval_id,
        )
        for order_id in sorted({one.order_id for one in worth.lots if one.order_id})
    ]
    await empty(tx, card, now)
    after = {"value_minor": made.value_minor, "deposit_minor": made.deposit_minor}
    record(tx, actor, "membership.returned", card.id, now, after=after, reason=note)
    return made._replace(status=ReturnStatus.DONE, refunds=tuple(paid))


def value_of(card: Any, one: LotWorth) -> Value:
    accounts = {
        LotKind.BALANCE: (AccountKind.MEMBER_PRINCIPAL, card.id),
        LotKind.DEPOSIT: (AccountKind.MEMBER_DEPOSITS, card.id),
    }
    account, owner_id = accounts.get(one.kind, (AccountKind.SALES, card.area_id))
    debit = Posting(account, owner_id, one.paid_minor)
    line_id = one.order_line_id or ""
    return Value(line_id, one.lot_id, one.paid_minor, one.fee_minor, (debit,))


async def empty(tx: Tx, card: Any, now: datetime) -> None:
    """Bonus, uses and points are gone; so is principal that no order paid for (it was worthless,
    or the return would have been refused)."""
    own = [row for row in await tx.rows(store.OPEN_LOTS, card=card.id) if row.order_id is None]
    principal = sum(row.principal_left_minor for row in own)
    gone = [
        (AccountKind.MEMBER_PRINCIPAL, AccountKind.REFUND_FEES, principal, "CNY"),
        (AccountKind.MEMBER_BONUS, AccountKind.BONUS_GIVEN, card.bonus_minor, "CNY"),
        (AccountKind.MEMBER_USES, AccountKind.USES_SOLD, card.uses_left, USE),
        (AccountKind.MEMBER_POINTS, AccountKind.POINTS_GIVEN, card.points, POINT),
    ]
    postings = [
        posting
        for account, other, amount, currency in gone
        for posting in (
            Posting(account, card.id, amount, currency),
            Posting(other, card.area_id, -amount, currency),
        )
    ]
    ledger.post(tx, Entry(NOUN, card.id, "membership.emptied", card.area_id, postings), now)
    await tx.run(store.CLOSE_LOTS, card=card.id, now=now)
    held = (card.principal_minor, card.bonus_minor, card.deposit_minor, card.uses_left, card.points)
    await change_balance(tx, card, Change(*(-amount for amount in held)))


# -- deciding


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Another person has agreed, to what it was worth on the day when it was asked for."""
    card = await lock_all(tx, approval.subject_id)
    row = await decided(tx, approval, ReturnStatus.DONE, now)
    made = return_of(row)
    if card.status == MembershipStatus.FROZEN:
        await move_to(tx, card, MembershipStatus.ACTIVE, "", now)
        card = await locked(tx, card.id)
    worth = await worth_of(tx, card, made.reason, row.is_intact, row.requested_at)
    if worth.amount_minor != made.amount_minor:
        raise Conflict(say("The card is worth something else by now: reject this, and ask again."))
    await carry_out(tx, made, card, worth, row.note, None, actor, now)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The card is as good as before."""
    card = await locked(tx, approval.subject_id)
    await decided(tx, approval, ReturnStatus.REJECTED, now)
    if card.status == MembershipStatus.FROZEN:
        await move_to(tx, card, MembershipStatus.ACTIVE, "", now)
    record(tx, actor, "membership.return_rejected", card.id, now)


async def decided(tx: Tx, approval: Any, to: ReturnStatus, now: datetime) -> Any:
    return_id = approval.payload["return"]
    if not await tx.one(store.DECIDE_RETURN, the_return=return_id, to_status=to.value, now=now):
        raise Conflict()
    return await tx.one(store.GET_RETURN, id=return_id)


async def get_return(tx: Tx, return_id: str) -> Any:
    row = await tx.one(store.GET_RETURN, id=return_id)
    if row is None:
        raise NotFound()
    return row


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.REFUNDS_APPROVE, say("Return of a card")),
)
