"""Booked groups at a window: found by code, phone or name; paid, printed, or seen coming in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups, tickets
from domain.admission.groups import GroupKind
from domain.admission.redemptions import CodeReader, Scan
from domain.commerce.orders import OrderStatus
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.forms import BLANK, Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_orders import till_context

MOST_CHARACTERS = 512
LONGEST_WORD = 40  # what is longer was read from a code


async def index(request: Request, till: Till) -> Response:
    """Today's groups."""
    return await listed(request, till, BLANK)


async def find(request: Request, till: Till) -> Response:
    """Those that fit what was typed or read; sent by POST, since codes stand in no address."""
    return await listed(request, till, await forms.read(request))


async def listed(request: Request, till: Till, typed: Typed) -> Response:
    text = typed.text("q").strip()[:MOST_CHARACTERS]
    today = local_day(till.now, till.zone)
    areas = [till.area.id]
    if text:
        sought = groups.sought_for(vault_of(request), text, await ticket_of(request, till, text))
        rows = await db_of(request).ask(groups.find, sought, areas)
    else:
        rows = await db_of(request).ask(groups.of_days, areas, today, today)
    context = {
        **await till_context(request, till),
        "form": typed,
        "rows": rows,
        "stage_of": lambda row: groups.stage(row, till.now),
        "kind_of": lambda row: GroupKind(row.kind),
        "today": today,
    }
    return render(request, "window/bookings/index.html", context)


async def ticket_of(request: Request, till: Till, text: str) -> str:
    """The ticket behind a code that the scanner read; "" when it is none."""
    if len(text) <= LONGEST_WORD:
        return ""
    reader: CodeReader = request.app.state.gatekeeper.reader
    presented = await reader.read(Scan("", "", None, text), till.now)

    async def found(tx: Tx) -> Any:
        return await tickets.find_by_code(
            tx, token=presented.token, medium_code=presented.medium_code
        )

    row = await db_of(request).ask(found)
    return "" if row is None else str(row.id)


async def show(request: Request, till: Till) -> Response:
    """Where a group goes on: to what it still owes, or to its order with the print."""
    row = await db_of(request).ask(groups.get, request.path_params["group_id"])
    if row.area_id != till.area.id:
        raise NotFound()
    order_id = row.surcharge_order_id or row.order_id
    held = row.surcharge_order_id or row.order_status == OrderStatus.HELD
    name = "window.payments.new" if held else "window.orders.show"
    return htmx.redirect(request, request.app.state.addresses.path(name, order_id=order_id))


SELL = Permission.SALES_SELL
routes = [
    page("/window/bookings", at_till(index), name="window.bookings.index", permission=SELL),
    page(
        "/window/bookings/found",
        at_till(find),
        methods=["POST"],
        name="window.bookings.found",
        permission=SELL,
    ),
    page(
        "/window/bookings/{group_id}", at_till(show), name="window.bookings.show", permission=SELL
    ),
]
