"""What the agent bought: the list, one order, its tickets on paper."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import collections, tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import agents, refunds
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from webapp import forms, paging
from webapp.agent_portal import own_order, shown
from webapp.agent_visits import agent_of
from webapp.form_fields import Line
from webapp.forms import Form
from webapp.office_orders import lines_text, name_of
from webapp.parts import db_of
from webapp.permissions import agent
from webapp.prints import living_paper


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
        "living": tickets.living_of(found["tickets"]),
        "moved": moved_away(found["tickets"]),
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
    }
    return await shown(request, "agents/orders/show.html", context)


def moved_away(rows: Sequence[Any]) -> set[str]:
    """The lines of which every ticket became another: what they cost is part of the new ones."""
    staying = {row.order_line_id for row in rows if row.status != TicketStatus.CHANGED}
    return {row.order_line_id for row in rows} - staying


async def paper(request: Request) -> Response:
    """The tickets that are good, as A4 pages for those who come: without the agent's price."""
    order = await own_order(request)
    return await living_paper(request, order)


ONE = "/agents/orders/{order_id}"
routes = [
    agent("/agents/orders", index, name="agents.orders.index"),
    agent(ONE, show, name="agents.orders.show"),
    agent(f"{ONE}/tickets.pdf", paper, name="agents.orders.paper"),
]
