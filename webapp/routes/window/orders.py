"""After the sale: the change that is due, the tickets that print themselves, and then the next."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.cards import memberships
from domain.cards.memberships import Detail
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.staff import Permission
from webapp import security
from webapp.parts import db_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.prints import tickets_pdf
from webapp.rendering import render
from webapp.routes.window.prints import is_waiting
from webapp.till import Till, at_till, is_of_shift, order_at, strip_of


async def done(request: Request, till: Till) -> Response:
    """What to hand over. It stays until the next key."""
    order = await _order(request, till)
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "order": order,
        "cards": await db_of(request).ask(_cards, order),
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
    order = await _order(request, till)
    asked = request.query_params.get("paper", Paper.ROLL.value)
    if asked not in set(Paper):
        raise NotFound()
    size = Paper(asked)
    now = clock.utc_now()
    ticket_ids = await db_of(request).ask(_waiting, order.id, now)
    if not ticket_ids:
        raise NotFound()
    pdf = await tickets_pdf(request, ticket_ids, size, now)
    printer = tickets.Printer(till.window.id, size.value)
    await db_of(request).act(tickets.mark_printed, ticket_ids, now, printer, till.actor)
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _waiting(tx: Tx, order_id: str, now: datetime) -> list[str]:
    """The order's tickets whose print is not out, or only just: later it is a reprint."""
    return [row.id for row in await tickets.shown_of(tx, order_id) if is_waiting(row, now)]


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
