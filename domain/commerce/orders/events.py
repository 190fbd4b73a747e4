"""What happened to an order, as versioned events in the transaction that did it.

The order's version grows with every event, so whoever shows an order compares numbers: an event
that is not newer than what is shown is ignored. Windows, kiosks, tablets and office pages watch
`latest`; a package above commerce may `listen` and act in the same transaction.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from domain.commerce.orders import store
from domain.commerce.orders.lines import Sold
from domain.commerce.orders.model import OrderEvent
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound

WhenPaid = Callable[[Tx, Sold, datetime], Awaitable[None]]

WhenNoted = Callable[[Tx, str, OrderEvent, datetime], None]

_when_paid: list[WhenPaid] = []
_when_noted: list[WhenNoted] = []


class Event(NamedTuple):
    """The newest word about an order; version 0 when nothing was said yet."""

    version: int
    kind: OrderEvent | None
    at: datetime | None


def when_paid(listener: WhenPaid) -> None:
    """Have something done in the transaction that pays an order and hands over what was bought."""
    if listener not in _when_paid:
        _when_paid.append(listener)


def when_noted(listener: WhenNoted) -> None:
    """Have something written (`tx.add`) in the transaction of every event of an order."""
    if listener not in _when_noted:
        _when_noted.append(listener)


async def tell_paid(tx: Tx, sold: Sold, now: datetime) -> None:
    for listener in _when_paid:
        await listener(tx, sold, now)


def note(tx: Tx, order_id: str, version: int, kind: OrderEvent, now: datetime) -> None:
    """Write down an event of a change that gave the order this version."""
    tx.add(
        store.ADD_EVENT,
        id=ids.new_id(),
        order_id=order_id,
        version=version,
        kind=kind.value,
        at=now,
    )
    for listener in _when_noted:
        listener(tx, order_id, kind, now)


async def happened(tx: Tx, order_id: str, kind: OrderEvent, now: datetime) -> int:
    """The order's next version, for a change beside its own row; give it before that change, so
    that whoever alters an order holds its row first."""
    row = await tx.one(store.NEXT_VERSION, order=order_id)
    if row is None:
        raise NotFound()
    note(tx, order_id, row.version, kind, now)
    return int(row.version)


async def latest(tx: Tx, order_id: str) -> Event:
    """The newest event of an order. A question."""
    row = await tx.one(store.LATEST_EVENT, order_id=order_id)
    return Event(row.version, OrderEvent(row.kind), row.at) if row else Event(0, None, None)


async def events_of(tx: Tx, order_id: str) -> list[Event]:
    """All of an order's events, oldest first. A question."""
    rows = await tx.rows(store.EVENTS_OF, order_id=order_id)
    return [Event(row.version, OrderEvent(row.kind), row.at) for row in rows]
