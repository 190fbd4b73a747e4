"""Booking in the portal: day, times and quantities; then who comes; paid from the account at once.

Field names are those of `webapp/sale_form.py`; the choice stands in the address, names never do.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents, capacity, orders
from domain.commerce.orders import Contact, FromAccount, Order, OrderStatus, Sale
from domain.commerce.payments import Tender
from domain.kernel import clock, ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, Refused, say
from webapp import agent_visits, baskets, forms, i18n
from webapp.agent_portal import go, shown
from webapp.agent_visits import agent_of
from webapp.baskets import Basket, slot_chosen
from webapp.forms import Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import agent
from webapp.sale_form import missing_names

MOST_OF_AN_ORDER = 200  # tickets; a group on one code is booked by the office
NOTHING = say("Choose at least one ticket.")
TOO_MANY = say("At most {most} tickets in an order.", most=MOST_OF_AN_ORDER)


async def edit(request: Request) -> Response:
    """Which day, which time, how many of each."""
    return await _choice(request, forms.read_query(request))


async def _choice(request: Request, typed: Typed, problem: Message | None = None) -> Response:
    basket = await basket_of(request, typed)
    context = {
        "form": typed,
        "basket": basket,
        "slot_of": lambda product: slot_chosen(typed, product),
        "cart": cart_of(basket),
        "problem": problem or problem_of(basket),
        "left": agents.available(agent_of(request)),
    }
    status = 422 if problem is not None else 200
    return await shown(
        request, "agents/bookings/edit.html", context, status=status, fragment="sale"
    )


async def visitors(request: Request) -> Response:
    """Who comes, and the agent's own reference."""
    typed = await forms.read(request)
    basket = await basket_of(request, typed)
    if problem := None if basket.chosen else NOTHING:
        return await _choice(request, typed, problem)
    return await _names(request, typed, basket)


async def create(request: Request) -> Response:
    """Place the order and pay it from the account: both, or nothing. The same form again leads to
    the same order."""
    typed, me = await forms.read(request), agent_of(request)
    basket = await basket_of(request, typed)
    if not basket.chosen:
        return await _choice(request, typed, NOTHING)
    try:
        check(basket, typed)
        sale = Sale(
            typed.text("request_id"),
            me.area_id,
            Channel.AGENT,
            tuple(basket.wanted),
            total_minor=basket.total_minor,
            contact=contact_of(request, typed.text("contact"), typed.text("phone")),
            language=i18n.current(),
            note=typed.text("note").strip()[:200],
            member_id=me.id,
        )
        order: Order = await db_of(request).act(
            placed,
            sale,
            agent_visits.actor_of(request, me),
            clock.utc_now(),
            lane=capacity.lane(me.area_id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        if isinstance(error, Conflict):  # the key served for another order
            typed = baskets.with_texts(typed, request_id=ids.new_id())
        return await _names(request, typed.refused(error), basket, 422)
    return go(request, "agents.orders.show", order_id=order.id)


async def placed(tx: Tx, sale: Sale, actor: Actor, now: datetime) -> Order:
    """Refused CREDIT_EXCEEDED takes no place. Pass the area's lane."""
    order = await orders.place(tx, sale, actor, now)
    if order.status is not OrderStatus.HELD:
        return order  # it is the same form again, or it costs nothing
    asked = FromAccount(sale.request_id, order.id, Tender.AGENT, sale.member_id)
    return await orders.pay_from(tx, asked, actor, now)


def check(basket: Basket, typed: Typed) -> None:
    """Everybody named who must be, and the price no higher than what was shown."""
    mistakes: dict[str, Message] = dict(mistakes_of(basket)) | missing_names(basket.named)
    if mistakes:
        raise InvalidInput(mistakes)
    if problem := problem_of(basket):
        raise InvalidInput({}, problem)
    seen = typed.text("total")
    if seen.isascii() and seen.isdigit() and basket.total_minor > int(seen[:12]):
        raise InvalidInput({}, say("The price has changed. Please look at it once more."))


def problem_of(basket: Basket) -> Message | None:
    return TOO_MANY if basket.tickets > MOST_OF_AN_ORDER else basket.problem


def contact_of(request: Request, name: str, phone: str) -> Contact:
    """Whom the area calls on the day. InvalidInput at `phone`."""
    return orders.contact(vault_of(request), name.strip()[:120], phone.strip())


async def basket_of(request: Request, typed: Typed) -> Basket:
    me, vault, now = agent_of(request), vault_of(request), clock.utc_now()

    async def priced(tx: Tx) -> Basket:
        return await baskets.basket_of(
            tx, me.area_id, Channel.AGENT, typed, vault, now, member_id=me.id
        )

    found: Basket = await db_of(request).ask(priced)
    return found


async def _names(request: Request, form: Typed, basket: Basket, status: int = 200) -> Response:
    me = agent_of(request)
    context = {
        "basket": basket,
        "form": form,
        "request_id": form.text("request_id") or ids.new_id(),
        "cart": cart_of(basket),
        "mistakes": {**mistakes_of(basket), **form.errors},
        "left": agents.available(me),
    }
    return await shown(request, "agents/bookings/visitors.html", context, status=status)


def cart_of(basket: Basket) -> list[tuple[str, str]]:
    """The choice, as hidden fields carry it on."""
    fields: list[tuple[str, str]] = [("on", basket.visit_on.isoformat())]
    fields += [(f"q.{type_id}", str(count)) for type_id, count in basket.counts.items()]
    fields += sorted(
        {(f"slot.{one.product.id}", one.slot_id) for one in basket.chosen if one.slot_id}
    )
    return fields


def mistakes_of(basket: Basket) -> Mapping[str, Any]:
    """What is wrong at each field of a visitor."""
    return {
        f"{one.prefix}.{field}": wrong
        for one in basket.named
        for field, wrong in one.mistakes.items()
    }


POST = ["POST"]
routes = [
    agent("/agents/book", edit, name="agents.bookings.edit"),
    agent("/agents/book/visitors", visitors, name="agents.bookings.visitors", methods=POST),
    agent("/agents/orders", create, name="agents.bookings.create", methods=POST),
]
