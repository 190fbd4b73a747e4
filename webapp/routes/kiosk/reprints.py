"""Printing again at a kiosk: for whoever shows the document that the ticket is named for."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks, tickets
from domain.admission.collections import guessing
from domain.kernel import clock, identity
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, Refused, TooOften, say
from domain.kernel.refusals import Refusal
from webapp import forms
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import go, keep, kept_of, shown
from webapp.parts import db_of, vault_of
from webapp.permissions import kiosk
from webapp.routes.kiosk.collections import take_guess

MOST_CHARACTERS = 40


class TicketForm(Form):
    ticket_id: Id


async def new(request: Request) -> Response:
    return await _field(request, BLANK)


async def create(request: Request) -> Response:
    """The document is kept for this visit; its tickets are listed next."""
    text = (await forms.read(request)).text("document").strip()[:MOST_CHARACTERS]
    try:
        number = identity.normalise(text)
        if identity.guess_kind(number) is None:
            raise InvalidInput({}, say("This is not the number of a document that we know."))
        guess_id = await take_guess(request)
        await keep(request, {"document": [number]})
        if not await tickets_of(request):
            await keep(request, {})
            raise InvalidInput({}, say("No ticket with this document can be printed again."))
        await db_of(request).act(guessing.forgive, guess_id)
    except (InvalidInput, TooOften) as error:
        return await _field(request, Typed({"document": [text]}).refused(error), status=422)
    return go(request, "kiosk.reprints.index")


async def index(request: Request) -> Response:
    return await _list(request)


async def update(request: Request) -> Response:
    """A new print; the old one is dead from now on."""
    here = kiosk_of(request)
    ticket_id = forms.parse(TicketForm, await forms.read(request)).ticket_id
    marks = marks_of(request)
    try:
        handout_id = await db_of(request).act(
            kiosks.selling.reprint,
            ticket_id,
            marks,
            here.device_id,
            actor_at(request),
            clock.utc_now(),
        )
    except Refused as refused:
        asked = refused.refusal is Refusal.APPROVAL_NEEDED
        sentence = say("The free reprints are used up: please go to a window.")
        return await _list(request, sentence if asked else refused.message)
    except Conflict as error:
        return await _list(request, error.message)
    return go(request, "kiosk.handouts.show", handout_id=handout_id)


def marks_of(request: Request) -> tuple[str, ...]:
    number = kept_of(request).text("document")
    return vault_of(request).fingerprints("document", number) if number else ()


async def tickets_of(request: Request) -> list[Any]:
    """The document's tickets of this area that came out once and still count."""
    here, marks, now = kiosk_of(request), marks_of(request), clock.utc_now()

    async def found(tx: Tx) -> list[Any]:
        mine = await tickets.find_by_document(tx, marks) if marks else []
        wanted = {row.id: row.order_id for row in mine if row.area_id == here.area_id}
        rows = [
            row
            for order_id in sorted(set(wanted.values()))
            for row in await tickets.shown_of(tx, order_id)
        ]
        return [
            row
            for row in rows
            if row.id in wanted and row.status in tickets.LIVING and row.valid_until > now
        ]

    rows: list[Any] = await db_of(request).ask(found)
    return rows


async def _list(request: Request, problem: Message | None = None) -> Response:
    rows = await tickets_of(request)
    if not rows:
        return go(request, "kiosk.reprints.new")
    context = {"rows": rows, "problem": problem}
    status = 422 if problem is not None else 200
    return await shown(request, "kiosk/reprints/index.html", context, status=status)


async def _field(request: Request, form: Typed, status: int = 200) -> Response:
    return await shown(request, "kiosk/reprints/new.html", {"form": form}, status=status)


POST = ["POST"]
routes = [
    kiosk("/kiosk/reprint", new, name="kiosk.reprints.new"),
    kiosk("/kiosk/reprint", create, methods=POST, name="kiosk.documents.create"),
    kiosk("/kiosk/reprint/tickets", index, name="kiosk.reprints.index"),
    kiosk("/kiosk/reprint/tickets", update, methods=POST, name="kiosk.reprints.create"),
]
