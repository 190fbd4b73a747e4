"""What programs of resellers book, in the words of OCTO (docs/octo.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from domain.commerce.orders import Order, OrderStatus
from domain.commerce.orders.altering import GONE
from domain.commerce.orders.lines import Owned


class BookingStatus(StrEnum):
    ON_HOLD = "ON_HOLD"
    CONFIRMED = "CONFIRMED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    PENDING = "PENDING"  # a refund waits for another person


class Given(StrEnum):
    """How much a cancellation gave back."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


class Item(NamedTuple):
    """One unit of a booking: a ticket once it is confirmed. Prices in fen: as listed, as the
    public pays, as the agent pays."""

    uuid: str
    type_id: str
    reference: str = ""
    original_minor: int = 0
    retail_minor: int = 0
    net_minor: int = 0
    ticket_id: str = ""
    removed: bool = False  # by the reseller; its ticket went back


class Booking(NamedTuple):
    """A booking with its order and what its tickets became, by ticket id. A test booking has no
    order: it takes no place and no money."""

    row: Any
    items: Sequence[Item]
    order: Order | None
    owned: Mapping[str, Owned]

    @property
    def living(self) -> list[Item]:
        return [one for one in self.items if not one.removed]

    def status(self, now: datetime) -> BookingStatus:
        if self.row.cancelled_at is not None:
            return BookingStatus.CANCELLED
        if self.order is None:
            return self._of_test(now)
        if self.order.status is OrderStatus.HELD:
            return BookingStatus.EXPIRED if self.order.is_lapsed(now) else BookingStatus.ON_HOLD
        if self.order.status is OrderStatus.CANCELLED:
            return BookingStatus.EXPIRED
        if self.order.status is OrderStatus.REFUNDED:
            return BookingStatus.CANCELLED
        return self._of_tickets()

    def _of_test(self, now: datetime) -> BookingStatus:
        if self.row.confirmed_at is not None:
            return BookingStatus.CONFIRMED
        return BookingStatus.EXPIRED if self.row.held_until <= now else BookingStatus.ON_HOLD

    def _of_tickets(self) -> BookingStatus:
        mine = [one for one in self.owned.values() if one.refusal not in GONE]
        if any(one.pending for one in mine):
            return BookingStatus.PENDING
        if mine and all(one.weight_left < 1 for one in mine):
            return BookingStatus.REDEEMED
        return BookingStatus.CONFIRMED

    def item_status(self, item: Item, now: datetime) -> BookingStatus:
        """Of one unit: used while others are not, or given back."""
        whole = self.status(now)
        one = self.owned.get(item.ticket_id)
        if item.removed or (one is not None and one.refusal in GONE):
            return BookingStatus.CANCELLED
        if one is None or whole is BookingStatus.CANCELLED:
            return whole
        return BookingStatus.REDEEMED if one.weight_left < 1 else BookingStatus.CONFIRMED
