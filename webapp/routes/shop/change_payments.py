"""Paying what another day costs more: its places are kept while the countdown runs, and the old
tickets stay as they are until the money is there."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, orders
from domain.commerce.changes import HoldStatus, paying
from domain.commerce.changes.paying import Held
from domain.commerce.orders import Order
from domain.commerce.payments import Payment, PaymentStatus, Tender, taking
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    Message,
    NotFound,
    Refused,
    say,
)
from domain.kernel.ports import Way
from webapp import checkout, forms, shop_visits
from webapp.browsers import Browser, browser_of
from webapp.checkout import gateways_of, pending_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.printing import qr
from webapp.routes.shop.payments import is_code, is_state, text_of
from webapp.shop_visits import actor_of, area_of, go, own_order, shown

HERE = "shop.change_payments"


async def show(request: Request) -> Response:
    """What is still to be paid for the new day, and how long its places are kept."""
    return await pay_page(request, await own_order(request))


async def create(request: Request) -> Response:
    """Begin to pay in one way; the QR or the platform's page comes back."""
    order, typed = await own_order(request), await forms.read(request)
    visit = await shop_visits.visit_of(request)
    try:
        chosen = checkout.chosen_of(request, typed.text("tender"))
        await db_of(request).act(
            _started,
            order.id,
            chosen.tender,
            chosen.way,
            actor_of(request, visit),
            lane=capacity.lane(order.area_id),
        )
    except (Conflict, Refused, InvalidInput) as error:
        return await pay_page(request, order, error.message)
    return go(request, f"{HERE}.show", order_id=order.id)


async def _started(tx: Tx, order_id: str, tender: Tender, way: Way, actor: Actor) -> Payment:
    payment = await paying.start_payment(tx, order_id, tender, actor, clock.utc_now())
    is_new = payment.way is Way.QR and not payment.is_invited
    return await taking.choose_way(tx, payment, way) if is_new and way is not Way.QR else payment


async def look(request: Request) -> Response:
    """How it stands; the page asks every two seconds, or the visitor says that it is paid."""
    order = await own_order(request)
    if (pending := pending_of(order)) is not None:
        await orders.collecting.look(
            db_of(request), gateways_of(request), pending.id, clock.utc_now
        )
    if await _held(request, order) is None:
        return go(request, "shop.orders.show", order_id=order.id)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204)
    return go(request, f"{HERE}.show", order_id=order.id)


async def back(request: Request) -> Response:
    """The browser comes back from the platform. What its address says proves nothing."""
    try:
        order = await own_order(request)
    except NotFound:
        return go(request, "shop.accounts.show")
    if (pending := pending_of(order)) is not None:
        try:
            await orders.collecting.look(
                db_of(request), gateways_of(request), pending.id, clock.utc_now
            )
        except Refused as error:  # it speaks of another amount: a person must look
            return await pay_page(request, order, error.message)
    return go(request, f"{HERE}.show", order_id=order.id)


async def stop(request: Request) -> Response:
    """Close what was begun, so that it can be paid another way. Too late for that: it is paid."""
    order = await own_order(request)
    if (pending := pending_of(order)) is not None:
        try:
            left = await orders.collecting.stop(
                db_of(request), gateways_of(request), pending.id, clock.utc_now
            )
        except Refused as error:
            return await pay_page(request, order, error.message)
        if left.status is PaymentStatus.PENDING:
            nobody = say("The payment platform does not answer. Please try again in a moment.")
            return await pay_page(request, order, nobody)
    return go(request, f"{HERE}.show", order_id=order.id)


async def inside(request: Request) -> Response:
    """Inside WeChat: its door has said who pays; see `payments.inside`."""
    order, told = await own_order(request), request.query_params
    pending, visit = pending_of(order), await shop_visits.visit_of(request)
    code, state = told.get("code", ""), told.get("state", "")
    login = checkout.logins_of(request).get(pending.tender.value) if pending else None
    if login is None or not is_state(request, order, visit, state) or not is_code(code):
        return go(request, f"{HERE}.show", order_id=order.id)
    try:
        payer_id = await login.payer_of(code)
    except DomainError as error:
        return await pay_page(request, order, error.message)
    return await pay_page(request, order, payer_id=payer_id)


async def cancel(request: Request) -> Response:
    """Keep the old day; what is paid all the same goes back by itself."""
    order = await own_order(request)
    visit = await shop_visits.visit_of(request)
    if (pending := pending_of(order)) is not None:
        await orders.collecting.stop(
            db_of(request), gateways_of(request), pending.id, clock.utc_now
        )
    await db_of(request).act(
        paying.give_up,
        order.id,
        actor_of(request, visit),
        clock.utc_now(),
        lane=capacity.lane(order.area_id),
    )
    return go(request, "shop.orders.show", order_id=order.id)


async def _held(request: Request, order: Order) -> Held | None:
    held: Held | None = await db_of(request).ask(paying.newest_hold, order.id)
    if held is None or held.status is not HoldStatus.HELD or held.held_until <= clock.utc_now():
        return None
    return held


async def pay_page(
    request: Request, order: Order, problem: Message | None = None, *, payer_id: str = ""
) -> Response:
    held = await _held(request, order)
    if held is None:
        return go(request, "shop.orders.show", order_id=order.id)
    here, text = await area_of(request, order.area_id), ""
    pending = pending_of(order)
    try:
        if pending is not None:
            text = await text_of(request, order, pending, payer_id, HERE)
    except DomainError as error:
        problem = problem or error.message
    context = {
        "order": order,
        "held": held,
        "pending": pending,
        "text": text,
        "qr": qr.drawing(text) if pending and text and pending.way is Way.QR else None,
        "is_inside": browser_of(request) is Browser.WECHAT,
        "has_payer": bool(payer_id),
        "choices": checkout.choices_of(request),
        "problem": problem,
        "left_minor": held.difference_minor,
        "seconds": max(0, int((held.held_until - here.now).total_seconds())),
    }
    status = 422 if problem is not None else 200
    return shown(request, "shop/change_payments/show.html", here, context, status=status)


POST, ONE = ["POST"], "/orders/{order_id}/changes/payment"
routes = [
    page(ONE, show, name="shop.change_payments.show", public=True),
    page(ONE, create, name="shop.change_payments.create", methods=POST, public=True),
    page(f"{ONE}/look", look, name="shop.change_payments.look", methods=POST, public=True),
    page(f"{ONE}/back", back, name="shop.change_payments.back", public=True),
    page(f"{ONE}/inside", inside, name="shop.change_payments.inside", public=True),
    page(f"{ONE}/stop", stop, name="shop.change_payments.stop", methods=POST, public=True),
    page(f"{ONE}/end", cancel, name="shop.change_payments.delete", methods=POST, public=True),
]
