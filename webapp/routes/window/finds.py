"""Finding a sale again: by its number, a phone, a document, a name, a ticket's number or code.

What is typed or scanned comes as a form, so that no code and no document's number stands in an
address; `?q=` serves links with an order's number.
"""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.admission.redemptions import CodeReader, Presented, Scan
from domain.admission.redemptions import Form as CodeForm
from domain.commerce import orders, refunds
from domain.commerce.orders import Order, OrderFilter, Search
from domain.commerce.refunds import CashDue
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.kernel.refusals import Refusal
from domain.operation.staff import Permission
from webapp import forms, htmx, order_watch
from webapp.forms import Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_orders import order_at, order_page, till_context

MOST_CHARACTERS = 512
MOST_RECENT = 20


class Found(NamedTuple):
    """Orders that fit, newest first; `ticket_id` when one ticket was meant."""

    orders: list[Order]
    ticket_id: str | None = None
    problem: Message | None = None


async def index(request: Request, till: Till) -> Response:
    """The search field, what this shift sold last, and cash that waits for its visitor."""
    return await _answer(request, till, forms.read_query(request))


async def create(request: Request, till: Till) -> Response:
    """Look for what was typed or scanned; the only one that fits opens at once."""
    return await _answer(request, till, await forms.read(request))


async def show(request: Request, till: Till) -> Response:
    """One order: what was sold, how the tickets stand, what can be done with them."""
    form = forms.read_query(request)
    return await order_page(request, till, request.path_params["order_id"], form=form)


async def stream(request: Request, till: Till) -> Response:
    """What others do to the order while its page is open here."""
    order_id = request.path_params["order_id"]
    await db_of(request).ask(order_at, till, order_id)
    return order_watch.stream(request, [order_id])


async def _answer(request: Request, till: Till, typed: Typed) -> Response:
    wanted = typed.text("q").strip()[:MOST_CHARACTERS]
    if not wanted:
        return await _page(request, till, typed, None)
    reader: CodeReader = request.app.state.gatekeeper.reader
    presented = await reader.read(Scan("", "", None, wanted), till.now)
    search = orders.search_for(vault_of(request), wanted)
    found: Found = await db_of(request).ask(find, till, presented, search, wanted)
    if len(found.orders) != 1:
        return await _page(request, till, typed, found)
    ticked = {"tickets": found.ticket_id} if found.ticket_id else {}
    address = request.app.state.addresses.path(
        "window.orders.show", order_id=found.orders[0].id, query=ticked
    )
    return htmx.redirect(request, address)


async def find(tx: Tx, till: Till, presented: Presented, search: Search, wanted: str) -> Found:
    """A ticket's code or number first, for it means one order; then what people know."""
    if presented.form is CodeForm.FORGED:
        return Found([], problem=Message(Refusal.BAD_CODE.message))
    ticket = await tickets.find_by_code(
        tx, token=presented.token, medium_code=presented.medium_code
    )
    if ticket is None and search.number:
        ticket = await tickets.find_by_number(tx, wanted.upper())
    if ticket is not None:
        order = await orders.get_order(tx, ticket.order_id)
        return Found([order] if order.area_id == till.area.id else [], ticket.id)
    if presented.form is CodeForm.SIGNED:
        return Found([])
    rows = await orders.find_orders(tx, search)
    return Found([order for order in rows if order.area_id == till.area.id])


async def _page(request: Request, till: Till, form: Typed, found: Found | None) -> Response:
    async def waiting(tx: Tx) -> tuple[list[Order], list[CashDue]]:
        recent = OrderFilter(shift_id=till.shift.id)
        return (
            await orders.list_orders(tx, recent, most=MOST_RECENT) if found is None else [],
            await refunds.cash_due(tx, till.area.id),
        )

    recent, cash_due = await db_of(request).ask(waiting)
    context = {
        **await till_context(request, till),
        "form": form,
        "searched": found is not None,
        "problem": found.problem if found else None,
        "rows": recent if found is None else found.orders,
        "cash_due": cash_due,
    }
    return render(request, "window/finds/index.html", context)


routes = [
    page(
        "/window/orders",
        at_till(index),
        name="window.orders.index",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders",
        at_till(create),
        methods=["POST"],
        name="window.finds.create",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}",
        at_till(show),
        name="window.orders.show",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}/events",
        at_till(stream),
        name="window.orders.stream",
        permission=Permission.SALES_SELL,
    ),
]
