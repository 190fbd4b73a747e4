"""Selling at a window: the cart is the form, the server says what it costs, Enter sells it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeGuard

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, catalog, orders
from domain.commerce.catalog import Sellable
from domain.commerce.orders import Contact, Line, Order, Sale, Wanted
from domain.kernel import clock, ids, money
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, Message, Refused, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, live
from webapp.forms import Typed
from webapp.given_away import coupon_of, given_away, problem_with
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.sale_form import (
    Chosen,
    Named,
    chosen,
    full_price,
    missing_names,
    quick_amounts,
    said,
    visitors_of,
    wanted_of,
    yuan,
)
from webapp.till import Till, at_till, strip_of
from webapp.till_members import Member, member_of

TENDERS = ("cash", "card", "scan", "stored_value")
OFFERED_SECONDS = 0.5  # how old the types and slots may be to which a finished cart refers


class Cart(NamedTuple):
    """The form as the server understands it."""

    visit_on: date
    sellable: Sellable
    chosen: Sequence[Chosen]
    named: Sequence[Named]
    wanted: Sequence[Wanted]
    lines: Sequence[Line]
    unnamed_minor: int  # at full price, until their names are known
    problem: Message | None  # why it cannot be sold as it is
    member: Member | None = None  # whose card was read
    coupon: str = ""  # a code that lowers the price; a wrong one is a problem

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines) + self.unnamed_minor

    @property
    def list_minor(self) -> int:
        """What it would cost without concessions and free places."""
        return sum(one.type.list_price_minor * one.quantity for one in self.chosen)


class Face(NamedTuple):
    """Which page shows the cart: tiles for those who come one by one, or the sale to groups."""

    template: str
    is_group: bool = False


TILES = Face("window/sales/new.html")


async def new(request: Request, till: Till, face: Face = TILES) -> Response:
    """An empty cart, with a fresh request id: sold once, however often Enter is pressed."""
    given = forms.read_query(request)
    start = {name: given.texts(name) for name in ("on", "member")}
    return await _show(request, till, face, Typed(start), ids.new_id())


async def quote(request: Request, till: Till, face: Face = TILES) -> Response:
    """The same cart, priced: asked after every change."""
    typed = await forms.read(request)
    return await _show(request, till, face, typed, typed.text("request_id") or ids.new_id())


async def create(request: Request, till: Till, face: Face = TILES) -> Response:
    """Sell. Cash pays at once; a card or a code is charged on the next page."""
    typed = await forms.read(request)
    request_id = typed.text("request_id") or ids.new_id()
    cart = await read_cart(request, till, typed, kept_seconds=OFFERED_SECONDS)
    try:
        check_choice(typed, cart)
        sale = sale_of(till, typed, cart, request_id)
        order: Order = await db_of(request).act(
            orders.place, sale, till.actor, clock.utc_now(), lane=capacity.lane(till.area.id)
        )
    except (InvalidInput, Refused, Conflict) as error:
        earlier = await db_of(request).ask(orders.of_request, request_id)
        if not is_same(earlier, till, typed, error):
            return await _show(request, till, face, typed, request_id, error)
        order = earlier
    return htmx.redirect(request, after_sale(request, order, typed))


def is_same(earlier: Order | None, till: Till, typed: Typed, error: Exception) -> TypeGuard[Order]:
    """The key was pressed twice: what could be sold a moment ago (the last place, a coupon that is
    good once) cannot be priced again, and was sold."""
    return (
        earlier is not None
        and not isinstance(error, Conflict)  # the key was used for something else
        and earlier.window_id == till.window.id
        and earlier.total_minor == seen_total(typed)
    )


def after_sale(request: Request, order: Order, typed: Typed) -> str:
    """Where a sale leads: what to hand over, the list of held orders, or the payment."""
    path = request.app.state.addresses.path
    if order.paid_at:
        return str(path("window.orders.done", order_id=order.id))
    if typed.has("hold"):
        return str(path("window.held.index"))
    tender = {"tender": typed.text("tender")}
    return str(path("window.payments.new", order_id=order.id, query=tender))


def check_choice(typed: Typed, cart: Cart) -> None:
    """A page that stood open past midnight, or past a slot's end, asks again before it sells."""
    slots = {one.product.id: one.slot_id or "" for one in cart.chosen if one.product.slotted}
    kept = typed.text("on") in ("", cart.visit_on.isoformat()) and all(
        typed.text(f"slot.{product_id}") in ("", slot_id) for product_id, slot_id in slots.items()
    )
    if not kept:
        raise InvalidInput({}, say("The day or the slot you chose is over. Please look again."))


def sale_of(till: Till, typed: Typed, cart: Cart, request_id: str) -> Sale:
    """What is placed. InvalidInput marks what is still missing."""
    if typed.text("tender") not in ("", *TENDERS):
        raise InvalidInput({}, say("This way of paying is not connected."))
    if not cart.wanted:
        raise InvalidInput({}, say("Choose at least one ticket."))
    mistakes = {
        f"{one.prefix}.{field}": text for one in cart.named for field, text in one.mistakes.items()
    }
    missing = mistakes | missing_names(cart.named)
    if missing:
        raise InvalidInput(missing)
    if cart.problem is not None:
        raise InvalidInput({}, cart.problem)
    cash = cash_of(typed, cart.total_minor)
    return Sale(
        request_id,
        till.area.id,
        Channel.WINDOW,
        tuple(cart.wanted),
        window_id=till.window.id,
        cash_minor=cash,
        total_minor=seen_total(typed),
        contact=Contact(typed.text("leader").strip()[:120]),
        language=i18n.current(),
        accompanied=typed.has("accompanied"),
        member_id=cart.member.card_id if cart.member else "",
        codes=(cart.coupon,) if cart.coupon else (),
    )


def cash_of(typed: Typed, total_minor: int) -> int | None:
    """Cash on the desk; an empty field is the exact amount. None: not paid in cash."""
    if typed.text("tender") not in ("", "cash") or typed.has("hold"):
        return None
    text = typed.text("tendered")
    cash = yuan(text)
    if text.strip() and cash is None:
        raise InvalidInput({"tendered": say("Please type an amount in yuan, like 98 or 98.50.")})
    cash = total_minor if cash is None else cash
    if cash < total_minor:
        short = money.to_text(total_minor - cash)
        raise InvalidInput({"tendered": say("{short} yuan are missing.", short=short)})
    return cash


def seen_total(typed: Typed) -> int | None:
    text = typed.text("total_minor")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None


async def read_cart(
    request: Request, till: Till, typed: Typed, *, kept_seconds: float = 0.0
) -> Cart:
    """The cart, priced now. What there is to choose from may be `kept_seconds` old where nobody
    looks at it: placing the order asks again for all that was chosen."""
    now = clock.utc_now()
    visit_on = day_of(typed, local_day(now, till.zone))
    place = (till.area.id, Channel.WINDOW, till.window.id, visit_on)

    async def offered() -> Sellable:
        return await db_of(request).ask(catalog.sellable, *place, now)

    shared = _shared_of(request)
    sellable = await (shared.get(place, offered, kept_seconds) if kept_seconds else offered())
    cart: Cart = await db_of(request).ask(_priced, till, typed, sellable, vault_of(request), now)
    return cart


def _shared_of(request: Request) -> live.Shared:
    shared: live.Shared | None = getattr(request.app.state, "sellable", None)
    if shared is None:
        shared = request.app.state.sellable = live.Shared(0.0)
    return shared


def day_of(typed: Typed, today: date) -> date:
    try:
        wanted = date.fromisoformat(typed.text("on"))
    except ValueError:
        return today
    return wanted if wanted >= today else today


async def _priced(
    tx: Tx, till: Till, typed: Typed, sellable: Sellable, vault: Any, now: datetime
) -> Cart:
    visit_on = sellable.visit_on
    cart = chosen(typed, sellable)
    today = local_day(now, till.zone)
    member = await member_of(tx, till, typed.text("member").strip())
    named = {one.type.id: visitors_of(typed, one, vault, today) for one in cart}
    whole = [one for one in cart if all(each.visitor for each in named[one.type.id])]
    wanted = {one.type.id: wanted_of(typed, one, named[one.type.id], visit_on) for one in cart}
    lines: Sequence[Line] = ()
    problem: Message | None = None
    coupon = coupon_of(typed)
    if whole:
        asked = [wanted[one.type.id] for one in whole]
        try:
            place = (till.area.id, Channel.WINDOW, till.window.id)
            who = member.card_id if member else ""
            lines = await orders.quote(tx, *place, asked, now, who, coupon)
            problem = await problem_with(tx, till.area.id, coupon, lines)
        except DomainError as error:
            problem = said(error)
    unnamed = sum(full_price(one) for one in cart if one not in whole)
    everybody = [each for one in cart for each in named[one.type.id]]
    asked_all = list(wanted.values())
    own = (member, "".join(coupon))
    return Cart(visit_on, sellable, cart, everybody, asked_all, lines, unnamed, problem, *own)


async def _show(
    request: Request,
    till: Till,
    face: Face,
    typed: Typed,
    request_id: str,
    error: DomainError | None = None,
) -> Response:
    cart = await read_cart(request, till, typed)
    form = typed.refused(error) if error else typed
    tender = typed.text("tender") if typed.text("tender") in TENDERS else "cash"
    tendered = yuan(typed.text("tendered"))
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "form": form,
        "cart": cart,
        "request_id": request_id,
        "tender": tender,
        "change_minor": max(0, (tendered or 0) - cart.total_minor) if cart.lines else 0,
        "quick": quick_amounts(cart.total_minor),
        "counts": {one.type.id: one.quantity for one in cart.chosen},
        "slots": slots_shown(cart),
        "lines_by_type": lines_by_type(cart.lines),
        "given_away": given_away(cart.lines),
        "is_group": face.is_group,
    }
    status = 422 if error else 200
    return render(request, face.template, context, fragment="sale", status=status)


def slots_shown(cart: Cart) -> Mapping[str, Any]:
    """The chosen slot of each product in the cart, by product."""
    every = {slot.id: slot for product in cart.sellable.products for slot in product.slots}
    return {one.product.id: every[one.slot_id] for one in cart.chosen if one.slot_id in every}


def lines_by_type(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.ticket_type_id or "", []).append(line)
    return found


routes = [
    page(
        "/window/sales/new",
        at_till(new),
        name="window.sales.new",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/quotes",
        at_till(quote),
        methods=["POST"],
        name="window.quotes.create",
        permission=Permission.SALES_SELL,
    ),
    page(
        "/window/sales",
        at_till(create),
        methods=["POST"],
        name="window.sales.create",
        permission=Permission.SALES_SELL,
    ),
]
