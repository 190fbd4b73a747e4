"""Paper for tickets whose newest print has not come out: of the web shop, of a change, allowed by
a supervisor. A print that came out comes out again only as a reprint, which kills it.

Where a printer of the server's serves the window, tickets wait for that, and the browser's PDF is
the way out when it cannot print: what is asked for here is called off there.
"""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import printing, tickets
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.printers import worklist
from domain.operation.staff import Permission
from webapp import forms, htmx, live, rendering, security, till_paper
from webapp.form_fields import Id
from webapp.forms import Form
from webapp.parts import db_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.prints import tickets_pdf
from webapp.till import Till, at_till
from webapp.till_orders import order_at, till_context

JAM = timedelta(minutes=10)  # so long the same print may be tried again
SECONDS = 0.5


class PrintForm(Form):
    tickets: list[Id] = []  # noqa: RUF012  # pydantic copies it


async def show(request: Request, till: Till) -> Response:
    """The tickets of `?tickets=` as a PDF, or all that wait; asking for it counts as printing."""
    order = await db_of(request).ask(order_at, till, request.path_params["order_id"])
    return await pdf_of(request, till, order)


async def pdf_of(request: Request, till: Till, order: Order) -> Response:
    """The PDF of what waits of this order, of `?tickets=` only where they are named."""
    asked = request.query_params.get("paper", Paper.ROLL.value)
    if asked not in set(Paper):
        raise NotFound()
    wanted, now = set(request.query_params.getlist("tickets")), clock.utc_now()
    ticket_ids = await db_of(request).act(_taken_over, order.id, wanted, till, now)
    if not ticket_ids:
        raise NotFound()
    pdf = await tickets_pdf(request, ticket_ids, Paper(asked), now)
    printer = tickets.Printer(till.window.id, Paper(asked).value)
    await db_of(request).act(tickets.mark_printed, ticket_ids, now, printer, till.actor)
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _taken_over(
    tx: Tx, order_id: str, wanted: set[str], till: Till, now: datetime
) -> list[str]:
    rows = [row for row in await tickets.shown_of(tx, order_id) if is_waiting(row, now)]
    chosen = [row for row in rows if not wanted or row.id in wanted]
    return await printing.take_over(tx, chosen, till.actor, now)


def is_waiting(row: Any, now: datetime) -> bool:
    """A ticket that a gate takes, whose newest print is not out, or only just."""
    return row.status in tickets.LIVING and (row.printed_at is None or now - row.printed_at < JAM)


async def create(request: Request, till: Till) -> Response:
    """Have what is not printed yet printed by the window's printer."""
    order = await db_of(request).ask(order_at, till, request.path_params["order_id"])
    wanted = forms.parse(PrintForm, await forms.read(request)).tickets
    await db_of(request).act(
        printing.print_tickets,
        order.id,
        await db_of(request).ask(_unprinted, order.id, set(wanted)),
        till_paper.post_of(till),
        till.actor,
        clock.utc_now(),
    )
    path = request.app.state.addresses.path
    return htmx.redirect(
        request, path("window.prints.index", order_id=order.id, query={"tickets": wanted})
    )


async def _unprinted(tx: Tx, order_id: str, wanted: set[str]) -> list[str]:
    """NotFound without any: naming none would mean all of them."""
    rows = await tickets.shown_of(tx, order_id)
    found = [row.id for row in rows if row.printed_at is None and row.id in wanted]
    if not found:
        raise NotFound()
    return found


async def index(request: Request, till: Till) -> Response:
    """What the printer makes of these tickets."""
    order = await db_of(request).ask(order_at, till, request.path_params["order_id"])
    ticket_ids = request.query_params.getlist("tickets")
    line = await db_of(request).ask(till_paper.paper_line, till, order.id, ticket_ids)
    if line is None:
        path = request.app.state.addresses.path
        return htmx.redirect(request, path("window.orders.show", order_id=order.id))
    context = {
        **await till_context(request, till),
        "order": order,
        "line": line,
        "ticket_ids": ticket_ids,
    }
    return rendering.render(request, "window/prints/index.html", context)


async def stream(request: Request, till: Till) -> Response:
    """What becomes of the paper, as it happens."""
    order = await db_of(request).ask(order_at, till, request.path_params["order_id"])
    ticket_ids = request.query_params.getlist("tickets")
    address = request.app.state.addresses.path(
        "window.prints.show", order_id=order.id, query={"tickets": ticket_ids}
    )

    async def news() -> str:
        line = await db_of(request).ask(till_paper.paper_line, till, order.id, ticket_ids)
        if line is None:
            return ""
        context = {"line": line, "order": order, "browser_address": address}
        return rendering.text_of(request, "window/_paper_line.html", context)

    return live.stream(request, {"line": live.Part(news, SECONDS)})


async def find(request: Request, till: Till) -> Response:
    """The cashier looked: the paper is there."""
    job = await db_of(request).ask(worklist.get, request.path_params["job_id"])
    if worklist.post_of(job) != till_paper.post_of(till):
        raise NotFound()
    await db_of(request).act(worklist.settle, job.id, till.actor, clock.utc_now())
    path = request.app.state.addresses.path
    return htmx.redirect(
        request,
        path("window.prints.index", order_id=job.cause_id, query={"tickets": [job.subject_id]}),
    )


SELL, ONE, POST = Permission.SALES_SELL, "/window/orders/{order_id}/prints", ["POST"]
routes = [
    page(f"{ONE}.pdf", at_till(show), name="window.prints.show", permission=SELL),
    page(ONE, at_till(index), name="window.prints.index", permission=SELL),
    page(ONE, at_till(create), methods=POST, name="window.prints.create", permission=SELL),
    page(f"{ONE}/events", at_till(stream), name="window.prints.stream", permission=SELL),
    page(
        "/window/prints/{job_id}/findings",
        at_till(find),
        methods=POST,
        name="window.findings.create",
        permission=SELL,
    ),
]
