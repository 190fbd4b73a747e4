"""Everything sold: placing an order, paying it, giving it up, finding it again."""

from domain.commerce.orders import (
    altering,
    collecting,
    discounts,
    events,
    lines,
    naming,
    settling,
    ticket_lines,
    verification,
)
from domain.commerce.orders.accounts import FromAccount, pay_from
from domain.commerce.orders.finding import (
    After,
    Brief,
    Counted,
    OrderFilter,
    Search,
    count_orders,
    find_orders,
    get_order,
    list_brief,
    list_orders,
    of_request,
    search_for,
)
from domain.commerce.orders.lapsing import cancel, free_lapsed, is_any_lapsed, sweep
from domain.commerce.orders.lines import Line, Sold, Visitor, Wanted
from domain.commerce.orders.model import Contact, LineKind, OrderEvent, OrderStatus
from domain.commerce.orders.placing import Sale, place, quote
from domain.commerce.orders.rows import Order
from domain.commerce.orders.settling import Cash, Charge, pay, settle_payment, start_payment
from domain.commerce.orders.visitors import VisitorInput, contact, named

__all__ = [
    "After",
    "Brief",
    "Cash",
    "Charge",
    "Contact",
    "Counted",
    "FromAccount",
    "Line",
    "LineKind",
    "Order",
    "OrderEvent",
    "OrderFilter",
    "OrderStatus",
    "Sale",
    "Search",
    "Sold",
    "Visitor",
    "VisitorInput",
    "Wanted",
    "altering",
    "cancel",
    "collecting",
    "contact",
    "count_orders",
    "discounts",
    "events",
    "find_orders",
    "free_lapsed",
    "get_order",
    "is_any_lapsed",
    "lines",
    "list_brief",
    "list_orders",
    "members",
    "named",
    "naming",
    "of_request",
    "pay",
    "pay_from",
    "place",
    "quote",
    "search_for",
    "settle_payment",
    "settling",
    "start_payment",
    "sweep",
    "ticket_lines",
    "verification",
]
