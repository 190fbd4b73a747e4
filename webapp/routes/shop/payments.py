"""Paying: the places are kept while the countdown runs. Drawn from the order alone, so a reload, or
another browser with the same cookie, goes on from there."""

import hmac
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, orders
from domain.commerce.customers import Visit
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.payments import Payment, PaymentStatus
from domain.commerce.payments.taking import captured
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, DomainError, Message, NotFound, Refused, say
from domain.kernel.money import to_text
from domain.kernel.ports import Way
from webapp import checkout, forms, shop_visits
from webapp.browsers import Browser, browser_of
from webapp.checkout import gateways_of, pending_of
from webapp.forms import BLANK, Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.printing import qr
from webapp.shop_visits import actor_of, area_of, go, own_order, shown

MOST_OF_A_CODE = 128


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
        chosen, actor = checkout.chosen_of(request, typed.text("tender")), actor_of(request, visit)
        await checkout.start(request, order, chosen.tender, actor, chosen.way)
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


async def back(request: Request) -> Response:
    """The browser comes back from the platform. What its address says proves nothing: the platform
    is asked. One that never was here (another browser opened by the app) finds its orders by phone.
    """
    try:
        order = await own_order(request)
    except NotFound:
        return go(request, "shop.accounts.show")
    pending = pending_of(order)
    if order.status is OrderStatus.HELD and pending is not None:
        try:
            await orders.collecting.look(
                db_of(request), gateways_of(request), pending.id, clock.utc_now
            )
        except Refused as error:  # it speaks of another amount: a person must look
            return await pay_page(request, order, error.message)
        order = await db_of(request).ask(orders.get_order, order.id)
    if order.status is OrderStatus.HELD:
        return go(request, "shop.payments.show", order_id=order.id)
    return go(request, "shop.orders.show", order_id=order.id)


async def stop(request: Request) -> Response:
    """Close what was begun, so that it can be paid another way. Too late for that: it is paid."""
    order = await own_order(request)
    if order.status is OrderStatus.HELD and (pending := pending_of(order)):
        db, gateways = db_of(request), gateways_of(request)
        try:
            left = await orders.collecting.stop(db, gateways, pending.id, clock.utc_now)
        except Refused as error:
            return await pay_page(request, order, error.message)
        if left.status is PaymentStatus.PENDING:
            nobody = say("The payment platform does not answer. Please try again in a moment.")
            return await pay_page(request, order, nobody)
    return go(request, "shop.payments.show", order_id=order.id)


async def inside(request: Request) -> Response:
    """Inside WeChat: its door has said who pays, and the page hands the order to its bridge. Who it
    is, is not kept."""
    order, told = await own_order(request), request.query_params
    pending, logins = pending_of(order), checkout.logins_of(request)
    visit = await shop_visits.visit_of(request)
    if order.status is not OrderStatus.HELD or pending is None or pending.way is not Way.INSIDE:
        return go(request, "shop.payments.show", order_id=order.id)
    code, state = told.get("code", ""), told.get("state", "")
    login = logins.get(pending.tender.value)
    if login is None or not is_state(request, order, visit, state) or not is_code(code):
        return go(request, "shop.payments.show", order_id=order.id)
    try:
        payer_id = await login.payer_of(code)
    except DomainError as error:
        return await pay_page(request, order, error.message)
    return await pay_page(request, order, payer_id=payer_id)


def is_code(code: str) -> bool:
    return 0 < len(code) <= MOST_OF_A_CODE and code.isascii() and code.isprintable()


def is_state(request: Request, order: Order, visit: Visit | None, state: str) -> bool:
    mine = state_of(request, order, visit)
    return hmac.compare_digest(mine.encode(), state.encode("utf-8", "replace"))


def state_of(request: Request, order: Order, visit: Visit | None) -> str:
    """Goes through the platform's door and comes back: only for this browser and this order."""
    about = f"{order.id}:{visit.id if visit else ''}"
    return vault_of(request).fingerprint("payer_login", about).partition(".")[2][:32]


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
    payer_id: str = "",
) -> Response:
    """`form` is that of a member card, when one pays a part; `payer_id` who pays inside WeChat."""
    here, text = await area_of(request, order.area_id), ""
    pending = pending_of(order)
    if order.is_lapsed(here.now):
        return go(request, "shop.orders.show", order_id=order.id)
    try:
        text = await text_of(request, order, pending, payer_id) if pending else ""
    except DomainError as error:
        problem = problem or error.message
    left = int((order.held_until - here.now).total_seconds()) if order.held_until else 0
    context = {
        "order": order,
        "pending": pending,
        "text": text,
        "qr": qr.drawing(text) if pending and text and pending.way is Way.QR else None,
        "is_inside": browser_of(request) is Browser.WECHAT,
        "has_payer": bool(payer_id),
        "choices": checkout.choices_of(request),
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


async def text_of(
    request: Request, order: Order, pending: Payment, payer_id: str, names: str = "shop.payments"
) -> str:
    """What the QR says, where the browser goes, or what the app's bridge is told."""
    if pending.way is not Way.INSIDE or payer_id:
        back = whole_address(request, f"{names}.back", order)
        return await checkout.invitation(request, pending, return_url=back, payer_id=payer_id)
    login = checkout.logins_of(request).get(pending.tender.value)
    if login is None:
        return ""
    state = state_of(request, order, await shop_visits.visit_of(request))
    return login.login_address(whole_address(request, f"{names}.inside", order), state)


def whole_address(request: Request, name: str, order: Order) -> str:
    state = request.app.state
    path = state.addresses.path(name, order_id=order.id)
    return f"{state.settings.base_url.rstrip('/')}{path}"


POST, ONE = ["POST"], "/orders/{order_id}/payment"
routes = [
    page(ONE, show, name="shop.payments.show", public=True),
    page(ONE, create, name="shop.payments.create", methods=POST, public=True),
    page(f"{ONE}/look", look, name="shop.payments.look", methods=POST, public=True),
    page(f"{ONE}/back", back, name="shop.payments.back", public=True),
    page(f"{ONE}/inside", inside, name="shop.payments.inside", public=True),
    page(f"{ONE}/stop", stop, name="shop.payments.stop", methods=POST, public=True),
    page(f"{ONE}/end", cancel, name="shop.payments.delete", methods=POST, public=True),
]
