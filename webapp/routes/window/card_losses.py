"""A card reported lost, found again, and its PIN."""

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.cards.memberships import Detail
from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Line
from webapp.forms import Form
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.till import Till, at_till
from webapp.till_cards import card_at, card_page, marks_of

SELL = Permission.SALES_SELL


class LossForm(Form):
    reason: Line = ""


class FoundForm(Form):
    document_number: Line


class PinForm(Form):
    document_number: Line
    pin: Annotated[str, StringConstraints(max_length=12)] = ""


async def create(request: Request, till: Till) -> Response:
    """挂失: from now on every gate and window refuses it."""
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(LossForm, typed)
        await db_of(request).act(
            memberships.report_loss, found.card.id, wanted.reason, till.actor, clock.utc_now()
        )
    except (InvalidInput, Refused, Conflict) as error:
        form = typed.refused(error)
        return await card_page(request, till, found.card.id, form=form, status=422)
    return _shown(request, found.card.id, i18n.here(say("Reported lost: no gate takes it now.")))


async def delete(request: Request, till: Till) -> Response:
    """解挂: its holder is here, with the card and his document."""
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(FoundForm, typed)
        marks = marks_of(request, wanted.document_number)
        await db_of(request).act(
            memberships.lift_loss, found.card.id, marks, till.actor, clock.utc_now()
        )
    except (InvalidInput, Refused, Conflict) as error:
        form = typed.refused(error)
        return await card_page(request, till, found.card.id, form=form, status=422)
    return _shown(request, found.card.id, i18n.here(say("The card is good again.")))


async def set_pin(request: Request, till: Till) -> Response:
    """A PIN for payments above the limit; an empty one takes it away."""
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(PinForm, typed)
        vault, card = vault_of(request), found.card
        mark = memberships.pin_mark(vault, card, wanted.pin) if wanted.pin else None
        marks = marks_of(request, wanted.document_number)
        await db_of(request).act(
            memberships.set_pin, card.id, mark, marks, till.actor, clock.utc_now()
        )
    except (InvalidInput, Refused, Conflict) as error:
        form = typed.refused(error)
        return await card_page(request, till, found.card.id, form=form, status=422)
    return _shown(request, found.card.id, i18n.here(say("The PIN is set.")))


async def _found(request: Request, till: Till) -> Detail:
    found: Detail = await db_of(request).ask(card_at, till, request.path_params["card_id"])
    return found


def _shown(request: Request, card_id: str, said: str) -> Response:
    address = request.app.state.addresses.path("window.cards.show", card_id=card_id)
    return htmx.toast(htmx.redirect(request, address), said)


ONE, POST = "/window/cards/{card_id}", ["POST"]
routes = [
    page(
        f"{ONE}/losses",
        at_till(create),
        methods=POST,
        name="window.card_losses.create",
        permission=SELL,
    ),
    page(
        f"{ONE}/losses/lift",
        at_till(delete),
        methods=POST,
        name="window.card_losses.delete",
        permission=SELL,
    ),
    page(
        f"{ONE}/pin",
        at_till(set_pin),
        methods=POST,
        name="window.card_pins.update",
        permission=SELL,
    ),
]
