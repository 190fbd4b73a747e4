"""Choosing tickets at a kiosk: the day, the time, how many. The cart is kept on the server."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.errors import Message, say
from webapp import baskets, forms
from webapp.baskets import MOST_TICKETS, Basket, counted, slot_chosen, with_texts
from webapp.forms import Typed
from webapp.kiosk_sessions import kiosk_of
from webapp.kiosk_visits import go, keep, kept_of, shown, visit_of
from webapp.parts import db_of, vault_of
from webapp.permissions import kiosk


async def basket_of(request: Request, typed: Typed) -> Basket:
    """What stands in the form, priced at this kiosk."""
    here, now, vault = kiosk_of(request), clock.utc_now(), vault_of(request)
    found: Basket = await db_of(request).ask(
        baskets.basket_of, here.area_id, Channel.KIOSK, typed, vault, now
    )
    return found


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
        "counts": basket.counts,
        "slots": {one.product.id: one.slot_id for one in basket.chosen},
        "slot_chosen": lambda product: slot_chosen(typed, product),
        "problem": problem,
        "is_full": basket.tickets >= MOST_TICKETS,
    }
    status = 422 if problem is not None else 200
    return await shown(request, "kiosk/sales/show.html", context, status=status, fragment="sale")


POST = ["POST"]
routes = [
    kiosk("/kiosk/sale", show, name="kiosk.sales.show"),
    kiosk("/kiosk/sale", update, methods=POST, name="kiosk.sales.update"),
    kiosk("/kiosk/sale/next", go_on, methods=POST, name="kiosk.sales.create"),
]
