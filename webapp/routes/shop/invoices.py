"""Asking for an invoice: the title, and a company's tax number, checked while it is typed."""

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import invoices
from domain.commerce.invoices import InvoiceInput, TitleKind
from domain.commerce.orders import Order
from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, Refused
from webapp import forms, shop_visits
from webapp.form_fields import Line
from webapp.forms import BLANK, Form, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import area_of, go, own_order, shown
from webapp.words import choices

Short = Annotated[str, StringConstraints(max_length=200)]


class InvoiceForm(Form):
    kind: TitleKind
    title: Line
    tax_no: Short = ""
    email: Short = ""


async def show(request: Request) -> Response:
    """What was asked for, or the form to ask."""
    return await _page(request, await own_order(request), BLANK)


async def create(request: Request) -> Response:
    order, typed = await own_order(request), await forms.read(request)
    visit = await shop_visits.visit_of(request)
    try:
        wanted = forms.parse(InvoiceForm, typed)
        await db_of(request).act(
            invoices.ask,
            order.id,
            InvoiceInput(wanted.kind, wanted.title, wanted.tax_no, wanted.email),
            shop_visits.actor_of(request, visit),
            clock.utc_now(),
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, order, typed.refused(error), 422)
    return go(request, "shop.invoices.show", order_id=order.id)


async def _page(request: Request, order: Order, form: Typed, status: int = 200) -> Response:
    here = await area_of(request, order.area_id)
    asked = await db_of(request).ask(invoices.of_order, order.id)
    reds = await db_of(request).ask(invoices.reds_of, asked.id) if asked else []
    context = {
        "order": order,
        "reds": reds,
        "form": form,
        "asked": asked,
        "status_of": lambda row: invoices.InvoiceStatus(row.status),
        "kinds": choices(TitleKind),
        "amount_minor": order.total_minor - order.refunded_minor,
        "may_ask": asked is None or asked.status == invoices.InvoiceStatus.REJECTED,
    }
    return shown(request, "shop/invoices/show.html", here, context, status=status)


ONE = "/orders/{order_id}/invoice"
routes = [
    page(ONE, show, name="shop.invoices.show", public=True),
    page(ONE, create, name="shop.invoices.create", methods=["POST"], public=True),
]
