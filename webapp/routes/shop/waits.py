"""Waiting for a place in a full slot: stand in line with a phone that was proved, see the offer,
book with it, leave."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, catalog, waiting
from domain.commerce.waiting import MOST_HEADS, WaitStatus, Wish
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, Refused
from webapp import forms, i18n, shop_visits
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import Here, area_of, go, shown


class WaitForm(Form):
    slot: Id
    people: Annotated[int, Field(ge=1, le=MOST_HEADS)] = 1


async def new(request: Request) -> Response:
    """How many places, and whose phone: asked for when this browser has proved none."""
    typed = forms.read_query(request)
    return await _form(request, typed, await _slot(request, typed.text("slot")))


async def create(request: Request) -> Response:
    """Stand in line. Who stands there already is shown where."""
    typed, visit = await forms.read(request), await shop_visits.visit_of(request)
    slot = await _slot(request, typed.text("slot"))
    if visit is None or visit.customer_id is None:
        return await _form(request, typed, slot)
    try:
        wanted = forms.parse(WaitForm, typed)
        wish = Wish(slot.id, visit.customer_id, wanted.people, i18n.current())
        actor, now = shop_visits.actor_of(request, visit), clock.utc_now()
        lane = capacity.lane(slot.area_id)
        wait_id: str = await db_of(request).act(waiting.join, wish, actor, now, lane=lane)
    except (InvalidInput, Refused) as error:
        return await _form(request, typed.refused(error), slot, 422)
    return go(request, "shop.waits.show", wait_id=wait_id)


async def show(request: Request) -> Response:
    """Where one stands in the line, or what is offered. Who has proved no phone is asked to, before
    anything is said about it."""
    visit = await shop_visits.visit_of(request)
    if visit is None or visit.customer_id is None:
        here = await shop_visits.area_here(request)
        return shown(request, "shop/waits/show.html", here, {"wait": None, "form": BLANK})
    wait = await _own(request)
    here = await area_of(request, wait.area_id)
    context = {
        "wait": wait,
        "form": BLANK,
        "ahead": await db_of(request).ask(waiting.ahead_of, wait),
        "status": WaitStatus(wait.status),
        "is_offered": wait.status == WaitStatus.OFFERED and wait.offered_until > here.now,
        "is_living": waiting.is_living(wait),
        "booking": booking_of(request, here, wait),
        "name_of": name_of,
    }
    return shown(request, "shop/waits/show.html", here, context)


async def leave(request: Request) -> Response:
    """Out of the line; what was held goes to the next."""
    wait, visit = await _own(request), await shop_visits.visit_of(request)
    await db_of(request).act(
        waiting.leave,
        wait.id,
        shop_visits.actor_of(request, visit),
        clock.utc_now(),
        lane=capacity.lane(wait.area_id),
    )
    return go(request, "shop.waits.show", wait_id=wait.id)


async def _own(request: Request) -> Any:
    visit = await shop_visits.visit_of(request)
    wait = await db_of(request).ask(waiting.get_wait, request.path_params["wait_id"])
    if visit is None or visit.customer_id != wait.customer_id:
        raise NotFound()
    return wait


async def _slot(request: Request, slot_id: str) -> Any:
    return await db_of(request).ask(waiting.slot_of, slot_id[:36])


async def _form(request: Request, form: Typed, slot: Any, status: int = 200) -> Response:
    here = await area_of(request, slot.area_id)
    await shop_visits.visit_of(request)
    context = {
        "slot": slot,
        "form": form,
        "product": await db_of(request).ask(_product, slot),
        "name_of": name_of,
        "most": MOST_HEADS,
        "minutes": here.settings.wait_offer_minutes,
    }
    return shown(request, "shop/waits/new.html", here, context, status=status)


async def _product(tx: Tx, slot: Any) -> Any:
    return await catalog.get_product(tx, slot.product_id)


def booking_of(request: Request, here: Here, wait: Any) -> str:
    """The booking page with the offered time chosen."""
    area = {"area": here.area.code} if len(here.others) > 1 else {}
    chosen = {f"slot.{wait.product_id}": wait.slot_id, "wait": wait.id}
    query = area | {"on": wait.visit_on.isoformat()} | chosen
    address = request.app.state.addresses.path
    return str(address("shop.bookings.edit", query=query))


POST = ["POST"]
routes = [
    page("/waiting/new", new, name="shop.waits.new", public=True),
    page("/waiting", create, name="shop.waits.create", methods=POST, public=True),
    page("/waiting/{wait_id}", show, name="shop.waits.show", public=True),
    page("/waiting/{wait_id}/end", leave, name="shop.waits.delete", methods=POST, public=True),
]
