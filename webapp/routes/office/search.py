"""One box for everything: an order's or a ticket's number, a phone, a document, a name."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.admission import tickets
from domain.commerce import orders
from domain.commerce.orders import Order
from domain.kernel.db import Tx
from domain.operation.staff import Permission
from webapp import forms, office_orders
from webapp.form_fields import Line
from webapp.forms import Form
from webapp.office_orders import contact_text, lines_text
from webapp.parts import db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

SEE = Permission.ORDERS_SEE


class SearchForm(Form):
    q: Line = ""


async def index(request: Request) -> Response:
    """What fits; the only one is opened at once."""
    typed, staff = forms.read_query(request), staff_of(request)
    wanted = forms.parse(SearchForm, typed)

    async def found_in(tx: Tx) -> tuple[list[Order], str]:
        if not wanted.q:
            return [], ""
        areas = await office_orders.areas_for(tx, staff, SEE)
        ticket = await tickets.find_by_number(tx, wanted.q)
        if ticket is not None and ticket.area_id in areas:
            return [await orders.get_order(tx, ticket.order_id)], ticket.id
        found = await orders.find_orders(tx, orders.search_for(vault_of(request), wanted.q))
        return [order for order in found if order.area_id in areas], ""

    found, ticket_id = await db_of(request).ask(found_in)
    addresses = request.app.state.addresses
    if ticket_id and "tickets.show" in addresses:
        return RedirectResponse(addresses.path("tickets.show", ticket_id=ticket_id), 303)
    if len(found) == 1:
        return RedirectResponse(addresses.path("orders.show", order_id=found[0].id), 303)
    context = {
        "form": typed,
        "found": found,
        "lines_text": lines_text,
        "contact_text": contact_text,
    }
    return render(request, "office/search/index.html", context)


routes = [page("/office/search", index, name="search.index", permission=SEE)]
