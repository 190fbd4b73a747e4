"""Giving tickets back: a quote with its reasons, good for some minutes, then confirmed."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, refunds
from domain.commerce.orders import Order
from domain.commerce.refunds import Refund
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, Refused, say
from webapp import forms, i18n, refund_wishes, shop_visits
from webapp.form_fields import Id
from webapp.forms import Form, Typed
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import page
from webapp.shop_visits import area_of, go, own_order, shown

QUOTE_LIFE = timedelta(minutes=10)
REASON = say("Given back by the visitor on the web")


class QuoteForm(Form):
    tickets: list[Id] = []  # noqa: RUF012  # pydantic copies it


class RefundForm(QuoteForm):
    request_id: Id
    cause: str
    amount_minor: int
    until: int  # when the quote ends, in seconds since 1970


async def new(request: Request) -> Response:
    """Which tickets, and what comes back for each."""
    return await _page(request, await own_order(request), forms.read_query(request))


async def create(request: Request) -> Response:
    """Give them back for what was quoted. The same form again gets the same refund."""
    order, typed = await own_order(request), await forms.read(request)
    visit, now = await shop_visits.visit_of(request), clock.utc_now()
    try:
        wanted = forms.parse(RefundForm, typed)
        if now.timestamp() > wanted.until:
            sentence = say("This offer was good for ten minutes. Here is today's amount again.")
            raise InvalidInput({}, sentence)
        asked = refunds.Request(
            wanted.request_id,
            order.id,
            tuple(wanted.tickets),
            refund_wishes.cause_of(wanted.cause),
            i18n.translate("zh", REASON),
            wanted.amount_minor,
        )
        made: Refund = await db_of(request).act(
            refunds.refund,
            asked,
            shop_visits.actor_of(request, visit),
            now,
            lane=capacity.lane(order.area_id),
        )
    except (InvalidInput, Refused, Conflict, NotFound) as error:
        return await _page(request, order, typed, error.message, 422)
    return go(request, "shop.refunds.show", order_id=order.id, refund_id=made.id)


async def show(request: Request) -> Response:
    """What was given back and when the money comes."""
    order = await own_order(request)
    here = await area_of(request, order.area_id)
    refund = await db_of(request).ask(refunds.get_refund, request.path_params["refund_id"])
    if refund.order_id != order.id:
        raise NotFound()
    return shown(request, "shop/refunds/show.html", here, {"order": order, "refund": refund})


async def _page(
    request: Request,
    order: Order,
    form: Typed,
    problem: Message | None = None,
    status: int = 200,
) -> Response:
    here = await area_of(request, order.area_id)
    found: dict[str, Any] = await db_of(request).ask(refund_wishes.looked_up, order, form, here.now)
    context = {
        **found,
        "order": order,
        "form": form,
        "problem": problem or found["problem"],
        "request_id": ids.new_id(),
        "until": int((here.now + QUOTE_LIFE).timestamp()),
        "minutes": int(QUOTE_LIFE.total_seconds() // 60),
        "name_of": name_of,
    }
    return shown(request, "shop/refunds/new.html", here, context, status=status, fragment="quote")


POST, ALL = ["POST"], "/orders/{order_id}/refunds"
routes = [
    page(f"{ALL}/new", new, name="shop.refunds.new", public=True),
    page(ALL, create, name="shop.refunds.create", methods=POST, public=True),
    page(f"{ALL}/{{refund_id}}", show, name="shop.refunds.show", public=True),
]
