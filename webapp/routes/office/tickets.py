"""Tickets: found by number, code or document; everything that happened to one; a dispute."""

import unicodedata
from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faces, tickets
from domain.admission.faces import Owner
from domain.admission.redemptions import Decision, Direction, PassResult, Scan, ScanKind
from domain.admission.tickets import MediumKind, MediumStatus, TicketStatus
from domain.commerce import catalog
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message
from domain.kernel.refusals import Refusal
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.form_fields import LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, LOCK = Permission.ORDERS_SEE, Permission.REFUNDS_APPROVE


class SearchForm(Form):
    code: Annotated[str, StringConstraints(max_length=512)]


class LockForm(Form):
    reason: LongLine


async def index(request: Request) -> Response:
    return _search_page(request, BLANK, None)


async def search(request: Request) -> Response:
    """By POST: a code has no place in an address."""
    try:
        typed = await forms.read(request)
        code = unicodedata.normalize("NFKC", forms.parse(SearchForm, typed).code).strip()
    except InvalidInput as error:
        return _search_page(request, BLANK.refused(error), None, status=422)
    staff = staff_of(request)
    found = [row for row in await _found(request, code) if staff.may(SEE, row.area_id)]
    if len(found) == 1:
        return _shown(request, found[0].id)
    return _search_page(request, BLANK, found)


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def lock(request: Request) -> Response:
    return await _dispute(request, tickets.lock)


async def unlock(request: Request) -> Response:
    return await _dispute(request, tickets.unlock)


async def _dispute(request: Request, act: Any) -> Response:
    typed, ticket_id = await forms.read(request), request.path_params["ticket_id"]
    ticket = await db_of(request).ask(tickets.get, ticket_id)
    staff_of(request).must(LOCK, ticket.area_id)
    try:
        reason = forms.parse(LockForm, typed).reason
        await db_of(request).act(act, ticket_id, reason, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, ticket_id)


def _search_page(
    request: Request, form: Typed, found: list[Any] | None, status: int = 200
) -> Response:
    context: dict[str, Any] = {"form": form, "found": found, **WORDED}
    return render(request, "office/tickets/index.html", context, fragment="list", status=status)


async def _found(request: Request, code: str) -> list[Any]:
    """The number on its face, else what a reader reads: its code, or a document."""
    db = db_of(request)
    if ticket := await db.ask(tickets.find_by_number, code):
        return [ticket]
    scan = Scan(ids.new_id(), "", None, code, ScanKind.PIN)
    presented = await request.app.state.gatekeeper.reader.read(scan, clock.utc_now())
    if presented.documents:
        return await db.ask(tickets.find_by_document, presented.documents)

    async def by_code(tx: Tx) -> Any:
        return await tickets.find_by_code(
            tx, token=presented.token, medium_code=presented.medium_code
        )

    ticket = await db.ask(by_code)
    return [ticket] if ticket else []


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    ticket_id, staff = request.path_params["ticket_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        detail = await tickets.detail(tx, ticket_id)
        return {
            "detail": detail,
            "ticket": detail.ticket,
            "type": await catalog.get_ticket_type(tx, detail.ticket.ticket_type_id),
            "area": await places.get_place(tx, PlaceKind.AREA, detail.ticket.area_id),
            "history": await history_of(tx, "ticket", ticket_id),
            "face": await faces.of(tx, Owner.TICKET, ticket_id),
        }

    context = await db_of(request).ask(looked_up)
    ticket = context["ticket"]
    staff.must(SEE, ticket.area_id)
    context |= {
        "form": form,
        "may_lock": staff.may(LOCK, ticket.area_id),
        "is_over": clock.utc_now() >= ticket.valid_until,
        "lockable": ticket.status in ("sold", "partly_used", "used"),
        **WORDED,
    }
    return render(request, "office/tickets/show.html", context, status=status)


def _shown(request: Request, ticket_id: str) -> Response:
    path = request.app.state.addresses.path("tickets.show", ticket_id=ticket_id)
    return htmx.redirect(request, path)


def _reason_of(row: Any) -> Message | str:
    return Message(Refusal(row.refusal).message) if row.refusal else str(row.reason)


WORDED = {
    "state": TicketStatus,
    "medium_kind": MediumKind,
    "medium_status": MediumStatus,
    "decision": Decision,
    "direction": Direction,
    "kind": ScanKind,
    "result": PassResult,
    "reason_of": _reason_of,
}
ALL, ONE, POST = "/office/tickets", "/office/tickets/{ticket_id}", ["POST"]
routes = [
    page(ALL, index, name="tickets.index", permission=SEE),
    page(ALL, search, methods=POST, name="tickets.search", permission=SEE),
    page(ONE, show, name="tickets.show", permission=SEE),
    page(f"{ONE}/lock", lock, methods=POST, name="ticket_locks.create", permission=LOCK),
    page(f"{ONE}/unlock", unlock, methods=POST, name="ticket_unlocks.create", permission=LOCK),
]
