"""A card given back: quoted lot by lot with its rule, confirmed, and the money handed over."""

from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.cards.memberships import CardReturn, Detail, ReturnQuote, ReturnReason, ReturnStatus
from domain.cards.memberships import Request as Asked
from domain.commerce import capacity
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Line
from webapp.forms import Form, Typed
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_cards import card_at, context_of, marks_of
from webapp.words import label_of

REFUND = Permission.SALES_REFUND
LETTERS = {ReturnReason.BY_WISH: "B", ReturnReason.BY_RIGHT: "A"}  # (a) and (b) of the rules


class QuoteForm(Form):
    reason: ReturnReason = ReturnReason.BY_WISH
    is_intact: bool = False


class ReturnForm(QuoteForm):
    request_id: Annotated[str, StringConstraints(max_length=64)]
    quoted_minor: Annotated[int, Field(ge=0)]  # in fen: what the page showed
    note: Line
    document_number: Line = ""


async def new(request: Request, till: Till) -> Response:
    """What giving the card back would pay, before anything happens."""
    staff_of(request).must(REFUND, till.window.id)
    query = forms.read_query(request)
    values = query.values if query.texts("reason") else {"is_intact": ["on"], **query.values}
    return await _page(request, till, Typed({"request_id": [ids.new_id()], **values}))


async def create(request: Request, till: Till) -> Response:
    """Give it back as it was quoted; above the limit another person is asked."""
    staff_of(request).must(REFUND, till.window.id)
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(ReturnForm, typed)
        asked = Asked(
            wanted.request_id,
            found.card.id,
            wanted.reason,
            wanted.note,
            wanted.is_intact,
            wanted.quoted_minor,
            till.window.id,
            marks_of(request, wanted.document_number),
        )
        made: CardReturn = await db_of(request).act(
            memberships.return_card,
            asked,
            till.actor,
            clock.utc_now(),
            lane=capacity.lane(till.area.id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, till, typed.refused(error), status=422)
    path = request.app.state.addresses.path
    cash = [one for one in made.refunds if one.amount_minor]
    if made.status is ReturnStatus.DONE and len(cash) == 1:
        return htmx.redirect(request, path("window.refunds.show", refund_id=cash[0].id))
    said = say("Another person decides; the card is frozen until then.")
    if made.status is ReturnStatus.DONE:
        said = say("The card is returned.")
    shown = htmx.redirect(request, path("window.cards.show", card_id=found.card.id))
    return htmx.toast(shown, i18n.here(said))


async def _found(request: Request, till: Till) -> Detail:
    found: Detail = await db_of(request).ask(card_at, till, request.path_params["card_id"])
    return found


async def _page(request: Request, till: Till, form: Typed, status: int = 200) -> Response:
    found = await _found(request, till)
    try:
        wanted = forms.parse(QuoteForm, form)
    except InvalidInput as error:
        wanted, form, status = QuoteForm(), form.refused(error), 422
    quote: ReturnQuote = await db_of(request).ask(
        memberships.quote, found.card.id, wanted.reason, wanted.is_intact, till.now
    )
    context = {
        **await context_of(request, till, found),
        "form": form,
        "quote": quote,
        "reason": wanted.reason,
        "is_intact": wanted.is_intact,
        "reasons": [(one.value, label_of(one), LETTERS[one]) for one in LETTERS],
        "lots": {lot.id: lot for lot in found.lots},
        "must_show": found.holder is not None and bool(found.holder.document_hash),
    }
    template = "window/card_returns/new.html"
    return render(request, template, context, fragment="quote", status=status)


ONE = "/window/cards/{card_id}/returns"
routes = [
    page(f"{ONE}/new", at_till(new), name="window.card_returns.new", permission=REFUND),
    page(
        ONE,
        at_till(create),
        methods=["POST"],
        name="window.card_returns.create",
        permission=REFUND,
    ),
]
