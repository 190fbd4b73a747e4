"""Paying an order from a page: the payment that waits, its QR. Kiosks and the web shop share it."""

from datetime import datetime

import segno
from markupsafe import Markup
from starlette.requests import Request

from domain.commerce import orders
from domain.commerce.orders import Charge, Order
from domain.commerce.payments import INVITING, Payment, PaymentStatus, Tender
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Unavailable, say
from domain.kernel.ports import Gateways
from webapp.parts import db_of

QR_BORDER = 2


async def start(request: Request, order: Order, tender: Tender, actor: Actor) -> Payment:
    """A payment of all that is open; the one that waits already, when two pages ask at once."""
    asked, now = Charge(order.id, tender), clock.utc_now()
    payment: Payment = await db_of(request).act(_started, asked, actor, now)
    return payment


async def _started(tx: Tx, asked: Charge, actor: Actor, now: datetime) -> Payment:
    order = await orders.get_order(tx, asked.order_id)
    return pending_of(order) or await orders.start_payment(tx, asked, actor, now)


async def invitation(request: Request, payment: Payment) -> str:
    """The text of the QR that pays it; empty while the platform does not answer. The same at each
    reload."""
    shown = await orders.collecting.invite(db_of(request), gateways_of(request), payment.id)
    return shown.text


def pending_of(order: Order) -> Payment | None:
    waiting = [one for one in order.payments if one.status is PaymentStatus.PENDING]
    return waiting[0] if waiting else None


def qr_of(text: str) -> Markup:
    """The QR as a drawing; its style is the style sheet's."""
    symbol = segno.make(text, error="m", micro=False)
    drawn = symbol.svg_inline(border=QR_BORDER, svgclass="qr", lineclass=None, omitsize=True)
    return Markup(drawn)


def gateways_of(request: Request) -> Gateways:
    """The platforms that are connected."""
    found: Gateways = getattr(request.app.state, "gateways", {})
    if not any(one.value in found for one in INVITING):
        raise Unavailable(say("This way of paying is not connected."))
    return found


def offered(request: Request) -> list[Tender]:
    """The platforms that can invite a payer to pay, or none; the first is shown where only one
    can be."""
    found: Gateways = getattr(request.app.state, "gateways", {})
    return [one for one in INVITING if one.value in found]


def first_offered(request: Request) -> Tender:
    """Raises Unavailable when there is none."""
    gateways_of(request)
    return offered(request)[0]
