"""Letting somebody in by hand, with a reason: counted, audited, and looked at afterwards."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions, tickets
from domain.admission.redemptions import ByHand
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.staff import Permission
from webapp import forms, gate_glass
from webapp.form_fields import Line, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.gate_desk import gate_for, show_glass
from webapp.parts import actor_of, db_of
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
    ticket_number: Line = ""


async def new(request: Request) -> Response:
    await gate_for(request, ADMIT)
    return await _page(request, BLANK)


async def create(request: Request) -> Response:
    gate = await gate_for(request, ADMIT)
    typed = await forms.read(request)
    try:
        wanted = forms.parse(AdmissionForm, typed)
        ticket_id = await _ticket(request, gate.area_id, wanted.ticket_number)
        by_hand = ByHand(wanted.request_id, gate.id, wanted.persons, wanted.reason, ticket_id)
        actor = actor_of(request, place_id=gate.id)
        answer = await db_of(request).act(redemptions.admit, by_hand, actor, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return await show_glass(request, gate_glass.by_hand(answer.persons), status=201)


async def _ticket(request: Request, area_id: str, number: str) -> str | None:
    if not number:
        return None
    found = await db_of(request).ask(tickets.find_by_number, number)
    if found is None or found.area_id != area_id:
        raise InvalidInput({"ticket_number": say("There is no ticket with this number.")})
    return str(found.id)


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
