"""What the agent bought: the list, one order, its tickets on paper."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import collections, tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import agents, refunds
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound
from webapp import forms, paging
from webapp.agent_portal import own_order, shown
from webapp.agent_visits import agent_of
from webapp.form_fields import Line
from webapp.forms import Form
from webapp.office_orders import lines_text, name_of
from webapp.parts import db_of
from webapp.permissions import agent
from webapp.printing.model import Paper
from webapp.prints import tickets_pdf
from webapp.till_orders import LIVING


class ListForm(Form):
    q: Line = ""


async def index(request: Request) -> Response:
    typed, asked = forms.read_query(request), paging.read(request)
    try:
        wanted = forms.parse(ListForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ListForm()
    rows = await db_of(request).ask(
        agents.orders_of, agent_of(request).id, wanted.q, paging.cut(asked)
    )
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.placed_at, row.id)),
        "lines_text": lines_text,
        "query": {"q": wanted.q} if wanted.q else {},
    }
    return await shown(request, "agents/orders/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    order = await own_order(request)

    async def bought(tx: Tx) -> dict[str, Any]:
        return {
            "tickets": await tickets.shown_of(tx, order.id),
            "code": await collections.code_of(tx, order.id),
            "refunds": await refunds.refunds_of(tx, order.id),
        }

    found = await db_of(request).ask(bought)
    context = {
        **found,
        "order": order,
        "living": living_of(found["tickets"]),
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
    }
    return await shown(request, "agents/orders/show.html", context)


def living_of(rows: Any) -> list[Any]:
    return [row for row in rows if TicketStatus(row.status) in LIVING]


async def paper(request: Request) -> Response:
    """The tickets that are good, as A4 pages for those who come: without the agent's price."""
    order = await own_order(request)
    rows = living_of(await db_of(request).ask(tickets.shown_of, order.id))
    if not rows:
        raise NotFound()
    pdf = await tickets_pdf(request, [row.id for row in rows], Paper.A4, clock.utc_now())
    headers = {
        "Content-Disposition": f'attachment; filename="{order.number}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


ONE = "/agents/orders/{order_id}"
routes = [
    agent("/agents/orders", index, name="agents.orders.index"),
    agent(ONE, show, name="agents.orders.show"),
    agent(f"{ONE}/tickets.pdf", paper, name="agents.orders.paper"),
]
