"""Invoices that buyers asked for: the list, one of them, its answer."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import invoices, orders
from domain.commerce.invoices import InvoiceStatus, RedStatus, Sought
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation.staff import Permission
from webapp import forms, htmx, paging
from webapp.form_fields import Line, LongLine, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, ANSWER = Permission.INVOICES_SEE, Permission.INVOICES_ANSWER


class ListForm(Form):
    q: Line = ""
    status: InvoiceStatus | None = None
    red: bool = False  # those with a red-letter invoice to write


class AnswerForm(Form):
    number: Line = ""
    reason: LongLine = ""
    version: Version


class RedForm(Form):
    number: Line = ""
    version: Version


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(ListForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ListForm()

    async def listed(tx: Tx) -> list[Any]:
        areas = await areas_for(tx, staff, SEE)
        state = wanted.status.value if wanted.status else ""
        sought = Sought(tuple(areas), state, wanted.q, wanted.red)
        return await invoices.list_requests(tx, sought, paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.requested_at, row.id)),
        "statuses": choices(InvoiceStatus),
        "status_of": lambda row: InvoiceStatus(row.status),
        "red_due": RedStatus.DUE,
        "query": {name: typed.text(name) for name in ListForm.model_fields if typed.text(name)},
    }
    return render(request, "office/invoices/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def update(request: Request) -> Response:
    """Issued, with its number; or turned down, with a reason the buyer reads."""
    typed, invoice_id = await forms.read(request), request.path_params["invoice_id"]
    asked = await db_of(request).ask(invoices.get_request, invoice_id)
    staff_of(request).must(ANSWER, asked.area_id)
    try:
        wanted = forms.parse(AnswerForm, typed)
        await db_of(request).act(
            invoices.answer,
            invoice_id,
            wanted.number,
            wanted.reason,
            wanted.version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), 422)
    address = request.app.state.addresses.path("invoices.show", invoice_id=invoice_id)
    return htmx.redirect(request, address)


async def write_red(request: Request) -> Response:
    """The number of the red-letter invoice that corrects it for one refund."""
    typed, invoice_id = await forms.read(request), request.path_params["invoice_id"]
    red_id = request.path_params["red_id"]
    asked = await db_of(request).ask(invoices.get_request, invoice_id)
    staff_of(request).must(ANSWER, asked.area_id)
    try:
        wanted = forms.parse(RedForm, typed)
        await db_of(request).act(
            invoices.write_red,
            invoice_id,
            red_id,
            wanted.number,
            wanted.version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), 422)
    address = request.app.state.addresses.path("invoices.show", invoice_id=invoice_id)
    return htmx.redirect(request, address)


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    invoice_id, staff = request.path_params["invoice_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        asked = await invoices.get_request(tx, invoice_id)
        staff.must(SEE, asked.area_id)
        return {
            "asked": asked,
            "order": await orders.get_order(tx, asked.order_id),
            "history": await history_of(tx, "invoice", invoice_id),
            "reds": await invoices.reds_of(tx, invoice_id),
            "may_write_red": staff.may(ANSWER, asked.area_id),
            "may_answer": staff.may(ANSWER, asked.area_id) and asked.status == "requested",
        }

    found = await db_of(request).ask(looked_up)
    context = {
        **found,
        "form": form,
        "status_of": lambda row: InvoiceStatus(row.status),
        "red_status_of": lambda row: RedStatus(row.status),
    }
    return render(request, "office/invoices/show.html", context, status=status)


ONE = "/office/invoices/{invoice_id}"
routes = [
    page("/office/invoices", index, name="invoices.index", permission=SEE),
    page(ONE, show, name="invoices.show", permission=SEE),
    page(ONE, update, name="invoices.update", methods=["POST"], permission=ANSWER),
    page(
        f"{ONE}/reds/{{red_id}}",
        write_red,
        name="invoices.write_red",
        methods=["POST"],
        permission=ANSWER,
    ),
]
