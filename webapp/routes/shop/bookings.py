"""Booking: the day, the time, how many; then who comes; then the places are held.

The choice stands in the address (`/book?on=…&q.T=2`), so it can be kept and sent; names and phone
are only ever in the body of a form. Field names are those of `webapp/sale_form.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, customers, orders, waiting
from domain.commerce.customers import Visit
from domain.commerce.orders import Contact, Order, Sale, Visitor
from domain.kernel import clock, identity, ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, Refused, TooOften, say
from domain.kernel.vault import Vault
from webapp import baskets, forms, i18n, shop_visits
from webapp.baskets import MOST_TICKETS, Basket, slot_chosen
from webapp.forms import Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.sale_form import missing_names
from webapp.shop_visits import SHOP, Here, area_here, go, shown
from webapp.shop_waits import own_offer

NOTHING = say("Choose at least one ticket.")
NAMES = "v."  # what the fields of visitors begin with


async def edit(request: Request) -> Response:
    """Which day, which time, how many of each."""
    here = await area_here(request)
    await shop_visits.visit_of(request)
    typed = forms.read_query(request)
    return await shop_visits.for_everybody(request, "choice", lambda: _choice(request, here, typed))


async def _choice(
    request: Request, here: Here, typed: Typed, problem: Message | None = None
) -> Response:
    wait = await own_offer(request, typed)
    basket = await _basket(request, here, typed, wait)
    days = await db_of(request).ask(capacity.days_between, here.id, basket.days[0], basket.days[-1])
    context = {
        "basket": basket,
        "days": days,
        "slot_of": lambda product: slot_chosen(typed, product),
        "cart": cart_of(basket, wait),
        "wait": wait,
        "problem": problem or (basket.problem if basket.chosen else None),
        "is_full": basket.tickets >= MOST_TICKETS,
    }
    status = 422 if problem is not None else 200
    return shown(request, "shop/bookings/edit.html", here, context, status=status, fragment="sale")


async def visitors(request: Request) -> Response:
    """Who comes, and where the tickets are sent."""
    here, typed = await area_here(request), await forms.read(request)
    await shop_visits.visit_of(request)
    wait = await own_offer(request, typed)
    basket = await _basket(request, here, await _with_travellers(request, typed), wait)
    if not basket.chosen:
        return await _choice(request, here, typed, NOTHING)
    return await _names(request, here, typed, basket, wait)


async def create(request: Request) -> Response:
    """Hold the places. The same form again leads to the same order."""
    here, typed = await area_here(request), await forms.read(request)
    visit = await shop_visits.visit_of(request)
    wait = await own_offer(request, typed)
    known = await _with_travellers(request, typed)
    try:
        contact = await _contact(request, typed, visit)
    except InvalidInput as error:
        basket = await _basket(request, here, known, wait)
        if not basket.chosen:
            return await _choice(request, here, typed, NOTHING)
        return await _names(request, here, typed.refused(error), basket, wait, 422)
    basket = await _basket(request, here, known, wait, contact.phone_hash or "")
    if not basket.chosen:
        return await _choice(request, here, typed, NOTHING)
    try:
        check(basket, typed)
    except InvalidInput as error:
        return await _names(request, here, typed.refused(error), basket, wait, 422)
    visit = await shop_visits.begin(request)
    sale = _sale(here, typed, basket, contact)
    keeps = [one.visitor for one in basket.named if one.visitor] if typed.has("keep") else []
    try:
        order: Order = await db_of(request).act(
            _placed,
            sale,
            visit,
            vault_of(request),
            keeps,
            wait.id if wait else "",
            shop_visits.actor_of(request, visit),
            clock.utc_now(),
            lane=capacity.lane(here.id),
        )
    except (InvalidInput, Refused, Conflict, TooOften) as error:
        if isinstance(error, Conflict):  # the key served for another order
            typed = baskets.with_texts(typed, request_id=ids.new_id())
        return await _names(request, here, typed.refused(error), basket, wait, 422)
    name = "shop.payments.show" if order.paid_at is None else "shop.orders.show"
    return shop_visits.keep(request, go(request, name, order_id=order.id))


def _sale(here: Here, typed: Typed, basket: Basket, contact: Contact) -> Sale:
    return Sale(
        typed.text("request_id"),
        here.id,
        SHOP,
        tuple(basket.wanted),
        total_minor=basket.total_minor,
        contact=contact,
        language=i18n.current(),
        note=typed.text("note").strip()[:200],
        codes=basket.coupon,
    )


async def _placed(
    tx: Tx,
    sale: Sale,
    visit: Visit,
    vault: Vault,
    keeps: Sequence[Visitor],
    wait_id: str,
    actor: Actor,
    now: datetime,
) -> Order:
    marks = customers.address_marks(vault, actor.address or "")
    await customers.check_unpaid(tx, sale.contact, sale.request_id)
    await customers.check_address(tx, marks, sale.request_id, sale.area_id)
    if wait_id and visit.customer_id is not None:
        order = await waiting.take_up(tx, wait_id, visit.customer_id, sale, actor, now)
    else:
        order = await orders.place(tx, sale, actor, now)
    await customers.keep_order(tx, visit, order.id, now, marks[0] if marks else None)
    if visit.customer_id is not None and keeps:
        await customers.keep_travellers(tx, vault, visit.customer_id, keeps, now)
    return order


def check(basket: Basket, typed: Typed) -> None:
    """Everybody named, the notice read, and the price no higher than what was shown."""
    mistakes: dict[str, Message] = {}
    for one in basket.named:
        mistakes |= {f"{one.prefix}.{field}": wrong for field, wrong in one.mistakes.items()}
    mistakes |= missing_names(basket.named)
    mistakes |= {
        f"{one.prefix}.name": say("Please type the name as on the document.")
        for one in basket.named
        if one.visitor is not None and not one.visitor.name
    }
    if mistakes:
        raise InvalidInput(mistakes)
    if basket.problem is not None:
        raise InvalidInput({}, basket.problem)
    if basket.coupon_problem is not None:
        return  # `orders.place` says so, or knows that this order took the coupon
    seen = typed.text("total")
    if seen.isascii() and seen.isdigit() and basket.total_minor > int(seen[:12]):
        raise InvalidInput({}, say("The price has changed. Please look at it once more."))


async def _contact(request: Request, typed: Typed, visit: Visit | None) -> Contact:
    """The phone that was typed; of who is signed in the known one. InvalidInput at `phone`."""
    vault, phone = vault_of(request), typed.text("phone").strip()
    name = typed.text("contact").strip()
    if not phone and visit is not None and visit.customer_id is not None:
        phone = await db_of(request).ask(customers.number_of, vault, visit.customer_id)
    if not identity.normalise_phone(phone):
        raise InvalidInput({"phone": say("Please type your mobile phone number.")})
    return orders.contact(vault, name, phone)


async def _basket(
    request: Request, here: Here, typed: Typed, wait: Any | None, phone_hash: str = ""
) -> Basket:
    held = {wait.slot_id: wait.heads} if wait else {}
    found: Basket = await db_of(request).ask(
        baskets.basket_of,
        here.id,
        SHOP,
        typed,
        vault_of(request),
        here.now,
        held,
        "",  # nobody pays less
        phone_hash,
    )
    return found


async def _with_travellers(request: Request, typed: Typed) -> Typed:
    """The form with the names and documents of the people who were picked from the kept ones."""
    visit = await shop_visits.visit_of(request)
    picks = {name: typed.text(name) for name in typed.values if name.endswith(".pick")}
    if visit is None or visit.customer_id is None or not any(picks.values()):
        return typed
    rows = await db_of(request).ask(customers.travellers_of, visit.customer_id)
    known = {row.id: row for row in rows}
    texts: dict[str, str] = {}
    for name, traveller_id in picks.items():
        prefix = name.removesuffix(".pick")
        if traveller_id in known and not typed.text(f"{prefix}.document").strip():
            given = customers.input_of(vault_of(request), known[traveller_id])
            texts |= {f"{prefix}.name": given.name, f"{prefix}.document": given.document_number}
    return baskets.with_texts(typed, **texts)


async def _names(
    request: Request,
    here: Here,
    form: Typed,
    basket: Basket,
    wait: Any | None,
    status: int = 200,
) -> Response:
    """The browser is known from here on: sent twice at once, the form is one browser's."""
    visit = await shop_visits.begin(request)
    travellers: Sequence[Any] = ()
    if visit.customer_id is not None:
        travellers = await db_of(request).ask(customers.travellers_of, visit.customer_id)
    context = {
        "basket": basket,
        "form": form,
        "travellers": travellers,
        "request_id": form.text("request_id") or ids.new_id(),
        "cart": cart_of(basket, wait),
        "mistakes": mistakes_of(form, basket),
        "minutes": here.settings.hold_minutes,
    }
    page = shown(
        request, "shop/bookings/visitors.html", here, context, status=status, fragment="sum"
    )
    return shop_visits.keep(request, page)


def cart_of(basket: Basket, wait: Any | None) -> list[tuple[str, str]]:
    """The choice, as hidden fields carry it on."""
    fields = [("on", basket.visit_on.isoformat())]
    fields += [(f"q.{type_id}", str(count)) for type_id, count in basket.counts.items()]
    fields += sorted(
        {(f"slot.{one.product.id}", one.slot_id) for one in basket.chosen if one.slot_id}
    )
    return fields + ([("wait", wait.id)] if wait else [])


def mistakes_of(form: Typed, basket: Basket) -> Mapping[str, Message]:
    """What is wrong at each field: said when the form was sent, and of what is typed so far."""
    found = dict(form.errors)
    for one in basket.named:
        for field, wrong in one.mistakes.items():
            found.setdefault(f"{one.prefix}.{field}", wrong)
    if basket.coupon_problem is not None:
        found.setdefault("coupon", basket.coupon_problem)
    return found


POST = ["POST"]
routes = [
    page("/book", edit, name="shop.bookings.edit", public=True),
    page("/book/visitors", visitors, name="shop.bookings.visitors", methods=POST, public=True),
    page("/book/orders", create, name="shop.bookings.create", methods=POST, public=True),
]
