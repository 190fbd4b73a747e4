"""Refunds: the list, one refund, and giving an order's tickets back (quoted, then confirmed)."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.admission.tickets import TicketStatus
from domain.commerce import capacity, orders, payments, refunds
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.operation.staff import Permission, people
from webapp import forms, htmx, paging
from webapp.form_fields import Id, Line, LongLine, Yuan
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_money import RefundsForm, refunds_sought
from webapp.office_orders import areas_for, name_of, payouts_shown
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices, label_of

SEE, REFUND = Permission.ORDERS_SEE, Permission.SALES_REFUND


class Choosing(Form):
    """Which tickets, and why: what a quote needs."""

    tickets: list[Id]
    cause: RefundCause = RefundCause.VISITOR


class Confirming(Choosing):
    amount_minor: Yuan
    request_id: Line
    reason: LongLine


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(RefundsForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), RefundsForm()

    async def listed(tx: Tx) -> tuple[list[refunds.Listed], dict[str, str], dict[str, str]]:
        areas = await areas_for(tx, staff, SEE)
        rows = await refunds.list_refunds(tx, refunds_sought(wanted, areas), paging.cut(asked))
        who = sorted({row.refund.requested_by for row in rows if row.refund.requested_by})
        return rows, await people.names(tx, who), areas

    rows, names, areas = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(
            rows, asked, key=lambda row: (row.refund.requested_at, row.refund.id)
        ),
        "names": names,
        "areas": areas,
        "statuses": choices(RefundStatus),
        "causes": choices(RefundCause),
        "query": {name: typed.text(name) for name in RefundsForm.model_fields if typed.text(name)},
    }
    return render(request, "office/refunds/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    refund_id, staff = request.path_params["refund_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        refund = await refunds.get_refund(tx, refund_id)
        order = await orders.get_order(tx, refund.order_id)
        staff.must(SEE, order.area_id)
        return {
            "refund": refund,
            "order": order,
            "lines": await refunds.lines_of(tx, refund_id),
            "numbers": {row.id: row.number for row in await tickets.shown_of(tx, order.id)},
            **await payouts_shown(
                tx, await payments.payouts.payouts_of(tx, refund_id), staff, order.area_id
            ),
            "names": await people.names(tx, [refund.requested_by] if refund.requested_by else []),
            "history": await history_of(tx, "refund", refund_id),
        }

    return render(request, "office/refunds/show.html", await db_of(request).ask(looked_up))


async def new(request: Request) -> Response:
    """First which tickets; with them in the address, what giving them back would pay."""
    typed = forms.read_query(request)
    quote = None
    if typed.texts("tickets"):
        try:
            chosen = forms.parse(Choosing, typed)
            quote = await db_of(request).ask(
                refunds.quote,
                request.path_params["order_id"],
                tuple(chosen.tickets),
                chosen.cause,
                clock.utc_now(),
            )
        except (InvalidInput, Refused) as error:
            return await _form_page(request, typed.refused(error), None, status=422)
    return await _form_page(request, typed, quote)


async def create(request: Request) -> Response:
    typed, order_id = await forms.read(request), request.path_params["order_id"]
    order = await db_of(request).ask(orders.get_order, order_id)
    staff_of(request).must(REFUND, order.area_id)
    try:
        sent = forms.parse(Confirming, typed)
        asked = refunds.Request(
            sent.request_id,
            order_id,
            tuple(sent.tickets),
            sent.cause,
            sent.reason,
            sent.amount_minor,
        )
        made = await db_of(request).act(
            refunds.refund,
            asked,
            actor_of(request),
            clock.utc_now(),
            lane=capacity.lane(order.area_id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _form_page(request, typed.refused(error), None, status=422)
    return htmx.redirect(
        request, request.app.state.addresses.path("refunds.show", refund_id=made.id)
    )


async def _form_page(request: Request, form: Typed, quote: Any, status: int = 200) -> Response:
    order_id = request.path_params["order_id"]

    async def looked_up(tx: Tx) -> tuple[orders.Order, list[Any], Sequence[RefundCause]]:
        order = await orders.get_order(tx, order_id)
        staff_of(request).must(REFUND, order.area_id)
        offered = await refunds.causes(tx, order_id, (), clock.utc_now())
        return order, await tickets.shown_of(tx, order_id), offered

    order, found, offered = await db_of(request).ask(looked_up)
    context = {
        "order": order,
        "tickets": found,
        "form": form,
        "quote": quote,
        "causes": [(cause.value, label_of(cause)) for cause in offered],
        "request_id": form.text("request_id") or ids.new_id(),
        "name_of": name_of,
        "status_of": lambda row: TicketStatus(row.status),
        "cause_of": RefundCause,
    }
    return render(request, "office/refunds/new.html", context, status=status)


OF_ORDER = "/office/orders/{order_id}/refunds"
routes = [
    page("/office/refunds", index, name="refunds.index", permission=SEE),
    page("/office/refunds/{refund_id}", show, name="refunds.show", permission=SEE),
    page(OF_ORDER, create, name="refunds.create", permission=REFUND, methods=["POST"]),
    page(f"{OF_ORDER}/new", new, name="refunds.new", permission=REFUND),
]
