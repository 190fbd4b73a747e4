"""Paper for tickets whose newest print has not come out: of the web shop, of a change, allowed by
a supervisor. A print that came out comes out again only as a reprint, which kills it."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
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
from webapp.till import Till, at_till
from webapp.till_orders import LIVING, order_at

JAM = timedelta(minutes=10)  # so long the same print may be tried again


async def show(request: Request, till: Till) -> Response:
    """The tickets of `?tickets=` as a PDF, or all that wait; asking for it counts as printing."""
    asked = request.query_params.get("paper", Paper.ROLL.value)
    if asked not in set(Paper):
        raise NotFound()
    wanted, now = set(request.query_params.getlist("tickets")), clock.utc_now()

    async def waiting(tx: Tx) -> tuple[Order, list[str]]:
        order = await order_at(tx, till, request.path_params["order_id"])
        rows = [row for row in await tickets.shown_of(tx, order.id) if is_waiting(row, now)]
        return order, [row.id for row in rows if not wanted or row.id in wanted]

    order, ticket_ids = await db_of(request).ask(waiting)
    if not ticket_ids:
        raise NotFound()
    pdf = await tickets_pdf(request, ticket_ids, Paper(asked), now)
    printer = tickets.Printer(till.window.id, Paper(asked).value)
    await db_of(request).act(tickets.mark_printed, ticket_ids, now, printer, till.actor)
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def is_waiting(row: Any, now: datetime) -> bool:
    """A ticket that a gate takes, whose newest print is not out, or only just."""
    return row.status in LIVING and (row.printed_at is None or now - row.printed_at < JAM)


routes = [
    page(
        "/window/orders/{order_id}/prints.pdf",
        at_till(show),
        name="window.prints.show",
        permission=Permission.SALES_SELL,
    ),
]
