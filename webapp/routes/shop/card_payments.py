"""Paying a part on the web with a member card: its number, and a code to its holder's phone. The
rest is paid by a platform; if that never comes, the card gets its part back with the places."""

from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission.collections import guessing
from domain.cards import memberships
from domain.commerce import capacity, orders
from domain.commerce.orders import FromAccount, Order, OrderStatus
from domain.commerce.payments import Tender
from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, Refused, TooOften, say
from webapp import forms, shop_visits
from webapp.form_fields import Id, PositiveYuan
from webapp.forms import Form, Typed
from webapp.parts import address_of, db_of, vault_of
from webapp.permissions import page
from webapp.routes.shop import payments
from webapp.shop_visits import go, own_order

MOST_ASKED, MOST_TRIED = 12, 30  # of a network address in ten minutes
MOST_WRONG = 5  # of a card


class AskForm(Form):
    number: Annotated[str, StringConstraints(max_length=32)]


class PayForm(AskForm):
    request_id: Id
    code: Annotated[str, StringConstraints(max_length=12)]
    amount_minor: PositiveYuan


async def ask(request: Request) -> Response:
    """Send the code; the page is the same whether there is such a card or not."""
    order, typed, now = await own_order(request), await forms.read(request), clock.utc_now()
    if order.status is not OrderStatus.HELD:
        return go(request, "shop.orders.show", order_id=order.id)
    db = db_of(request)
    try:
        number = forms.parse(AskForm, typed).number
        lane = f"card-pay-ask:{address_of(request)}"
        await db.act(guessing.take, lane, now, MOST_ASKED, lane=lane)
        await db.act(
            memberships.send_pay_code,
            vault_of(request),
            number,
            order.area_id,
            address_of(request),
            now,
            lane=f"card-pay:{number}",
        )
    except (InvalidInput, TooOften) as error:
        return await payments.pay_page(request, order, error.message, typed.refused(error))
    return await payments.pay_page(request, order, None, typed, is_code_sent=True)


async def create(request: Request) -> Response:
    """Take the part off the card. The same form again takes it once."""
    order, typed = await own_order(request), await forms.read(request)
    if order.status is not OrderStatus.HELD:
        return go(request, "shop.orders.show", order_id=order.id)
    try:
        paid = await _paid(request, order, typed)
    except (InvalidInput, Refused, Conflict, TooOften) as error:
        refused = typed.refused(error)
        return await payments.pay_page(request, order, error.message, refused, is_code_sent=True)
    name = "shop.orders.show" if paid.status is not OrderStatus.HELD else "shop.payments.show"
    return go(request, name, order_id=order.id)


async def _paid(request: Request, order: Order, typed: Typed) -> Order:
    wanted, now, db = forms.parse(PayForm, typed), clock.utc_now(), db_of(request)
    taken = []
    for lane, most in (
        (f"card-pay-try:{address_of(request)}", MOST_TRIED),
        (f"card-pay-code:{wanted.number.strip().upper()[:40]}", MOST_WRONG),
    ):
        taken.append(await db.act(guessing.take, lane, now, most, lane=lane))
    card = await db.act(
        memberships.card_of_code,
        vault_of(request),
        wanted.number,
        order.area_id,
        wanted.code,
        now,
        lane=f"card-pay:{wanted.number}",
    )
    if card is None:
        raise InvalidInput({}, say("This code is wrong, or it is too old."))
    for guess_id in taken:
        await db.act(guessing.forgive, guess_id)
    proof = await db.ask(memberships.proof_by_phone, card)
    asked = FromAccount(
        wanted.request_id, order.id, Tender.STORED_VALUE, card.id, wanted.amount_minor, None, proof
    )
    visit = await shop_visits.visit_of(request)
    actor = shop_visits.actor_of(request, visit)
    paid: Order = await db.act(
        orders.pay_from, asked, actor, now, lane=capacity.lane(order.area_id)
    )
    return paid


POST, ONE = ["POST"], "/orders/{order_id}/payment/card"
routes = [
    page(f"{ONE}/codes", ask, name="shop.card_payments.ask", methods=POST, public=True),
    page(ONE, create, name="shop.card_payments.create", methods=POST, public=True),
]
