"""Letting somebody in by hand, with a reason: counted, audited, and looked at afterwards."""

import unicodedata
from typing import Annotated, NamedTuple

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions, tickets
from domain.admission.redemptions import ByHand
from domain.cards import memberships
from domain.cards.memberships import MembershipStatus
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.operation.staff import Permission
from webapp import forms, gate_cards, gate_glass
from webapp.form_fields import Line, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.gate_desk import gate_for, show_glass
from webapp.parts import actor_of, db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.gate.redemptions import ScanId

ADMIT = Permission.GATES_ADMIT
REASONS = (
    say("The code cannot be read"),
    say("The reader is broken"),
    say("Too small for a ticket"),
    say("Staff or supplier"),
    say("Wrong ticket type, settled at the desk"),
)


class AdmissionForm(Form):
    request_id: ScanId
    persons: Annotated[int, Field(ge=1, le=redemptions.MOST_HEADS)] = 1
    reason: LongLine
    shown: Line = ""  # a ticket's number, or a member card: its number, its chip, the document


async def new(request: Request) -> Response:
    await gate_for(request, ADMIT)
    return await _page(request, BLANK)


async def create(request: Request) -> Response:
    gate = await gate_for(request, ADMIT)
    typed = await forms.read(request)
    try:
        wanted = forms.parse(AdmissionForm, typed)
        used = await _used(request, gate.area_id, wanted.shown)
        by_hand = ByHand(wanted.request_id, gate.id, wanted.persons, wanted.reason, *used)
        actor = actor_of(request, place_id=gate.id)
        answer = await db_of(request).act(redemptions.admit, by_hand, actor, clock.utc_now())
    except Refused as error:
        said = gate_cards.REASONS.get(error.refusal, error.message)
        return await _page(request, typed.refused(InvalidInput({"shown": said})), status=422)
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return await show_glass(request, gate_glass.by_hand(answer.persons), status=201)


class Used(NamedTuple):
    """What of the visitor's is used: a ticket, a card, or nothing."""

    ticket_id: str | None = None
    card_id: str | None = None


async def _used(request: Request, area_id: str, shown: str) -> Used:
    if not shown:
        return Used()
    db = db_of(request)
    ticket = await db.ask(tickets.find_by_number, shown)
    if ticket is not None and ticket.area_id == area_id:
        return Used(ticket_id=ticket.id)
    sought = memberships.search_for(vault_of(request), unicodedata.normalize("NFKC", shown))
    found = await db.ask(memberships.find_shown, sought)
    cards = [row for row in found if row.area_id == area_id]
    active = [row for row in cards if row.status == MembershipStatus.ACTIVE]
    if len(active) > 1:
        raise InvalidInput({"shown": say("Several cards fit: type the number of one.")})
    if not cards:
        raise InvalidInput({"shown": say("There is no ticket and no card like this.")})
    return Used(card_id=(active or cards)[0].id)


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    context = {
        "gate": await gate_for(request, ADMIT),
        "form": form,
        "reasons": REASONS,
        "request_id": form.text("request_id") or ids.new_id(),
    }
    return render(request, "gate/admissions/new.html", context, status=status)


AT = "/gate/{gate_id}/admissions"
routes = [
    page(f"{AT}/new", new, name="admissions.new", permission=ADMIT),
    page(AT, create, methods=["POST"], name="admissions.create", permission=ADMIT),
]
