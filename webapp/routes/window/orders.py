"""After the sale: the change that is due, the tickets that print themselves, and then the next."""

from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.cards.memberships import Detail
from domain.commerce.orders import Order
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.staff import Permission
from webapp import till_paper
from webapp.parts import db_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.rendering import render
from webapp.routes.window.prints import pdf_of
from webapp.till import Till, at_till, is_of_shift, order_at, strip_of


async def done(request: Request, till: Till) -> Response:
    """What to hand over. It stays until the next key."""
    order = await _order(request, till)
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "order": order,
        "cards": await db_of(request).ask(_cards, order),
        "line": await db_of(request).ask(till_paper.paper_line, till, order.id),
        "ticket_ids": [],
        "paper": Paper(till.window.printer.get("paper", Paper.ROLL.value)),
    }
    return render(request, "window/orders/done.html", context)


async def _cards(tx: Tx, order: Order) -> list[Detail]:
    """The member cards that the order opened, filled or replaced."""
    found = {
        str(line.terms.get("new_card_id") or line.terms["card_id"]): None
        for line in order.lines
        if "card_id" in line.terms
    }
    return [await memberships.detail(tx, card_id) for card_id in found]


async def paper(request: Request, till: Till) -> Response:
    """The order's tickets as a PDF; asking for it counts as printing them."""
    return await pdf_of(request, till, await _order(request, till))


async def _order(request: Request, till: Till) -> Order:
    """An order that this shift sold or took money for. Others are found by searching, and printed
    again with a reason: the old print must die."""
    order = await order_at(request, till)
    if not is_of_shift(order, till):
        raise NotFound()
    return order


routes = [
    page(
        "/window/orders/{order_id}/done",
        at_till(done),
        name="window.orders.done",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}/tickets.pdf",
        at_till(paper),
        name="window.orders.paper",
        permission=Permission.SALES_SELL,
    ),
]
