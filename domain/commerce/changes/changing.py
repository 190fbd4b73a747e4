"""Changing tickets to another day or slot (改签), and settling the difference."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce import ledger, payments, shifts
from domain.commerce.changes import store
from domain.commerce.changes.quoting import Pair, Quote, Target, quote_of
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import Line, Order, altering, discounts, get_order
from domain.commerce.orders.discounts import GivenBack
from domain.commerce.orders.lines import Market, Owned, Replacement, fulfilment_of, offer_of
from domain.commerce.orders.rows import sold_of
from domain.commerce.payments import Tender, tenders
from domain.commerce.payments.taking import money_account
from domain.commerce.payments.tenders import Claim
from domain.commerce.refunds import RefundCause, RefundStatus, deciding
from domain.commerce.refunds.deciding import Refund
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation.audit import record
from domain.operation.printers import open_drawer


class Request(NamedTuple):
    """A change that somebody confirms. `difference_minor` is what the quote said; a positive one is
    paid with `cash_minor` on the desk of `window_id`, or from an `account` that we keep; a negative
    one goes back as it was paid."""

    request_id: str
    order_id: str
    subject_ids: tuple[str, ...]
    target: Target
    difference_minor: int
    window_id: str | None = None
    cash_minor: int = 0
    account: tuple[Tender, str] | None = None


class Change(NamedTuple):
    """`successors` are the new tickets' ids by those of the old."""

    id: str
    order_id: str
    old_minor: int
    new_minor: int
    refund_id: str | None
    payment_id: str | None
    successors: Mapping[str, str]


Follower = Callable[[Tx, Change, Actor, datetime], Awaitable[None]]
_followers: list[Follower] = []


def when_changed(follower: Follower) -> None:
    """Called, when a package is imported, by who keeps the day of a ticket in rows of its own:
    after every change, in its transaction."""
    _followers.append(follower)


async def change(tx: Tx, asked: Request, actor: Actor, now: datetime) -> Change:
    """Change tickets as it was quoted; their successors are linked to them.

    The same request again gets the same change. Refused QUOTE_CHANGED, NOT_CHANGEABLE,
    QUOTA_EXHAUSTED, PAYMENT_SHORT, SHIFT_NEEDED; Conflict when somebody was first. Pass the area's
    lane.
    """
    await altering.lock(tx, asked.order_id)  # first: of two at once the second sees the answer
    if earlier := await tx.one(store.FIND_REQUEST, request_id=asked.request_id):
        return await answer_again(tx, earlier, asked)
    order = await get_order(tx, asked.order_id)
    owned = await altering.everything_owned(tx, order, now)
    quote = await quote_of(tx, order, owned, asked.subject_ids, asked.target, now)
    if quote.difference_minor != asked.difference_minor:
        raise Refused(
            Refusal.QUOTE_CHANGED,
            say("The difference is now {amount}.", amount=to_text(quote.difference_minor)),
        )
    await altering.check_free(tx, [pair.new for pair in quote.pairs], now)
    return await carry_out(tx, order, owned, quote, asked, actor, now)


async def carry_out(
    tx: Tx,
    order: Order,
    owned: Sequence[Owned],
    quote: Quote,
    asked: Request,
    actor: Actor,
    now: datetime,
    *,
    payment_id: str | None = None,
) -> Change:
    """Do what was quoted. `payment_id`: of the difference, when it was paid before and the new
    places were kept meanwhile."""
    successors = await move_tickets(tx, order, quote, now, has_places=payment_id is not None)
    day = min((line.visit_on for line in still_used(order, owned, quote)), default=order.visit_on)
    await altering.add_total(tx, order, max(0, quote.difference_minor), day, now)
    change_id = ids.new_id()
    moved = [pair.owned for pair in quote.pairs]
    back = GivenBack(order.id, order.lines, owned, moved, ("change", change_id))
    await discounts.given_back(tx, back, now)
    refund_id = None
    if payment_id is None:
        refund_id, payment_id = await settle(tx, order, quote, asked, actor, now)
    made = Change(
        change_id,
        order.id,
        quote.old_minor,
        quote.new_minor,
        refund_id,
        payment_id,
        successors,
    )
    add_change(tx, order, made, asked, quote, actor, now)
    for follower in _followers:
        await follower(tx, made, actor, now)
    await altering.tell_freed(tx, order, [pair.owned for pair in quote.pairs], now)
    return made


def still_used(order: Order, owned: Sequence[Owned], quote: Quote) -> list[Line]:
    """The lines that the order has now: of tickets that stay, and the new ones."""
    moved = {pair.owned.id for pair in quote.pairs}
    staying = {
        one.line_id for one in owned if one.id not in moved and one.refusal not in altering.GONE
    }
    kept = [line for line in order.lines if line.id in staying]
    return kept + [pair.new for pair in quote.pairs]


async def answer_again(tx: Tx, earlier: Any, asked: Request) -> Change:
    rows = await tx.rows(store.LINES, change_id=earlier.id)
    successors = {row.old_subject_id: row.new_subject_id for row in rows}
    difference = earlier.new_minor - earlier.old_minor
    if (earlier.order_id, set(successors), difference) != (
        asked.order_id,
        set(asked.subject_ids),
        asked.difference_minor,
    ):
        raise Conflict(
            say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
        )
    return from_row(earlier, successors)


async def move_tickets(
    tx: Tx, order: Order, quote: Quote, now: datetime, *, has_places: bool
) -> dict[str, str]:
    """Old places back, new places taken, old tickets dead, new ones made."""
    market = Market(order.area_id, order.channel, order.window_id, now, accompanied=True)
    moved = [pair.owned for pair in quote.pairs]
    nameless = [one._replace(visitor_id=None) for one in moved]  # they come along
    await altering.let_go(tx, without_names(order), nameless, now)
    successors: dict[str, str] = {}
    for kind in sorted({pair.new.kind for pair in quote.pairs}):
        pairs = [pair for pair in quote.pairs if pair.new.kind is kind]
        held = [pair.new for pair in pairs]
        if not has_places:
            held = await offer_of(kind).hold(tx, held, market)
        for pair, line in zip(pairs, held, strict=True):
            await altering.add_changed_line(tx, order, line, pair.old)
        replaced = await fulfilment_of(kind).replace(
            tx,
            sold_of(order),
            [
                Replacement(pair.owned, line, 0, line.amount_minor)
                for pair, line in zip(pairs, held, strict=True)
            ],
            now,
        )
        successors |= {pair.owned.id: new_id for pair, new_id in zip(pairs, replaced, strict=True)}
    return successors


def without_names(order: Order) -> Order:
    return order._replace(lines=[line._replace(visitors=()) for line in order.lines])


async def settle(
    tx: Tx, order: Order, quote: Quote, asked: Request, actor: Actor, now: datetime
) -> tuple[str | None, str | None]:
    """The difference: to the drawer, or back by the routes it came. (refund id, payment id)"""
    if quote.difference_minor > 0:
        return None, await take_difference(tx, order, quote, asked, actor, now)
    if quote.difference_minor == 0:
        return None, None
    refund = Refund(
        ids.new_id(),
        await deciding.next_number(tx, order),
        order.id,
        RefundStatus.APPROVED,
        RefundCause.CHANGE,
        "",
        -quote.difference_minor,
        0,
        -quote.difference_minor,
        None,
        actor.id,
        now,
        None,
    )
    await deciding.give_difference(tx, refund, order, asked.window_id, actor, now)
    return refund.id, None


async def take_difference(
    tx: Tx, order: Order, quote: Quote, asked: Request, actor: Actor, now: datetime
) -> str:
    due = quote.difference_minor
    if asked.account is not None:
        return await charge_account(tx, order, due, *asked.account, actor, now)
    if asked.window_id is None:
        raise InvalidInput({"window": say("A dearer ticket is paid for at a window.")})
    if asked.cash_minor < due:
        raise Refused(Refusal.PAYMENT_SHORT)
    shift_id = await shifts.for_sale(tx, asked.window_id, actor.id)
    paid = payments.taking.take_cash(tx, order.id, due, asked.cash_minor, shift_id, now)
    await open_drawer(tx, asked.window_id, order.id, now)
    postings = [
        money_account(paid.tender, order.area_id, shift_id, due),
        Posting(AccountKind.SALES, order.area_id, -due),
    ]
    entry = Entry("order", order.id, "order.changed", order.area_id, postings)
    ledger.post(tx, entry, now)
    return paid.id


async def charge_account(
    tx: Tx, order: Order, due: int, tender: Tender, account_id: str, actor: Actor, now: datetime
) -> str:
    """Refused by the account's keeper, and then nothing is changed."""
    taken = payments.taking.take_from_account(tx, order.id, tender, account_id, due, None, now)
    kinds = frozenset(line.kind.value for line in order.lines)
    claim = Claim(taken.id, order.id, order.area_id, account_id, due, kinds, (), actor)
    money = await tenders.keeper_of(tender).charge(tx, claim, now)
    postings = [*money, Posting(AccountKind.SALES, order.area_id, -due)]
    ledger.post(tx, Entry("order", order.id, "order.changed", order.area_id, postings), now)
    return taken.id


def add_change(
    tx: Tx,
    order: Order,
    made: Change,
    asked: Request,
    quote: Quote,
    actor: Actor,
    now: datetime,
) -> None:
    tx.add(
        store.ADD_CHANGE,
        id=made.id,
        request_id=asked.request_id,
        order_id=made.order_id,
        old_minor=made.old_minor,
        new_minor=made.new_minor,
        refund_id=made.refund_id,
        payment_id=made.payment_id,
        window_id=asked.window_id,
        changed_by=actor.id,
        changed_at=now,
    )
    for pair in quote.pairs:
        add_change_line(tx, made, pair)
    record(
        tx,
        actor,
        "change.made",
        made.id,
        now,
        after={
            "tickets": len(quote.pairs),
            "day": quote.target.visit_on.isoformat(),
            "difference_minor": quote.difference_minor,
        },
        order=made.order_id,
        area_id=order.area_id,
    )


def add_change_line(tx: Tx, made: Change, pair: Pair) -> None:
    tx.add(
        store.ADD_LINE,
        id=ids.new_id(),
        change_id=made.id,
        old_line_id=pair.old.id,
        new_line_id=pair.new.id,
        old_subject_id=pair.owned.id,
        new_subject_id=made.successors[pair.owned.id],
        old_minor=pair.owned.paid_minor,
        new_minor=pair.new.amount_minor,
    )


async def get_change(tx: Tx, change_id: str) -> Change:
    """One change with its successors. Raises NotFound."""
    row = await tx.one(store.GET_CHANGE, id=change_id)
    if row is None:
        raise NotFound()
    lines = await tx.rows(store.LINES, change_id=change_id)
    return from_row(row, {line.old_subject_id: line.new_subject_id for line in lines})


def from_row(row: Any, successors: Mapping[str, str]) -> Change:
    return Change(
        row.id,
        row.order_id,
        row.old_minor,
        row.new_minor,
        row.refund_id,
        row.payment_id,
        successors,
    )


async def changes_of(tx: Tx, order_id: str) -> list[Any]:
    """An order's changes, oldest first: old_minor, new_minor, changed_by, changed_at ..."""
    return await tx.rows(store.OF_ORDER, order_id=order_id)
