"""A change that costs more, paid where there is no window: on the web.

The new day's places are kept while the visitor pays, and the old tickets stay as good as they were.
The money changes them when it comes; if one was used, changed or given back meanwhile, or the time
was over, it goes back whole. `orders.collecting` does what happens outside. Pass the area's lane.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce import capacity, ledger, payments
from domain.commerce.changes import store
from domain.commerce.changes.changing import Change, Request, carry_out
from domain.commerce.changes.model import HoldStatus
from domain.commerce.changes.quoting import Pair, Quote, Target, check_changeable, quote_of
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import Line, Order, altering, free_lapsed, get_order, settling
from domain.commerce.orders.lapsing import CLOSE_MESSAGE
from domain.commerce.orders.lines import Owned
from domain.commerce.orders.model import LineKind
from domain.commerce.orders.ticket_lines import places_of, with_day_slot
from domain.commerce.payments import Payment, Tender
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation import outbox, settings
from domain.operation.audit import record

MOST_AT_ONCE = 50
NOT_STORED = {"visitors"}


class Held(NamedTuple):
    """A change that waits for its money, or what became of it."""

    id: str
    request_id: str
    order_id: str
    area_id: str
    status: HoldStatus
    target: Target
    old_minor: int
    new_minor: int
    held_until: datetime
    made_by: str | None

    @property
    def difference_minor(self) -> int:
        return self.new_minor - self.old_minor


def from_row(row: Any) -> Held:
    return Held(
        row.id,
        row.request_id,
        row.order_id,
        row.area_id,
        HoldStatus(row.status),
        Target(row.visit_on, row.slot_id),
        row.old_minor,
        row.new_minor,
        row.held_until,
        row.made_by,
    )


async def newest_hold(tx: Tx, order_id: str) -> Held | None:
    """An order's newest change that was to be paid for, whatever became of it. A question."""
    row = await tx.one(store.NEWEST_HOLD, order_id=order_id)
    return from_row(row) if row else None


async def hold(tx: Tx, asked: Request, actor: Actor, now: datetime) -> Held:
    """Keep the places of a dearer change while its difference is paid. Nothing else changes.

    The same request again gets the same hold; another one takes the place of one that nobody pays.
    Refused QUOTE_CHANGED, NOT_CHANGEABLE, QUOTA_EXHAUSTED; Conflict while another is being paid.
    """
    await altering.lock(tx, asked.order_id)
    if earlier := await tx.one(store.FIND_HOLD, request_id=asked.request_id):
        return same_or_conflict(from_row(earlier), asked)
    order = await get_order(tx, asked.order_id)
    if await settling.is_charging(order):
        raise Conflict(say("Another change of this order is being paid for."))
    newest = await newest_hold(tx, order.id)
    if newest is not None and newest.status is HoldStatus.HELD:
        await end(tx, newest, HoldStatus.GIVEN_UP, actor, now)
    owned = await altering.everything_owned(tx, order, now)
    quote = await quote_of(tx, order, owned, asked.subject_ids, asked.target, now)
    if quote.difference_minor != asked.difference_minor:
        raise Refused(
            Refusal.QUOTE_CHANGED,
            say("The difference is now {amount}.", amount=to_text(quote.difference_minor)),
        )
    if quote.difference_minor <= 0:
        raise InvalidInput({}, say("Nothing has to be paid for this change."))
    await altering.check_free(tx, [pair.new for pair in quote.pairs], now)
    made = Held(
        ids.new_id(),
        asked.request_id,
        order.id,
        order.area_id,
        HoldStatus.HELD,
        asked.target,
        quote.old_minor,
        quote.new_minor,
        await until(tx, order, quote, now),
        actor.id,
    )
    add_hold(tx, made, now)
    for pair in quote.pairs:
        await keep_places(tx, made, pair, order, now)
    after = {"tickets": len(quote.pairs), "difference_minor": quote.difference_minor}
    where = order.area_id
    record(tx, actor, "change.held", made.id, now, after=after, order=order.id, area_id=where)
    return made


def same_or_conflict(earlier: Held, asked: Request) -> Held:
    mine = (earlier.order_id, earlier.target, earlier.difference_minor)
    if mine != (asked.order_id, asked.target, asked.difference_minor):
        raise Conflict(
            say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
        )
    return earlier


async def until(tx: Tx, order: Order, quote: Quote, now: datetime) -> datetime:
    """The area's minutes; not longer than the old tickets can be changed."""
    current = await settings.current(tx, order.area_id)
    begins = min(pair.old.moment("starts_at") for pair in quote.pairs)
    last: datetime = min(now + timedelta(minutes=current.hold_minutes), begins)
    return last


def add_hold(tx: Tx, made: Held, now: datetime) -> None:
    values = made._asdict() | {"status": made.status.value, "made_at": now}
    del values["target"]
    place = {"visit_on": made.target.visit_on, "slot_id": made.target.slot_id}
    tx.add(store.ADD_HOLD, change_id=None, ended_at=None, **values, **place)


async def keep_places(tx: Tx, made: Held, pair: Pair, order: Order, now: datetime) -> None:
    """Its line is written down as it was priced: the money buys what was shown."""
    if pair.new.kind is not LineKind.TICKET:
        raise Refused(Refusal.NOT_CHANGEABLE)
    line = await with_day_slot(tx, pair.new, order.area_id)
    places = places_of(line, order.area_id, line.persons)
    slot_hold_id = None
    if line.persons and (line.slot_id is not None or line.counts_day):
        slot_hold_id = await capacity.hold(tx, places, order.channel, now)
        while slot_hold_id is None and await free_lapsed(tx, order.area_id, now):
            slot_hold_id = await capacity.hold(tx, places, order.channel, now)
        if slot_hold_id is None:
            raise Refused(Refusal.QUOTA_EXHAUSTED)
    tx.add(
        store.ADD_HOLD_LINE,
        id=ids.new_id(),
        hold_id=made.id,
        subject_id=pair.owned.id,
        line=line_values(line),
        slot_hold_id=slot_hold_id,
    )


def line_values(line: Line) -> dict[str, Any]:
    values = {name: value for name, value in line._asdict().items() if name not in NOT_STORED}
    told = {"kind": line.kind.value, "visit_on": line.visit_on.isoformat()}
    return values | told | {"terms": dict(line.terms)}


def line_from(values: dict[str, Any], position: int, one: Owned, old: Line) -> Line:
    named = old.visitors
    if old.quantity > 1:
        named = tuple(visitor for visitor in named if visitor.id == one.visitor_id)
    told = {
        "kind": LineKind(values["kind"]),
        "visit_on": date.fromisoformat(values["visit_on"]),
        "position": position,
        "visitors": named,
    }
    return Line(**values | told)


async def start_payment(
    tx: Tx, order_id: str, tender: Tender, actor: Actor, now: datetime
) -> Payment:
    """Write down a charge of the whole difference before it leaves the house. The one that waits
    already, when two pages ask at once. Refused HOLD_EXPIRED; Conflict when nothing is held."""
    await altering.lock(tx, order_id)
    order, held = await get_order(tx, order_id), await newest_hold(tx, order_id)
    if held is None or held.status is not HoldStatus.HELD:
        raise Conflict(say("No change of this order waits to be paid for."))
    if held.held_until <= now:
        raise Refused(Refusal.HOLD_EXPIRED)
    for one in order.payments:
        if one.status is payments.PaymentStatus.PENDING:
            return one
    if tender is Tender.CASH or payments.tenders.is_internal(tender):
        raise InvalidInput({"tender": say("This is not paid on the web.")})
    due, at = held.difference_minor, held.held_until
    payment = payments.taking.start(tx, order_id, tender, due, None, now, at)
    tx.add(store.ADD_HOLD_PAYMENT, payment_id=payment.id, hold_id=held.id)
    settling.await_word(tx, order, payment, actor, now)
    return payment


async def claim(tx: Tx, order: Order, payment: Payment, now: datetime) -> bool:
    """The difference is there. False: it is for no change, or for one that cannot be made any
    more, and goes back. Conflict when a gate is at it in this moment: said again, it is decided."""
    row = await tx.one(store.HOLD_OF_PAYMENT, payment_id=payment.id)
    if row is None:
        return False
    held = from_row(row)
    if held.status is not HoldStatus.HELD:
        return False
    owned = await altering.everything_owned(tx, order, now)
    actor = Actor(ActorKind.VISITOR, held.made_by)
    try:
        quote = await quote_again(tx, order, owned, held, now)
    except (Refused, InvalidInput, NotFound):
        await end(tx, held, HoldStatus.RETURNED, SYSTEM, now)
        return False
    made = await make(tx, order, owned, quote, held, payment, actor, now)
    await tx.one(
        store.END_HOLD, hold=held.id, to_status=HoldStatus.DONE.value, made_id=made.id, now=now
    )
    await close_charges(tx, held, now)  # one that was stopped was paid all the same
    return True


async def quote_again(
    tx: Tx, order: Order, owned: Sequence[Owned], held: Held, now: datetime
) -> Quote:
    """What was quoted, if the old tickets are still what they were then. Only reads."""
    by_id, lines = {one.id: one for one in owned}, {line.id: line for line in order.lines}
    pairs: list[Pair] = []
    for row in await tx.rows(store.HOLD_LINES, hold_id=held.id):
        one = by_id[row.subject_id]
        old = lines[one.line_id]
        check_changeable(one, old, held.target, now)
        position = len(order.lines) + len(pairs) + 1
        new = line_from(row.line, position, one, old)
        pairs.append(Pair(one, old, new._replace(places_held=new.persons)))
    quote = Quote(order.id, held.target, pairs)
    if quote.old_minor != held.old_minor:
        raise Refused(Refusal.QUOTE_CHANGED)
    await altering.check_free(tx, [pair.new for pair in pairs], now)
    return quote


async def make(
    tx: Tx,
    order: Order,
    owned: Sequence[Owned],
    quote: Quote,
    held: Held,
    payment: Payment,
    actor: Actor,
    now: datetime,
) -> Change:
    for row in await tx.rows(store.HOLD_LINES, hold_id=held.id):
        if row.slot_hold_id is not None:
            await capacity.keep(tx, row.slot_hold_id)
    due = held.difference_minor
    postings = [
        Posting(AccountKind.DEPOSITS, order.id, due),
        Posting(AccountKind.SALES, order.area_id, -due),
    ]
    ledger.post(tx, Entry("order", order.id, "order.changed", order.area_id, postings), now)
    subjects = tuple(pair.owned.id for pair in quote.pairs)
    asked = Request(held.request_id, order.id, subjects, held.target, due)
    return await carry_out(tx, order, owned, quote, asked, actor, now, payment_id=payment.id)


async def give_up(tx: Tx, order_id: str, actor: Actor, now: datetime) -> None:
    """The visitor keeps the old day. Nothing when no change is held."""
    await altering.lock(tx, order_id)
    held = await newest_hold(tx, order_id)
    if held is not None:
        await end(tx, held, HoldStatus.GIVEN_UP, actor, now)


async def end(tx: Tx, held: Held, to: HoldStatus, actor: Actor, now: datetime) -> None:
    """Without a change: the places return, and what is being charged is closed."""
    if not await tx.one(store.END_HOLD, hold=held.id, to_status=to.value, made_id=None, now=now):
        return
    slots: list[str] = []
    for row in await tx.rows(store.HOLD_LINES, hold_id=held.id):
        if row.slot_hold_id is not None:
            await capacity.let_go(tx, row.slot_hold_id)
        if row.line["slot_id"] is not None:
            slots.append(row.line["slot_id"])
    await close_charges(tx, held, now)
    where = held.area_id
    record(tx, actor, f"change.{to.value}", held.id, now, order=held.order_id, area_id=where)
    await capacity.tell_freed(tx, slots, now)


async def close_charges(tx: Tx, held: Held, now: datetime) -> None:
    where = held.area_id
    for pending in await payments.taking.close_pending(tx, held.order_id):
        payload = {"tender": pending.tender}
        outbox.enqueue(tx, CLOSE_MESSAGE, "payment", pending.id, payload, now, area_id=where)


async def lapsed_areas(tx: Tx, now: datetime) -> list[str]:
    return [row.area_id for row in await tx.rows(store.LAPSED_AREAS, now=now)]


async def tidy(tx: Tx, area_id: str, now: datetime) -> int:
    """End holds that nobody paid in time; how many."""
    found = await tx.rows(store.LAPSED, area=area_id, now=now, most=MOST_AT_ONCE)
    for row in found:
        await altering.lock(tx, row.order_id)
        await end(tx, from_row(row), HoldStatus.LAPSED, SYSTEM, now)
    return len(found)


async def sweep(db: Database, now: datetime) -> None:
    for area_id in await db.ask(lapsed_areas, now):
        await db.act(tidy, area_id, now, lane=capacity.lane(area_id))


settling.when_paid_after(claim)
