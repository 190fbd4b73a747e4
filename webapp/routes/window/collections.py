"""F4: handing over what was paid on the web, by an agent or an OTA. It is not a use.

One field takes a collection code, an order's number, an ID card or the visitor's e-ticket. Enter
finds, Enter hands over and prints; an order that was collected says when and where.
"""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import collections, printing, tickets
from domain.admission.collections import Place, PlaceKind, Sought, Waiting
from domain.admission.redemptions import CodeReader, Scan
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.operation.staff import Permission
from webapp import forms, htmx, till_paper
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_orders import order_at, till_context

MOST_CHARACTERS = 512


class CollectionForm(Form):
    order_id: Id


async def new(request: Request, till: Till) -> Response:
    return await _page(request, till, BLANK, None)


async def create(request: Request, till: Till) -> Response:
    """Look for it; what is found stands below the field."""
    typed = await forms.read(request)
    return await _page(request, till, typed, await found_for(request, till, typed))


async def found_for(request: Request, till: Till, typed: Typed) -> list[Waiting]:
    text = typed.text("q").strip()[:MOST_CHARACTERS]
    sought = collections.sought_for(vault_of(request), text)
    if sought == Sought() and text:
        reader: CodeReader = request.app.state.gatekeeper.reader
        presented = await reader.read(Scan("", "", None, text), till.now)
        ticket = await db_of(request).ask(_ticket, presented.token, presented.medium_code)
        sought = Sought(ticket_id=ticket)
    found: list[Waiting] = await db_of(request).ask(
        collections.find, sought, till.area.id, till.now
    )
    return found


async def _ticket(tx: Tx, token: int, medium_code: str) -> str:
    row = await tickets.find_by_code(tx, token=token, medium_code=medium_code)
    return "" if row is None else str(row.id)


async def collect(request: Request, till: Till) -> Response:
    """Hand it over, once; its tickets print themselves on the page that follows."""
    typed = await forms.read(request)
    try:
        order_id = forms.parse(CollectionForm, typed).order_id
        await db_of(request).ask(order_at, till, order_id)
        place = Place(PlaceKind.WINDOW, till.window.id)
        await db_of(request).act(collect_and_print, order_id, till, place, clock.utc_now())
    except (InvalidInput, Refused, Conflict) as error:
        found = await found_for(request, till, typed)
        return await _page(request, till, typed.refused(error), found, status=422)
    path = request.app.state.addresses.path
    return htmx.redirect(request, path("window.collections.show", order_id=order_id))


async def collect_and_print(tx: Tx, order_id: str, till: Till, place: Place, now: datetime) -> None:
    done = await collections.collect(tx, order_id, till.area.id, place, till.actor, now)
    post = till_paper.post_of(till)
    await printing.print_tickets(tx, order_id, done.ticket_ids, post, till.actor, now)


async def show(request: Request, till: Till) -> Response:
    """Handed over: the tickets print themselves."""
    order_id = request.path_params["order_id"]
    order = await db_of(request).ask(order_at, till, order_id)
    rows = await db_of(request).ask(tickets.shown_of, order_id)
    collected = await db_of(request).ask(collections.collections_of, [order_id])
    if order_id not in collected:
        return htmx.redirect(
            request, request.app.state.addresses.path("window.orders.show", order_id=order_id)
        )
    context = {
        **await till_context(request, till),
        "order": order,
        "tickets": rows,
        "collection": collected[order_id],
        "line": await db_of(request).ask(till_paper.paper_line, till, order_id),
        "ticket_ids": [],
        "paper": Paper(till.window.printer.get("paper", Paper.ROLL.value)),
    }
    return render(request, "window/collections/show.html", context)


async def _page(
    request: Request,
    till: Till,
    form: Typed,
    found: list[Waiting] | None,
    status: int = 200,
) -> Response:
    today = local_day(till.now, till.zone)
    context = {
        **await till_context(request, till),
        "form": form,
        "rows": found,
        "today": today,
        "waiting": await db_of(request).ask(collections.count_waiting, till.area.id, today),
    }
    return render(request, "window/collections/new.html", context, status=status)


SELL = Permission.SALES_SELL
routes = [
    page("/window/collections/new", at_till(new), name="window.collections.new", permission=SELL),
    page(
        "/window/collections/found",
        at_till(create),
        methods=["POST"],
        name="window.collections.found",
        permission=SELL,
    ),
    page(
        "/window/collections",
        at_till(collect),
        methods=["POST"],
        name="window.collections.create",
        permission=SELL,
    ),
    page(
        "/window/collections/{order_id}",
        at_till(show),
        name="window.collections.show",
        permission=SELL,
    ),
]
