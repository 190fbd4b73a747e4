"""Bookings that resellers' programs make: places held under the reseller's own uuid, paid from the
agent's balance, changed and cancelled by the rules as sold."""

from domain.commerce.resellers import verification
from domain.commerce.resellers.booking import MOST_MINUTES, Asked, Confirmed, confirm, extend, hold
from domain.commerce.resellers.changing import Wish, cancel, change, is_cancellable
from domain.commerce.resellers.looking import (
    Search,
    by_id,
    find,
    forget_tests,
    get,
    lookup,
    of_cart,
    of_order,
)
from domain.commerce.resellers.model import Booking, BookingStatus, Given, Item
from domain.commerce.resellers.offering import (
    MOST_DAYS,
    PRICED_AHEAD,
    Price,
    Shelf,
    Space,
    shelf,
    shelf_of,
    shelves,
    space,
    spaces,
)

__all__ = [
    "MOST_DAYS",
    "MOST_MINUTES",
    "PRICED_AHEAD",
    "Asked",
    "Booking",
    "BookingStatus",
    "Confirmed",
    "Given",
    "Item",
    "Price",
    "Search",
    "Shelf",
    "Space",
    "Wish",
    "by_id",
    "cancel",
    "change",
    "confirm",
    "extend",
    "find",
    "forget_tests",
    "get",
    "hold",
    "is_cancellable",
    "lookup",
    "of_cart",
    "of_order",
    "shelf",
    "shelf_of",
    "shelves",
    "space",
    "spaces",
    "verification",
]
