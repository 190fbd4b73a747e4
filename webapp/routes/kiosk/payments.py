"""Paying at a kiosk: by a QR on the glass that the visitor reads, or by the visitor's own code.

The page is drawn from the order alone: a reload or a start after a crash goes on from there. What
nobody knows yet is asked for until it is known.
"""

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks
from domain.commerce import capacity, orders, promotions
from domain.commerce.orders import Order, OrderStatus, Sale
from domain.commerce.payments import Payment, PaymentStatus, Tender, tender_of_code
from domain.kernel import clock, ids
from domain.kernel.channels import Channel
from domain.kernel.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    Message,
    Refused,
    say,
)
from webapp import checkout, forms, i18n
from webapp.baskets import check_whole, with_texts
from webapp.checkout import gateways_of, pending_of
from webapp.forms import Typed
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import (
    PAYING_SECONDS,
    go,
    keep,
    kept_of,
    seconds_until,
    shown,
    visit_of,
)
from webapp.parts import db_of
from webapp.permissions import kiosk
from webapp.platform_desk import serving
from webapp.printing import qr
from webapp.routes.kiosk.sales import basket_of

MOST_OF_A_CODE = 128


async def new(request: Request) -> Response:
    """What it is and what it costs, before places are held."""
    basket = await basket_of(request, kept_of(request))
    if not basket.chosen:
        return go(request, "kiosk.sales.show")
    if basket.missing:
        return go(request, "kiosk.visitors.edit")
    return await _summary(request, basket.problem or basket.coupon_problem)


async def create(request: Request) -> Response:
    """Hold the places and lead to the money; nothing to pay leads to the tickets."""
    if visit_of(request).order_id is not None:
        return go(request, "kiosk.payments.show")
    typed, here = await numbered(request), kiosk_of(request)
    basket = await basket_of(request, typed)
    try:
        check_whole(basket)
        sale = Sale(
            typed.text("request_id"),
            here.area_id,
            Channel.KIOSK,
            tuple(basket.wanted),
            total_minor=basket.total_minor,
            language=i18n.current(),
            codes=basket.coupon,
        )
        lane = capacity.lane(here.area_id)
        actor, now = actor_at(request), clock.utc_now()
        order: Order = await db_of(request).act(
            kiosks.selling.place, sale, here.device_id, actor, now, lane=lane
        )
    except (InvalidInput, Refused, Conflict) as error:
        await forget_request(request)
        return await _summary(request, error.message, status=422)
    return go(request, "kiosk.payments.show" if order.paid_at is None else "kiosk.handouts.next")


async def numbered(request: Request) -> Typed:
    """What is kept, with the number of the sale that it leads to. The page before has it already:
    whoever presses twice buys once."""
    typed = kept_of(request)
    if not typed.text("request_id"):
        typed = with_texts(typed, request_id=ids.new_id())
        await keep(request, typed.values)
    return typed


async def forget_request(request: Request) -> None:
    """Another try is another sale."""
    await keep(request, with_texts(kept_of(request), request_id="").values)


async def _summary(request: Request, problem: Message | None = None, status: int = 200) -> Response:
    basket = await basket_of(request, await numbered(request))
    takes_codes = await db_of(request).ask(promotions.takes_codes, kiosk_of(request).area_id)
    context = {"basket": basket, "problem": problem, "takes_codes": takes_codes}
    return await shown(request, "kiosk/payments/new.html", context, status=status)


async def show(request: Request) -> Response:
    """The QR to read, and how long the places are kept."""
    order = await _order(request)
    if order is None:
        return go(request, "kiosk.home")
    if order.status is not OrderStatus.HELD:
        return _after(request, order)
    return await _pay_page(request, order)


async def look(request: Request) -> Response:
    """How it stands; the page asks every two seconds."""
    order = await _order(request)
    if order is None:
        return go(request, "kiosk.home")
    pending = pending_of(order)
    if order.status is OrderStatus.HELD and pending is not None:
        gateways = gateways_of(request)
        await orders.collecting.look(db_of(request), gateways, pending.id, clock.utc_now)
        order = await db_of(request).ask(orders.get_order, order.id)
        if order.status is OrderStatus.HELD and pending_of(order) is None:
            return go(request, "kiosk.payments.show")  # it came to nothing: a new QR
    if order.status is OrderStatus.HELD and not order.is_lapsed(clock.utc_now()):
        return Response(status_code=204)
    return _after(request, order)


async def scan(request: Request) -> Response:
    """The visitor's own code was read: the QR on the glass is closed first, so that nobody pays
    twice."""
    order = await _order(request)
    if order is None or order.status is not OrderStatus.HELD:
        return go(request, "kiosk.payments.show")
    code = (await forms.read(request)).text("code").strip()
    if not code or len(code) > MOST_OF_A_CODE:
        return await _pay_page(request, order, say("This is no payer's code."))
    db, gateways = db_of(request), gateways_of(request)
    if pending := pending_of(order):
        await orders.collecting.stop(db, gateways, pending.id, clock.utc_now)
        order = await db.ask(orders.get_order, order.id)
        if order.status is not OrderStatus.HELD or pending_of(order):
            return go(request, "kiosk.payments.show")
    try:
        tender = tender_of_code(code, serving(request, gateways, Channel.KIOSK))
        if tender is None:
            return await _pay_page(request, order, say("This is no payer's code."))
        payment = await _start(request, order, tender)
        await keep(request, with_texts(kept_of(request), charged=payment.id).values)
        payment = await orders.collecting.collect(db, gateways, payment.id, code, clock.utc_now)
    except (Conflict, Refused) as error:
        return await _pay_page(request, order, error.message)
    if payment.status is PaymentStatus.FAILED:
        order = await db.ask(orders.get_order, order.id)
        return await _pay_page(request, order, say("The payment was refused. Try another way."))
    return go(request, "kiosk.payments.show")


async def _pay_page(request: Request, order: Order, problem: Message | None = None) -> Response:
    now = clock.utc_now()
    if order.is_lapsed(now):
        return _after(request, order)
    text, seconds = "", seconds_until(order.held_until, now)
    pending = pending_of(order)
    is_asked = pending is not None and pending.id == kept_of(request).text("charged")
    try:
        text = "" if is_asked else await _invitation(request, order)
    except DomainError as error:
        problem = problem or error.message
    context = {
        "order": order,
        "qr": qr.drawing(text) if text else None,
        "is_asked": is_asked,  # the visitor's own code was read, and the phone wants a word
        "problem": problem,
        "seconds": seconds,
    }
    idle, status = min(PAYING_SECONDS, seconds + 1), 422 if problem is not None else 200
    template = "kiosk/payments/show.html"
    return await shown(request, template, context, idle_seconds=idle, status=status)


async def _invitation(request: Request, order: Order) -> str:
    """The text of the QR: of the payment that waits, or of a new one."""
    payment = pending_of(order)
    if payment is None:
        payment = await _start(request, order, checkout.first_offered(request, Channel.KIOSK))
    return await checkout.invitation(request, payment)


async def _start(request: Request, order: Order, tender: Tender) -> Payment:
    return await checkout.start(request, order, tender, actor_at(request))


async def _order(request: Request) -> Order | None:
    """The order of this visit."""
    order_id = visit_of(request).order_id
    return None if order_id is None else await db_of(request).ask(orders.get_order, order_id)


def _after(request: Request, order: Order) -> Response:
    if order.paid_at is not None:
        return go(request, "kiosk.handouts.next")
    return go(request, "kiosk.payments.over")


async def cancel(request: Request) -> Response:
    """Back to the cart: the places are free again; what is paid all the same goes back."""
    order, here = await _order(request), kiosk_of(request)
    if order is not None and order.paid_at is not None:
        return go(request, "kiosk.handouts.next")
    if order is not None and order.status is OrderStatus.HELD:
        if pending := pending_of(order):
            gateways = gateways_of(request)
            await orders.collecting.stop(db_of(request), gateways, pending.id, clock.utc_now)
        try:
            actor, lane = actor_at(request), capacity.lane(here.area_id)
            await db_of(request).act(orders.cancel, order.id, actor, clock.utc_now(), lane=lane)
        except Conflict:  # it was paid in this very moment
            return go(request, "kiosk.payments.show")
    kept = with_texts(kept_of(request), request_id="", charged="")
    await keep(request, kept.values, order_id=None)
    return go(request, "kiosk.sales.show")


async def over(request: Request) -> Response:
    """The time to pay is over, or the order was given up."""
    return await shown(request, "kiosk/payments/over.html", {})


POST = ["POST"]
routes = [
    kiosk("/kiosk/order", new, name="kiosk.orders.new"),
    kiosk("/kiosk/order", create, methods=POST, name="kiosk.orders.create"),
    kiosk("/kiosk/payment", show, name="kiosk.payments.show"),
    kiosk("/kiosk/payment/look", look, methods=POST, name="kiosk.payments.look"),
    kiosk("/kiosk/payment/codes", scan, methods=POST, name="kiosk.payments.create"),
    kiosk("/kiosk/payment/end", cancel, methods=POST, name="kiosk.payments.delete"),
    kiosk("/kiosk/payment/over", over, name="kiosk.payments.over"),
]
