"""Paying a held order from a member card's balance: read the card, see the balance before and
after, and pay; the rest is paid another way."""

from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.commerce import capacity, orders
from domain.commerce.orders import FromAccount
from domain.commerce.payments import Tender
from domain.kernel import clock, identity
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.form_fields import Id, PositiveYuan
from webapp.forms import Form, Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.routes.window import payments
from webapp.routes.window.cards import renamed
from webapp.till import Till, at_till
from webapp.till_cards import card_at, cards_found

MOST_CHARACTERS = 128
STORED_VALUE = Tender.STORED_VALUE.value
PIN_DIGITS = 6


class PayForm(Form):
    request_id: Annotated[str, StringConstraints(max_length=64)]
    card: Id
    amount_minor: PositiveYuan | None = None
    shown_minor: Annotated[int, Field(ge=0)] = 0  # in fen: what the page said the card can pay
    proof: Annotated[str, StringConstraints(max_length=40)] = ""


async def find(request: Request, till: Till) -> Response:
    """The card on the reader, or what was typed of it."""
    order, typed = await payments.held_order(request, till), await forms.read(request)
    wanted = typed.text("q").strip()[:MOST_CHARACTERS]
    rows = await db_of(request).ask(cards_found, till, vault_of(request), wanted) if wanted else []
    if len(rows) == 1:
        query = {"tender": STORED_VALUE, "card": rows[0].id}
        path = request.app.state.addresses.path
        return htmx.redirect(request, path("window.payments.new", order_id=order.id, query=query))
    form = Typed({"tender": [STORED_VALUE], "q": [wanted]})
    return await payments.show(request, till, form, cards=rows)


async def create(request: Request, till: Till) -> Response:
    """Take it off the card. The same form pays once."""
    order, typed = await payments.held_order(request, till), await forms.read(request)
    try:
        wanted = forms.parse(PayForm, typed)
        found = await db_of(request).ask(card_at, till, wanted.card)
        asked = FromAccount(
            wanted.request_id,
            order.id,
            Tender.STORED_VALUE,
            wanted.card,
            wanted.amount_minor or wanted.shown_minor,
            till.window.id,
            await proof_of(request, found.card, wanted.proof),
        )
        paid = await db_of(request).act(
            orders.pay_from, asked, till.actor, clock.utc_now(), lane=capacity.lane(till.area.id)
        )
    except (InvalidInput, Refused, Conflict) as error:
        form = Typed({**typed.values, "tender": [STORED_VALUE]})
        return await payments.show(request, till, form, renamed(error))
    return await payments.go_on(request, till, paid.id, "")


async def proof_of(request: Request, card: object, typed: str) -> tuple[str, ...]:
    """Marks of what was typed: six digits are the PIN, anything else the holder's document.

    Raises Refused PROOF_WRONG for a wrong PIN, which is counted."""
    plain, vault = typed.strip(), vault_of(request)
    if not plain:
        return ()
    if not (len(plain) == PIN_DIGITS and plain.isascii() and plain.isdigit()):
        return vault.fingerprints("document", identity.normalise(plain))
    mark = memberships.pin_mark(vault, card, plain)
    card_id = getattr(card, "id", "")
    if not await db_of(request).act(memberships.check_pin, card_id, (mark,), clock.utc_now()):
        raise Refused(Refusal.PROOF_WRONG, say("The PIN is wrong."))
    return (mark,)


ONE = "/window/orders/{order_id}/card-payments"
routes = [
    page(
        f"{ONE}/finds",
        at_till(find),
        methods=["POST"],
        name="window.card_payments.find",
        permission=Permission.SALES_SELL,
    ),
    page(
        ONE,
        at_till(create),
        methods=["POST"],
        name="window.card_payments.create",
        permission=Permission.SALES_SELL,
    ),
]
