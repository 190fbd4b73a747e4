"""Choosing tickets at a kiosk: the day, the time, how many. The cart is kept on the server."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission.kiosks import Kiosk
from domain.commerce import catalog, orders
from domain.commerce.catalog import Sellable, SellableProduct
from domain.commerce.orders import Line, Wanted
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, Message, say
from domain.kernel.vault import Vault
from webapp import forms
from webapp.forms import Typed
from webapp.kiosk_sessions import kiosk_of
from webapp.kiosk_visits import area_of, go, keep, kept_of, shown, visit_of, with_texts
from webapp.parts import db_of, vault_of
from webapp.permissions import kiosk
from webapp.sale_form import Chosen, Named, chosen, full_price, said, visitors_of, wanted_of

DAYS_SHOWN = 7
MOST_TICKETS = 20  # of one visitor; more is a group, and a window's business


class Basket(NamedTuple):
    """What the visitor has chosen, priced."""

    visit_on: date
    days: Sequence[date]
    sellable: Sellable
    chosen: Sequence[Chosen]
    named: Sequence[Named]
    wanted: Sequence[Wanted]
    lines: Sequence[Line]
    unnamed_minor: int
    problem: Message | None

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines) + self.unnamed_minor

    @property
    def tickets(self) -> int:
        return sum(one.quantity for one in self.chosen)

    @property
    def missing(self) -> list[Named]:
        """Visitors whose name or document is still needed."""
        return [one for one in self.named if one.visitor is None]


async def basket_of(request: Request, typed: Typed) -> Basket:
    here, now = kiosk_of(request), clock.utc_now()
    found: Basket = await db_of(request).ask(_priced, here, typed, vault_of(request), now)
    return found


async def _priced(tx: Tx, here: Kiosk, typed: Typed, vault: Vault, now: datetime) -> Basket:
    area = await area_of(tx, here)
    today = local_day(now, ZoneInfo(area.time_zone))
    days = [today + timedelta(days=number) for number in range(DAYS_SHOWN)]
    visit_on = next((day for day in days if day.isoformat() == typed.text("on")), today)
    everything = await catalog.sellable(tx, here.area_id, Channel.KIOSK, None, visit_on, now)
    sellable = for_visitors(everything)
    cart = chosen(typed, sellable)
    named = {one.type.id: visitors_of(typed, one, vault, today) for one in cart}
    whole = [one for one in cart if all(each.visitor for each in named[one.type.id])]
    wanted = {one.type.id: wanted_of(typed, one, named[one.type.id], visit_on) for one in cart}
    lines: Sequence[Line] = ()
    problem: Message | None = None
    if whole:
        asked = [wanted[one.type.id] for one in whole]
        try:
            lines = await orders.quote(tx, here.area_id, Channel.KIOSK, None, asked, now)
        except DomainError as error:
            problem = said(error)
    unnamed = sum(full_price(one) for one in cart if one not in whole)
    everybody = [each for one in cart for each in named[one.type.id]]
    return Basket(
        visit_on, days, sellable, cart, everybody, list(wanted.values()), lines, unnamed, problem
    )


def for_visitors(sold: Sellable) -> Sellable:
    """Without the types of groups."""
    products: list[SellableProduct] = []
    for product in sold.products:
        types = [one for one in product.types if not one.group_min]
        if types:
            products.append(product._replace(types=types))
    return sold._replace(products=products)


async def show(request: Request) -> Response:
    if visit_of(request).order_id is not None:
        return go(request, "kiosk.payments.show")
    return await _page(request, kept_of(request))


async def update(request: Request) -> Response:
    """One more, one less, another day, another time; then the same page again."""
    if visit_of(request).order_id is not None:
        return go(request, "kiosk.payments.show")
    asked, typed = await forms.read(request), kept_of(request)
    if asked.text("on"):
        typed = with_texts(typed, on=asked.text("on")[:10])
    basket = await basket_of(request, typed)
    for product in basket.sellable.products:
        if slot_id := asked.text(f"slot.{product.id}"):
            typed = with_texts(typed, **{f"slot.{product.id}": slot_id[:36]})
    if asked.text("add") and basket.tickets < MOST_TICKETS:
        typed = counted(typed, basket.sellable, asked.text("add"), 1)
    elif asked.text("take"):
        typed = counted(typed, basket.sellable, asked.text("take"), -1)
    await keep(request, typed.values)
    return await _page(request, typed)


def counted(typed: Typed, sellable: Sellable, type_id: str, by: int) -> Typed:
    """One more or less of a type that is sold; visitors of tickets that are gone are forgotten."""
    known = {one.id for product in sellable.products for one in product.types}
    if type_id not in known:
        return typed
    text = typed.text(f"q.{type_id}")
    number = max(0, (int(text) if text.isdigit() else 0) + by)
    gone = [name for name in typed.values if name.startswith(f"v.{type_id}.{number}.")]
    return with_texts(typed, **{f"q.{type_id}": str(number or "")}, **dict.fromkeys(gone, ""))


async def go_on(request: Request) -> Response:
    """To the names that are needed, or to the money."""
    basket = await basket_of(request, kept_of(request))
    if not basket.chosen or basket.problem is not None:
        return await _page(request, kept_of(request), say("Choose at least one ticket."))
    if basket.missing:
        return go(request, "kiosk.visitors.edit")
    return go(request, "kiosk.orders.new")


async def _page(request: Request, typed: Typed, message: Message | None = None) -> Response:
    basket = await basket_of(request, typed)
    problem = basket.problem or (message if not basket.chosen else None)
    context = {
        "basket": basket,
        "counts": {one.type.id: one.quantity for one in basket.chosen},
        "slots": {one.product.id: one.slot_id for one in basket.chosen},
        "slot_chosen": lambda product: slot_chosen(typed, product),
        "problem": problem,
        "is_full": basket.tickets >= MOST_TICKETS,
    }
    status = 422 if problem is not None else 200
    return await shown(request, "kiosk/sales/show.html", context, status=status, fragment="sale")


def slot_chosen(typed: Typed, product: SellableProduct) -> str:
    """The slot that is marked: the one chosen, else the first that still has places."""
    wanted = typed.text(f"slot.{product.id}")
    free = [slot.id for slot in product.slots if slot.is_open and slot.left > 0]
    return wanted if wanted in free else next(iter(free), "")


def check_whole(basket: Basket) -> None:
    """Raises InvalidInput unless everything is chosen and everybody named."""
    if not basket.wanted:
        raise InvalidInput({}, say("Choose at least one ticket."))
    if basket.missing:
        raise InvalidInput({}, say("Please type or read the identity document."))
    if basket.problem is not None:
        raise InvalidInput({}, basket.problem)


POST = ["POST"]
routes = [
    kiosk("/kiosk/sale", show, name="kiosk.sales.show"),
    kiosk("/kiosk/sale", update, methods=POST, name="kiosk.sales.update"),
    kiosk("/kiosk/sale/next", go_on, methods=POST, name="kiosk.sales.create"),
]
