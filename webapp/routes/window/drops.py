"""Cash from the drawer to the safe in mid-shift."""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import shifts
from domain.commerce.shifts import CashMove, Drop
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, DomainError, InvalidInput, Refused, say
from domain.operation.staff import Permission, people
from webapp import forms, htmx
from webapp.form_fields import Id, PositiveYuan
from webapp.forms import Form, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till, strip_of

MOST_PEOPLE = 500


class DropForm(Form):
    request_id: Annotated[str, StringConstraints(max_length=64)]
    amount_minor: PositiveYuan
    received_by: Id
    note: Annotated[str, StringConstraints(max_length=200)] = ""


async def new(request: Request, till: Till) -> Response:
    return await _page(request, till, forms.filled({"request_id": ids.new_id()}))


async def create(request: Request, till: Till) -> Response:
    """Move the cash; the same form moves it once."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(DropForm, typed)
        receivers = await db_of(request).ask(receivers_for, till)
        if wanted.received_by not in {person.id for person in receivers}:
            raise InvalidInput({"received_by": say("Choose somebody who takes the cash.")})
        given = Drop(
            wanted.request_id,
            till.shift.id,
            wanted.amount_minor,
            wanted.received_by,
            wanted.note,
        )
        await db_of(request).act(shifts.drop, given, till.actor, clock.utc_now())
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, till, typed, error)
    return htmx.redirect(request, request.app.state.addresses.path("window.drops.new"))


async def receivers_for(tx: Tx, till: Till) -> list[Any]:
    """Who may take the cash: anybody who works here but the cashier."""
    found = await people.search(tx, cut=Cut(most=MOST_PEOPLE))
    return [person for person in found if person.id != till.actor.id]


async def _page(
    request: Request, till: Till, form: Typed, error: DomainError | None = None
) -> Response:
    db = db_of(request)
    figures = await db.ask(shifts.report, till.shift.id)
    moves = [move for move in figures.moves if move.kind == CashMove.DROP]
    named = sorted({move.received_by for move in moves if move.received_by})
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "form": form.refused(error) if error else form,
        "receivers": [
            (one.id, f"{one.name} · {one.login}") for one in await db.ask(receivers_for, till)
        ],
        "moves": moves,
        "dropped_minor": figures.drops_minor,
        "names": await db.ask(people.names, named),
    }
    status = 422 if error else 200
    return render(request, "window/drops/new.html", context, fragment="form", status=status)


routes = [
    page(
        "/window/drops/new",
        at_till(new),
        name="window.drops.new",
        permission=Permission.SHIFTS_OWN,
    ),
    page(
        "/window/drops",
        at_till(create),
        methods=["POST"],
        name="window.drops.create",
        permission=Permission.SHIFTS_OWN,
    ),
]
