"""Another day or another time (改签), before the old one begins. What costs more is paid first:
`change_payments`."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, changes
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.clock import local_day
from domain.kernel.errors import Conflict, DomainError, InvalidInput, Refused
from webapp import forms, shop_visits
from webapp.baskets import DAYS_SHOWN
from webapp.change_wishes import Asked, ChangeForm, asked_of, read_wish
from webapp.forms import Typed
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import area_of, go, own_order, shown


async def new(request: Request) -> Response:
    """Which tickets, which day and time; the difference before anything happens."""
    return await _page(request, await own_order(request), forms.read_query(request))


async def create(request: Request) -> Response:
    """Change them as it was quoted. The same form again gets the same change."""
    order, typed = await own_order(request), await forms.read(request)
    visit = await shop_visits.visit_of(request)
    try:
        wanted = forms.parse(ChangeForm, typed)
        asked = wanted.asked(order.id)
        is_dearer = wanted.quoted_minor > 0
        await db_of(request).act(
            changes.paying.hold if is_dearer else changes.change,
            asked,
            shop_visits.actor_of(request, visit),
            clock.utc_now(),
            lane=capacity.lane(order.area_id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, order, typed.refused(error), error)
    name = "shop.change_payments.show" if is_dearer else "shop.orders.show"
    return go(request, name, order_id=order.id)


async def _page(
    request: Request, order: Order, form: Typed, error: DomainError | None = None
) -> Response:
    here = await area_of(request, order.area_id)
    try:
        wanted = read_wish(form)
        asked: Asked = await db_of(request).ask(asked_of, order, wanted, here.zone, here.now)
    except (InvalidInput, Refused):
        return go(request, "shop.orders.show", order_id=order.id)
    today = local_day(here.now, here.zone)
    difference = asked.quote.difference_minor if asked.quote else 0
    context = {
        **asked._asdict(),
        "form": form,
        "said": error.message if error else None,
        "days": [today + timedelta(days=number) for number in range(DAYS_SHOWN)],
        "difference_minor": difference,
        "is_dearer": difference > 0,
        "request_id": ids.new_id(),
        "name_of": name_of,
    }
    status = 422 if error else 200
    return shown(request, "shop/changes/new.html", here, context, status=status, fragment="quote")


POST, ALL = ["POST"], "/orders/{order_id}/changes"
routes = [
    page(f"{ALL}/new", new, name="shop.changes.new", public=True),
    page(ALL, create, name="shop.changes.create", methods=POST, public=True),
]
