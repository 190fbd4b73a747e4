"""What refunds and changes do to an order's own rows. Nobody else calls these."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.commerce import capacity
from domain.commerce.orders import events, rows, store
from domain.commerce.orders.lapsing import release, slots_of
from domain.commerce.orders.lines import Line, Owned, fulfilment_of
from domain.commerce.orders.model import ORDER_MOVES, OrderEvent, OrderStatus
from domain.commerce.orders.placing import check_visitors
from domain.commerce.orders.rows import Order, sold_of
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.refusals import Refusal
from domain.kernel.states import move

GONE = {Refusal.REFUNDED, Refusal.CHANGED}


async def lock(tx: Tx, order_id: str) -> None:
    """Nobody else alters the order until this transaction ends. Raises NotFound."""
    if await tx.one(store.LOCK_ORDER, id=order_id) is None:
        raise NotFound()


async def everything_owned(tx: Tx, order: Order, now: datetime) -> list[Owned]:
    """What the order's lines have become, of every kind."""
    found: list[Owned] = []
    for kind in sorted({line.kind for line in order.lines}):
        found += await fulfilment_of(kind).owned(tx, order.id, now)
    return found


async def let_go(tx: Tx, order: Order, owned: Sequence[Owned], now: datetime) -> None:
    """The places and the visitors' names of things that nobody will use return to the pool."""
    by_id = {line.id: line for line in order.lines}
    heads: dict[str, int] = {}
    for one in owned:
        heads[one.line_id] = heads.get(one.line_id, 0) + one.persons_left
        line = by_id[one.line_id]
        named = {visitor.id for visitor in line.visitors} if line.quantity == 1 else set()
        if one.visitor_id is not None:
            named.add(one.visitor_id)
        for visitor_id in sorted(named):
            await tx.run(store.RELEASE_VISITOR, visitor=visitor_id, now=now)
    going = [(by_id[line_id], count) for line_id, count in sorted(heads.items())]
    await release(tx, sold_of(order), going, now)


async def tell_freed(tx: Tx, order: Order, owned: Sequence[Owned], now: datetime) -> None:
    """Whoever waits for the places of these things hears of it: the last word of an act."""
    gone = {one.line_id for one in owned}
    await capacity.tell_freed(tx, slots_of([x for x in order.lines if x.id in gone]), now)


async def add_refunded(
    tx: Tx, order: Order, minor: int, to: OrderStatus | None, now: datetime
) -> None:
    """Count money that goes back; `to` None leaves the status as it is."""
    status = order.status if to is None else move(ORDER_MOVES, order.status, to)
    done = await tx.one(store.ADD_REFUNDED, order=order.id, minor=minor, to_status=status.value)
    if done is None:
        raise Conflict()
    if to is not None:
        events.note(tx, order.id, done.version, OrderEvent.REFUNDED, now)


def status_after(owned: Sequence[Owned], given_back: set[str]) -> OrderStatus:
    """Refunded when nothing is left of the order, used or not."""
    left = [one for one in owned if one.refusal not in GONE and one.id not in given_back]
    return OrderStatus.PART_REFUNDED if left else OrderStatus.REFUNDED


async def check_free(tx: Tx, lines: Sequence[Line], now: datetime) -> None:
    """Raises Refused DUPLICATE_VISITOR when somebody on these lines has a ticket there already."""
    await check_visitors(tx, lines, now)


async def add_changed_line(tx: Tx, order: Order, line: Line, old: Line) -> None:
    """A line that replaces (part of) another, with the same visitors."""
    tx.add(store.ADD_LINE, **rows.line_row(line, order.id, old.id))
    for position, visitor in enumerate(line.visitors):
        await tx.run(
            store.MOVE_VISITOR,
            visitor=visitor.id,
            line=line.id,
            at_position=position,
            to_day=line.visit_on,
        )


async def add_total(tx: Tx, order: Order, minor: int, visit_on: date, now: datetime) -> None:
    """A change made the order dearer (or, by nothing, only another day's)."""
    done = await tx.one(store.ADD_TOTAL, order=order.id, minor=minor, to_day=visit_on)
    if done is None:
        raise Conflict()
    events.note(tx, order.id, done.version, OrderEvent.CHANGED, now)
