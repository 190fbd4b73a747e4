"""Paying an order from a page: the payment that waits, its QR or its address. Kiosks and the web
shop share it."""

from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from domain.commerce import orders
from domain.commerce.orders import Charge, Order
from domain.commerce.payments import INVITING, Payment, PaymentStatus, Tender, taking
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Unavailable, say
from domain.kernel.ports import Gateways, PayerLogin, Way
from webapp.browsers import Browser, browser_of
from webapp.parts import address_of, db_of
from webapp.platform_desk import serving

NOT_CONNECTED = say("This way of paying is not connected.")


class Choice(NamedTuple):
    """One way to pay, as a page offers it."""

    tender: Tender
    way: Way

    @property
    def value(self) -> str:
        return f"{self.tender.value}.{self.way.value}"


async def start(
    request: Request, order: Order, tender: Tender, actor: Actor, way: Way = Way.QR
) -> Payment:
    """A payment of all that is open; the one that waits already, when two pages ask at once."""
    asked, now = Charge(order.id, tender), clock.utc_now()
    payment: Payment = await db_of(request).act(_started, asked, way, actor, now)
    return payment


async def _started(tx: Tx, asked: Charge, way: Way, actor: Actor, now: datetime) -> Payment:
    order = await orders.get_order(tx, asked.order_id)
    if waiting := pending_of(order):
        return waiting
    payment = await orders.start_payment(tx, asked, actor, now)
    return payment if way is Way.QR else await taking.choose_way(tx, payment, way)


async def invitation(
    request: Request, payment: Payment, *, return_url: str = "", payer_id: str = ""
) -> str:
    """The text of the QR that pays it, or where the browser goes; empty while the platform does
    not answer. The same at each reload."""
    shown = await orders.collecting.invite(
        db_of(request),
        gateways_of(request),
        payment.id,
        payer_id=payer_id,
        return_url=return_url,
        payer_address=address_of(request),
    )
    return shown.text


def pending_of(order: Order) -> Payment | None:
    waiting = [one for one in order.payments if one.status is PaymentStatus.PENDING]
    return waiting[0] if waiting else None


def gateways_of(request: Request) -> Gateways:
    """The platforms that are connected."""
    found: Gateways = getattr(request.app.state, "gateways", {})
    if not any(one.value in found for one in INVITING):
        raise Unavailable(NOT_CONNECTED)
    return found


def offered(request: Request, channel: Channel) -> list[Tender]:
    """The platforms that can invite a payer to pay, or none; the first is shown where only one
    can be."""
    found = serving(request, getattr(request.app.state, "gateways", {}), channel)
    return [one for one in INVITING if one.value in found]


def first_offered(request: Request, channel: Channel) -> Tender:
    """Raises Unavailable when there is none."""
    if ways := offered(request, channel):
        return ways[0]
    raise Unavailable(NOT_CONNECTED)


def choices_of(request: Request) -> list[Choice]:
    """The ways to pay that suit the visitor's browser: a QR beside a desk, the platform's app on a
    phone, and inside an app that app alone."""
    browser, ways = browser_of(request), offered(request, Channel.SHOP)
    if browser is Browser.WECHAT and Tender.WECHAT in ways:
        inside = Tender.WECHAT.value in logins_of(request)
        return [Choice(Tender.WECHAT, Way.INSIDE if inside else Way.QR)]
    if browser is Browser.ALIPAY and Tender.ALIPAY in ways:
        return [Choice(Tender.ALIPAY, Way.PHONE)]
    if browser is Browser.DESK:
        pages = [Choice(Tender.ALIPAY, Way.PAGE)] if Tender.ALIPAY in ways else []
        return [*(Choice(one, Way.QR) for one in ways), *pages]
    return [Choice(one, Way.QR if one is Tender.SCAN else Way.PHONE) for one in ways]


def chosen_of(request: Request, word: str) -> Choice:
    """What was chosen; the platform alone is enough. Raises Unavailable when there is none."""
    choices = choices_of(request)
    if not choices:
        raise Unavailable(NOT_CONNECTED)
    for one in choices:
        if word in (one.value, one.tender.value):
            return one
    return choices[0]


def logins_of(request: Request) -> dict[str, PayerLogin]:
    """The platforms that tell who shops inside their app, by the tender's word."""
    found: dict[str, PayerLogin] = getattr(request.app.state, "payer_logins", {})
    return found
