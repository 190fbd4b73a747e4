"""What a gate would say to a ticket, without using it."""

import unicodedata
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups, redemptions, tickets
from domain.admission.redemptions import Preview, Scan
from domain.admission.tickets import TicketStatus
from domain.commerce.orders import events
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation.staff import Permission
from webapp import forms, gate_glass, order_watch
from webapp.forms import BLANK, Form, Typed
from webapp.gate_desk import gate_for
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.gate.redemptions import ShownCode, kind_of

SCAN, ROSTER = Permission.GATES_SCAN, Permission.GROUPS_ROSTER


class LookupForm(Form):
    code: ShownCode


async def new(request: Request) -> Response:
    return await _page(request, BLANK)


async def create(request: Request) -> Response:
    """By its code, or by the number on its face."""
    gate = await gate_for(request, SCAN)
    try:
        typed = await forms.read(request)
        code = unicodedata.normalize("NFKC", forms.parse(LookupForm, typed).code).strip()
    except InvalidInput as error:
        return await _page(request, BLANK.refused(error), status=422)
    found = await _looked_up(request, gate, code)
    return await _page(request, BLANK, found)


async def stream(request: Request) -> Response:
    """What the office or a window does to the ticket's order while it is looked at here."""
    gate = await gate_for(request, SCAN)
    ticket = await db_of(request).ask(tickets.get, request.path_params["ticket_id"])
    if ticket.area_id != gate.area_id:
        raise NotFound()
    return order_watch.stream(request, [ticket.order_id])


async def _looked_up(request: Request, gate: Any, code: str) -> Preview:
    db, now = db_of(request), clock.utc_now()
    ticket = await db.ask(tickets.find_by_number, code)
    if ticket is not None and ticket.area_id == gate.area_id:
        return await db.ask(redemptions.preview_of_ticket, gate.id, ticket.id, now)
    scan = Scan(ids.new_id(), gate.id, None, code, kind_of(code), staff_id=staff_of(request).id)
    presented = await request.app.state.gatekeeper.reader.read(scan, now)
    return await db.ask(redemptions.preview, presented, now)


async def _page(
    request: Request, form: Typed, found: Preview | None = None, status: int = 200
) -> Response:
    gate = await gate_for(request, SCAN)
    shown = found.ticket_id if found and staff_of(request).may(ROSTER, gate.id) else None
    context = {
        "gate": gate,
        "members": await db_of(request).ask(_members, shown, gate.area_id),
        "seen": await db_of(request).ask(_version_of, found.ticket_id) if found else 0,
        "form": form,
        "found": found,
        "named": gate_glass.named,
        "state": TicketStatus(found.details["status"]) if found and found.ticket_id else None,
        "more": gate_glass.when_and_where(found.refusal, found.details)
        if found and found.refusal
        else "",
    }
    return render(request, "gate/lookups/new.html", context, status=status)


async def _members(tx: Tx, ticket_id: str | None, area_id: str) -> list[Any]:
    """The roster of the group whose ticket it is; nobody for another ticket or area."""
    ticket = await tickets.get(tx, ticket_id) if ticket_id else None
    if ticket is None or ticket.area_id != area_id:
        return []
    group = await groups.of_order(tx, ticket.order_id)
    return await groups.members(tx, group.id) if group else []


async def _version_of(tx: Tx, ticket_id: str | None) -> int:
    """The version of the ticket's order as it is shown now."""
    if ticket_id is None:
        return 0
    return (await events.latest(tx, (await tickets.get(tx, ticket_id)).order_id)).version


AT = "/gate/{gate_id}/lookups"
routes = [
    page(f"{AT}/new", new, name="lookups.new", permission=SCAN),
    page(AT, create, methods=["POST"], name="lookups.create", permission=SCAN),
    page(f"{AT}/{{ticket_id}}/events", stream, name="lookups.stream", permission=SCAN),
]
