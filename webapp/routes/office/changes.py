"""Changing tickets to another day or time from the office (改签), for somebody who calls.
A dearer day is paid at a window; money that goes back goes as it came."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.commerce import capacity, changes, orders
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, NotFound, Refused, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.change_wishes import Asked, ChangeForm, QuoteForm, asked_of, read_wish, routes_back
from webapp.forms import Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

CHANGE, SEE = Permission.SALES_CHANGE, Permission.ORDERS_SEE


async def new(request: Request) -> Response:
    """Which tickets, which day and slot; the difference is told before anything happens."""
    return await _page(request, forms.read_query(request), ids.new_id())


async def create(request: Request) -> Response:
    """Change them as it was quoted. The same form again gets the same change."""
    typed, order_id = await forms.read(request), request.path_params["order_id"]
    order = await db_of(request).ask(_order, request)
    try:
        wanted = forms.parse(ChangeForm, typed)
        asked = wanted.asked(order_id)
        await db_of(request).act(
            changes.change,
            asked,
            actor_of(request),
            clock.utc_now(),
            lane=capacity.lane(order.area_id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        spent = isinstance(error, Conflict)  # the id may have served for another change
        request_id = ids.new_id() if spent else typed.text("request_id")
        return await _page(request, typed.refused(error), request_id, error)
    address = request.app.state.addresses.path("orders.show", order_id=order_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("The tickets are changed.")))


async def _order(tx: Tx, request: Request) -> Order:
    """The order, for whoever may see it and change tickets of its area."""
    staff, order = staff_of(request), await orders.get_order(tx, request.path_params["order_id"])
    if not staff.may(SEE, order.area_id):
        raise NotFound()
    staff.must(CHANGE, order.area_id)
    return order


async def _page(
    request: Request, form: Typed, request_id: str, error: DomainError | None = None
) -> Response:
    now = clock.utc_now()
    problem: DomainError | None = error
    try:
        wish = read_wish(form)
    except InvalidInput as wrong:
        wish, problem = QuoteForm(), wrong

    async def looked_up(tx: Tx) -> dict[str, Any]:
        order = await _order(tx, request)
        area = await places.get_place(tx, PlaceKind.AREA, order.area_id)
        rows = tickets.living_of(await tickets.shown_of(tx, order.id))
        zone = ZoneInfo(area.time_zone)
        asked = await asked_of(tx, order, wish, zone, now) if wish.tickets else None
        return {"order": order, "living": rows, "asked": asked, "zone": zone}

    try:
        found = await db_of(request).ask(looked_up)
    except (InvalidInput, Refused) as wrong:
        wish, problem = QuoteForm(), wrong
        found = await db_of(request).ask(looked_up)
    asked: Asked | None = found["asked"]
    context = {
        **found,
        "form": form.refused(problem) if problem else form,
        "today": clock.local_day(now, found["zone"]),
        "request_id": request_id or ids.new_id(),
        "routes": routes_back(asked) if asked else [],
        "name_of": name_of,
    }
    status = 422 if problem else 200
    return render(request, "office/changes/new.html", context, status=status)


OF_ORDER = "/office/orders/{order_id}/changes"
routes = [
    page(f"{OF_ORDER}/new", new, name="changes.new", permission=CHANGE),
    page(OF_ORDER, create, name="changes.create", permission=CHANGE, methods=["POST"]),
]
