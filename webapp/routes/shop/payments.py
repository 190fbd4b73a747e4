"""Paying: the places are kept while the countdown runs. Drawn from the order alone, so a reload, or
another browser with the same cookie, goes on from there."""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, orders
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.payments.taking import captured
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, DomainError, Message, Refused
from domain.kernel.money import to_text
from webapp import checkout, forms, shop_visits
from webapp.checkout import gateways_of, pending_of, qr_of
from webapp.forms import BLANK, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import area_of, go, own_order, shown


async def show(request: Request) -> Response:
    """How to pay, and how long the places are kept."""
    order = await own_order(request)
    if order.status is not OrderStatus.HELD:
        return go(request, "shop.orders.show", order_id=order.id)
    return await pay_page(request, order)


async def create(request: Request) -> Response:
    """Begin to pay in one way; the QR or the platform's page comes back."""
    order, typed = await own_order(request), await forms.read(request)
    if order.status is not OrderStatus.HELD:
        return go(request, "shop.orders.show", order_id=order.id)
    visit = await shop_visits.visit_of(request)
    try:
        first, ways = checkout.first_offered(request), checkout.offered(request)
        tender = next((one for one in ways if one.value == typed.text("tender")), first)
        await checkout.start(request, order, tender, shop_visits.actor_of(request, visit))
    except (Conflict, Refused) as error:
        return await pay_page(request, order, error.message)
    return go(request, "shop.payments.show", order_id=order.id)


async def look(request: Request) -> Response:
    """How it stands; the page asks every two seconds, or the visitor says that it is paid."""
    order = await own_order(request)
    pending = pending_of(order)
    if order.status is OrderStatus.HELD and pending is not None:
        db = db_of(request)
        await orders.collecting.look(db, gateways_of(request), pending.id, clock.utc_now)
        order = await db.ask(orders.get_order, order.id)
    if order.status is OrderStatus.HELD and not order.is_lapsed(clock.utc_now()):
        if request.headers.get("hx-request") == "true":
            return Response(status_code=204)
        return go(request, "shop.payments.show", order_id=order.id)
    return go(request, "shop.orders.show", order_id=order.id)


async def cancel(request: Request) -> Response:
    """Give the places to others; what is paid all the same goes back by itself."""
    order = await own_order(request)
    visit = await shop_visits.visit_of(request)
    if order.status is OrderStatus.HELD:
        if pending := pending_of(order):
            await orders.collecting.stop(
                db_of(request), gateways_of(request), pending.id, clock.utc_now
            )
        with suppress(Conflict):  # it was paid in this very moment
            await db_of(request).act(
                orders.cancel,
                order.id,
                shop_visits.actor_of(request, visit),
                clock.utc_now(),
                lane=capacity.lane(order.area_id),
            )
    return go(request, "shop.orders.show", order_id=order.id)


async def pay_page(
    request: Request,
    order: Order,
    problem: Message | None = None,
    form: Typed = BLANK,
    *,
    is_code_sent: bool = False,
) -> Response:
    """`form` is that of a member card, when one pays a part."""
    here, text = await area_of(request, order.area_id), ""
    pending = pending_of(order)
    if order.is_lapsed(here.now):
        return go(request, "shop.orders.show", order_id=order.id)
    try:
        text = await checkout.invitation(request, pending) if pending else ""
    except DomainError as error:
        problem = problem or error.message
    left = int((order.held_until - here.now).total_seconds()) if order.held_until else 0
    context = {
        "order": order,
        "pending": pending,
        "qr": qr_of(text) if text else None,
        "ways": checkout.offered(request),
        "problem": problem,
        "form": form,
        "is_code_sent": is_code_sent,
        "left_minor": order.total_minor - captured(order.payments),
        "left_yuan": to_text(order.total_minor - captured(order.payments)),
        "request_id": form.text("request_id") or ids.new_id(),
        "seconds": max(0, left),
    }
    status = 422 if problem is not None else 200
    return shown(request, "shop/payments/show.html", here, context, status=status)


POST, ONE = ["POST"], "/orders/{order_id}/payment"
routes = [
    page(ONE, show, name="shop.payments.show", public=True),
    page(ONE, create, name="shop.payments.create", methods=POST, public=True),
    page(f"{ONE}/look", look, name="shop.payments.look", methods=POST, public=True),
    page(f"{ONE}/end", cancel, name="shop.payments.delete", methods=POST, public=True),
]
