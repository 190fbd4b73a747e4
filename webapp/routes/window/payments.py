"""Paying a held order: a card or a code first, the rest in cash; and how it stands.

The page is drawn from the order alone: a reload, another till of the area, or a start after a crash
show the same, and go on from there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups
from domain.cards import memberships
from domain.commerce import capacity, orders, payments
from domain.commerce.orders import Cash, Charge, LineKind, Order
from domain.commerce.payments import Payment, PaymentStatus, Tender
from domain.commerce.payments.taking import captured
from domain.kernel import clock, ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
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
from domain.kernel.ports import Gateways
from domain.operation import audit
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.forms import BLANK, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.platform_desk import serving
from webapp.rendering import render
from webapp.sale_form import quick_amounts, yuan
from webapp.till import Till, at_till, is_of_shift, order_at, strip_of
from webapp.till_cards import card_at

MOST_OF_A_CODE = 128
OVER = (PaymentStatus.FAILED, PaymentStatus.CLOSED)


class Standing(NamedTuple):
    """How an order's payment stands."""

    order: Order
    paid_minor: int
    waiting: Payment | None  # a charge that nobody knows the end of yet
    failed: Payment | None  # the last charge, when it came to nothing
    why: str  # what the platform said about that

    @property
    def left_minor(self) -> int:
        return self.order.total_minor - self.paid_minor


async def new(request: Request, till: Till) -> Response:
    """What is left to pay, and how."""
    return await show(request, till, forms.read_query(request))


async def create(request: Request, till: Till) -> Response:
    """Take cash, or charge a card or a code."""
    order, typed = await held_order(request, till), await forms.read(request)
    try:
        if typed.text("tender") in ("", Tender.CASH.value):
            await _take_cash(request, till, order, typed)
        else:
            await _charge(request, till, order, typed)
    except (InvalidInput, Refused, Conflict) as error:
        return await show(request, till, typed, error)
    return await go_on(request, till, order.id, typed.text("tender"))


async def look(request: Request, till: Till) -> Response:
    """Ask the platform how a charge stands; the page does it by itself every few seconds."""
    payment = await _payment(request, till)
    try:
        await orders.collecting.look(
            db_of(request), gateways_of(request), payment.id, clock.utc_now
        )
    except Refused as error:
        return await show(request, till, BLANK, error)
    if htmx.wants_fragment(request):
        return await show(request, till, Typed({"tender": [payment.tender.value]}))
    return await go_on(request, till, payment.order_id, payment.tender.value)


async def stop(request: Request, till: Till) -> Response:
    """Take no money for a charge any more, so that the rest can be paid another way."""
    payment = await _payment(request, till)
    try:
        await orders.collecting.stop(
            db_of(request), gateways_of(request), payment.id, clock.utc_now
        )
    except Refused as error:
        return await show(request, till, BLANK, error)
    return await go_on(request, till, payment.order_id, Tender.CASH.value)


async def held_order(request: Request, till: Till) -> Order:
    """An order of the windows of this area, or of a booked group; how others are paid is not a
    cashier's business."""
    order = await order_at(request, till)
    if order.channel is not Channel.WINDOW:
        group: Any = await db_of(request).ask(groups.of_order, order.id)
        if group is None:
            raise NotFound()
    return order


def gateways_of(request: Request) -> Gateways:
    """The platforms that are connected, by the tender's word."""
    found: Gateways = getattr(request.app.state, "gateways", {})
    return found


def taken_at_windows(request: Request) -> Gateways:
    """Those of them with which a new payment may begin here."""
    return serving(request, gateways_of(request), Channel.WINDOW)


async def _payment(request: Request, till: Till) -> Payment:
    order = await held_order(request, till)
    wanted = request.path_params["payment_id"]
    for one in order.payments:
        if one.id == wanted and one.tender.value in gateways_of(request):
            return one
    raise NotFound()


async def _take_cash(request: Request, till: Till, order: Order, typed: Typed) -> None:
    text, left = typed.text("tendered"), order.total_minor - captured(order.payments)
    cash = yuan(text)
    if text.strip() and cash is None:
        raise InvalidInput({"tendered": say("Please type an amount in yuan, like 98 or 98.50.")})
    paid = Cash(till.window.id, left if cash is None else cash)
    lane = capacity.lane(till.area.id)
    await db_of(request).act(
        _paid_as_seen, order.id, paid, seen_of(typed), till.actor, clock.utc_now(), lane=lane
    )


async def _charge(request: Request, till: Till, order: Order, typed: Typed) -> None:
    asked = charge_of(till, order, typed, taken_at_windows(request))
    code = typed.text("code").strip()
    if asked.tender is Tender.SCAN and not code:
        raise InvalidInput({"code": say("Read the payer's code first.")})
    if len(code) > MOST_OF_A_CODE:
        raise InvalidInput({"code": say("This is no payer's code.")})
    db = db_of(request)
    payment = await db.act(_started_as_seen, asked, seen_of(typed), till.actor, clock.utc_now())
    await orders.collecting.collect(db, gateways_of(request), payment.id, code, clock.utc_now)


def charge_of(till: Till, order: Order, typed: Typed, gateways: Gateways) -> Charge:
    """A blank amount is all that is left."""
    word, code = typed.text("tender"), typed.text("code").strip()
    if word == Tender.SCAN.value and code:
        word = payments.tender_of_code(code, gateways) or ""
    if word not in gateways and not (word == Tender.SCAN.value and reads_codes(gateways)):
        raise InvalidInput({}, say("This way of paying is not connected."))
    text = typed.text("amount").strip()
    amount = yuan(text)
    if text and not amount:
        raise InvalidInput({"amount": say("Please type an amount in yuan, like 98 or 98.50.")})
    return Charge(order.id, Tender(word), amount or 0, till.window.id)


def reads_codes(gateways: Gateways) -> bool:
    """Is there anybody whose payers' codes can be charged?"""
    return any(one.value in gateways for one in payments.INVITING)


def seen_of(typed: Typed) -> int:
    """How many payments the order had when the page was shown."""
    text = typed.text("seen")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


async def _paid_as_seen(
    tx: Tx, order_id: str, cash: Cash, seen: int, actor: Actor, now: datetime
) -> Order:
    order = await orders.pay(tx, order_id, cash, actor, now)
    if len(order.payments) != seen + 1:
        raise Conflict()
    return order


async def _started_as_seen(
    tx: Tx, asked: Charge, seen: int, actor: Actor, now: datetime
) -> Payment:
    """Charge once, however often the form is sent: only what the cashier saw is built upon."""
    payment = await orders.start_payment(tx, asked, actor, now)
    before = [one for one in await payments.payments_of(tx, asked.order_id) if one.id != payment.id]
    if len(before) != seen:
        raise Conflict()
    return payment


async def go_on(request: Request, till: Till, order_id: str, tender: str) -> Response:
    """To what is to be handed over, or to what is left to pay."""
    order = await db_of(request).ask(orders.get_order, order_id)
    path = request.app.state.addresses.path
    if order.paid_at:
        mine = is_of_shift(order, till)
        done = path("window.orders.done", order_id=order_id) if mine else path("window.held.index")
        return htmx.redirect(request, done)
    return htmx.redirect(
        request, path("window.payments.new", order_id=order_id, query={"tender": tender})
    )


async def show(
    request: Request,
    till: Till,
    typed: Typed,
    error: DomainError | None = None,
    cards: Sequence[Any] | None = None,
) -> Response:
    """The payment's page; `cards` are member cards to choose one from."""
    order = await held_order(request, till)
    if order.paid_at:
        return await go_on(request, till, order.id, "")
    tender = tender_of(request, order, typed)
    card_id = typed.text("card") if tender is Tender.STORED_VALUE else ""
    standing: Standing = await db_of(request).ask(_standing, order)
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "form": typed.refused(error) if error else typed,
        "standing": standing,
        "order": order,
        "now": clock.utc_now(),
        "tenders": tenders_of(request, order),
        "tender": tender,
        "paying": await db_of(request).ask(paying, till, card_id, standing) if card_id else None,
        "cards": cards,
        "request_id": typed.text("request_id") or ids.new_id(),
        "quick": quick_amounts(standing.left_minor),
    }
    status = 422 if error else 200
    return render(request, "window/payments/new.html", context, fragment="pay", status=status)


async def _standing(tx: Tx, order: Order) -> Standing:
    last = order.payments[-1] if order.payments else None
    waiting = [one for one in order.payments if one.status is PaymentStatus.PENDING]
    failed = last if last is not None and last.status in OVER else None
    why = await _why(tx, failed.id) if failed else ""
    return Standing(order, captured(order.payments), next(iter(waiting), None), failed, why)


async def _why(tx: Tx, payment_id: str) -> str:
    """What the platform said; it stands in the payment's history."""
    entries = await audit.history(tx, "payment", payment_id)
    return next((str(one.detail["reason"]) for one in entries if one.detail.get("reason")), "")


class Paying(NamedTuple):
    """A member card that is to pay: before, and after what it can pay of the order."""

    card: Any
    holder: Any
    before_minor: int
    pays_minor: int
    needs_proof: bool
    refusal: Message | None

    @property
    def after_minor(self) -> int:
        return self.before_minor - self.pays_minor


async def paying(tx: Tx, till: Till, card_id: str, standing: Standing) -> Paying:
    """NotFound for a card of another area."""
    found = await card_at(tx, till, card_id)
    card, holder = found.card, found.holder
    before = card.principal_minor + card.bonus_minor
    pays = min(before, standing.left_minor)
    known = card.pin_mark is not None or (holder is not None and bool(holder.document_hash))
    refusal = memberships.refusal_for_use(card, till.now)
    return Paying(
        card,
        holder,
        before,
        pays,
        known and pays > till.settings.card_proof_above_minor,
        Message(refusal.message) if refusal else None,
    )


KEYS: Mapping[Tender, str] = {
    Tender.CASH: "F9",
    Tender.SCAN: "Space",
    Tender.STORED_VALUE: "F11",
    Tender.CARD: "F12",
}


def tenders_of(request: Request, order: Order) -> list[tuple[Tender, str]]:
    """Cash, what is connected, and member cards, which buy no cards; each with its key."""
    usable = {Tender.CASH, *(Tender(word) for word in taken_at_windows(request))}
    if reads_codes(taken_at_windows(request)):
        usable.add(Tender.SCAN)
    if all(line.kind is LineKind.TICKET for line in order.lines):
        usable.add(Tender.STORED_VALUE)
    return [(tender, key) for tender, key in KEYS.items() if tender in usable]


def tender_of(request: Request, order: Order, typed: Typed) -> Tender:
    offered = [tender for tender, _ in tenders_of(request, order)]
    return next((one for one in offered if one.value == typed.text("tender")), Tender.CASH)


routes = [
    page(
        "/window/orders/{order_id}/payment",
        at_till(new),
        name="window.payments.new",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}/payments",
        at_till(create),
        methods=["POST"],
        name="window.payments.create",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}/payments/{payment_id}/look",
        at_till(look),
        methods=["POST"],
        name="window.payments.look",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/orders/{order_id}/payments/{payment_id}/stop",
        at_till(stop),
        methods=["POST"],
        name="window.payments.stop",
        permission=Permission.SALES_SELL,
    ),
]
