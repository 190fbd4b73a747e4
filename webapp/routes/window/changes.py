"""Changing tickets to another day or time (改签): quoted, confirmed, the new ones printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import printing
from domain.commerce import capacity, changes, payments
from domain.commerce.changes import Change
from domain.commerce.orders import Order
from domain.commerce.payments import Payout
from domain.kernel import clock, ids, money
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, Refused, say
from domain.operation.staff import Permission
from webapp import forms, htmx, till_paper
from webapp.change_wishes import Asked, ChangeForm, QuoteForm, asked_of, read_wish, routes_back
from webapp.form_fields import Yuan
from webapp.forms import Typed
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.sale_form import yuan
from webapp.till import Till, at_till
from webapp.till_orders import cash_due, order_at, order_page, till_context


class PaidChangeForm(ChangeForm):
    tendered: Yuan | None = None


async def new(request: Request, till: Till) -> Response:
    """Choose the day and the slot; the difference is told before anything happens."""
    return await _quote_page(request, till, forms.read_query(request), ids.new_id())


async def create(request: Request, till: Till) -> Response:
    """Change them as it was quoted. The same form again gets the same change."""
    staff_of(request).must(Permission.SALES_CHANGE, till.window.id)
    typed, order_id = await forms.read(request), request.path_params["order_id"]
    await db_of(request).ask(order_at, till, order_id)
    try:
        wanted = forms.parse(PaidChangeForm, typed)
        cash_minor = cash_of(wanted)
        asked = wanted.asked(order_id, window_id=till.window.id, cash_minor=cash_minor)
        made: Change = await db_of(request).act(
            change_and_print, asked, till, clock.utc_now(), lane=capacity.lane(till.area.id)
        )
    except (InvalidInput, Refused, Conflict) as error:
        spent = isinstance(error, Conflict)  # the id may have served for another change
        request_id = ids.new_id() if spent else typed.text("request_id")
        return await _quote_page(request, till, typed.refused(error), request_id, error)
    address = request.app.state.addresses.path("window.changes.show", change_id=made.id)
    return htmx.redirect(request, address)


async def change_and_print(tx: Tx, asked: changes.Request, till: Till, now: datetime) -> Change:
    made = await changes.change(tx, asked, till.actor, now)
    new_ids = list(made.successors.values())
    if new_ids:
        post = till_paper.post_of(till)
        await printing.print_tickets(tx, made.order_id, new_ids, post, till.actor, now)
    return made


def cash_of(wanted: PaidChangeForm) -> int:
    """Cash on the desk; an empty field is the exact amount."""
    due = max(0, wanted.quoted_minor)
    cash = due if wanted.tendered is None else wanted.tendered
    if cash < due:
        short = money.to_text(due - cash)
        raise InvalidInput({"tendered": say("{short} yuan are missing.", short=short)})
    return cash


async def _quote_page(
    request: Request,
    till: Till,
    form: Typed,
    request_id: str,
    error: DomainError | None = None,
) -> Response:
    staff_of(request).must(Permission.SALES_CHANGE, till.window.id)
    order_id = request.path_params["order_id"]
    try:
        wanted = read_wish(form)
        asked: Asked = await db_of(request).ask(_asked, till, order_id, wanted)
    except (InvalidInput, Refused) as problem:
        refused = form.refused(problem)
        return await order_page(request, till, order_id, form=refused, status=422)
    due = max(0, asked.quote.difference_minor) if asked.quote else 0
    context = {
        **await till_context(request, till),
        **asked._asdict(),
        "form": form,
        "today": local_day(till.now, till.zone),
        "request_id": request_id or ids.new_id(),
        "due_minor": due,
        "change_minor": max(0, (yuan(form.text("tendered")) or 0) - due),
        "routes": routes_back(asked),
    }
    status = 422 if error else 200
    return render(request, "window/changes/new.html", context, fragment="quote", status=status)


async def _asked(tx: Tx, till: Till, order_id: str, wanted: QuoteForm) -> Asked:
    order = await order_at(tx, till, order_id)
    return await asked_of(tx, order, wanted, till.zone, till.now)


class Shown(NamedTuple):
    """A change, what it cost, and where money that goes back is."""

    change: Change
    order: Order
    change_minor: int  # cash to hand back of what was tendered
    payouts: Sequence[Payout]


async def show(request: Request, till: Till) -> Response:
    """What to hand over or give back, and the new tickets, which print themselves."""
    found: Shown = await db_of(request).ask(_shown, till, request.path_params["change_id"])
    new_ids = list(found.change.successors.values())
    order_id = found.order.id
    context = {
        **await till_context(request, till),
        **found._asdict(),
        "line": await db_of(request).ask(till_paper.paper_line, till, order_id, new_ids),
        "due_minor": sum(cash_due(found.payouts).values()),
        "new_ids": new_ids,
    }
    return render(request, "window/changes/show.html", context)


async def _shown(tx: Tx, till: Till, change_id: str) -> Shown:
    change = await changes.get_change(tx, change_id)
    order = await order_at(tx, till, change.order_id)
    paid = [one for one in order.payments if one.id == change.payment_id]
    payouts: list[Payout] = []
    if change.refund_id is not None:
        payouts = await payments.payouts.payouts_of(tx, change.refund_id)
    return Shown(change, order, sum(one.change_minor for one in paid), payouts)


routes = [
    page(
        "/window/orders/{order_id}/changes/new",
        at_till(new),
        name="window.changes.new",
        permission=Permission.SALES_CHANGE,
    ),
    page(
        "/window/orders/{order_id}/changes",
        at_till(create),
        methods=["POST"],
        name="window.changes.create",
        permission=Permission.SALES_CHANGE,
    ),
    page(
        "/window/changes/{change_id}",
        at_till(show),
        name="window.changes.show",
        permission=Permission.SALES_CHANGE,
    ),
]
