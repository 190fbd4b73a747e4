"""Bookings as they stand: questions, and what acts look at first."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce import orders
from domain.commerce.orders import OrderStatus
from domain.commerce.orders.altering import everything_owned
from domain.commerce.resellers import store
from domain.commerce.resellers.model import Booking, Item
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound

MOST = 100
TEST_LIFE = timedelta(days=30)
PAID = {OrderStatus.PAID, OrderStatus.PART_REFUNDED, OrderStatus.REFUNDED}


class Search(NamedTuple):
    """Bookings by the reseller's reference, our order number, or days of the visit."""

    reference: str | None = None
    number: str | None = None
    first: date | None = None
    last: date | None = None


async def get(tx: Tx, agent_id: str, uuid: str, now: datetime) -> Booking:
    """Raises NotFound, also for a booking of another agent."""
    row = await tx.one(store.BY_UUID, agent=agent_id, uuid=uuid)
    if row is None:
        raise NotFound()
    return await booking_of(tx, row, now)


async def by_id(tx: Tx, booking_id: str, now: datetime) -> Booking:
    """For who was told the address of its papers. Raises NotFound."""
    row = await tx.one(store.BY_ID, id=booking_id)
    if row is None:
        raise NotFound()
    return await booking_of(tx, row, now)


async def of_order(tx: Tx, agent_id: str, order_id: str, now: datetime) -> Booking | None:
    """The agent's booking behind an order. A question."""
    row = await tx.one(store.BY_ORDER, agent=agent_id, order=order_id)
    return None if row is None else await booking_of(tx, row, now)


async def lookup(tx: Tx, agent_id: str, reference: str, now: datetime) -> Sequence[Booking]:
    """Bookings that somebody's uuid, reference or our order number stands for. A question."""
    rows = await tx.rows(store.BY_REFERENCE, agent=agent_id, reference=reference, most=MOST)
    return [await booking_of(tx, row, now) for row in rows]


async def locked(tx: Tx, agent_id: str, uuid: str, now: datetime) -> Booking:
    row = await tx.one(store.LOCK, agent=agent_id, uuid=uuid)
    if row is None:
        raise NotFound()
    if row.order_id is not None:
        await orders.altering.lock(tx, row.order_id)
    return await booking_of(tx, row, now)


async def booking_of(tx: Tx, row: Any, now: datetime) -> Booking:
    items = [Item(**item) for item in row.items]
    if row.order_id is None:
        return Booking(row, items, None, {})
    order = await orders.get_order(tx, row.order_id)
    owned = await everything_owned(tx, order, now) if order.status in PAID else []
    return Booking(row, items, order, {one.id: one for one in owned})


async def forget_tests(tx: Tx, now: datetime) -> None:
    """Test bookings, with what was said about people in them. A sweep's act."""
    await tx.run(store.FORGET_TESTS, before=now - TEST_LIFE)


async def find(tx: Tx, agent_id: str, wanted: Search, now: datetime) -> Sequence[Booking]:
    """At most a hundred, the newest first."""
    rows = await tx.rows(store.FIND, agent=agent_id, most=MOST, **wanted._asdict())
    return [await booking_of(tx, row, now) for row in rows]


async def of_cart(tx: Tx, agent_id: str, cart_id: str, now: datetime) -> Sequence[Booking]:
    """Raises NotFound for a cart without bookings."""
    rows = await tx.rows(store.OF_CART, agent=agent_id, cart=cart_id)
    if not rows:
        raise NotFound()
    return [await booking_of(tx, row, now) for row in rows]
