"""Giving tickets back in the portal: a quote, then the money is in the account again."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, refunds
from domain.commerce.orders import Order
from domain.kernel import clock, ids
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, Refused, say
from webapp import agent_visits, forms, i18n, refund_wishes
from webapp.agent_portal import go, own_order, shown
from webapp.agent_visits import agent_of
from webapp.form_fields import Id
from webapp.forms import Form, Typed
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import agent

REASON = say("Given back by the agent in its portal")


class RefundForm(Form):
    request_id: Id
    tickets: list[Id]
    cause: str
    amount_minor: int


async def new(request: Request) -> Response:
    """Which tickets, and what comes back for each."""
    return await _page(request, await own_order(request), forms.read_query(request))


async def create(request: Request) -> Response:
    """Give them back for what was quoted; when that has changed since, the new quote is shown."""
    order, typed = await own_order(request), await forms.read(request)
    try:
        wanted = forms.parse(RefundForm, typed)
        asked = refunds.Request(
            wanted.request_id,
            order.id,
            tuple(wanted.tickets),
            refund_wishes.cause_of(wanted.cause),
            i18n.translate("zh", REASON),
            wanted.amount_minor,
        )
        await db_of(request).act(
            refunds.refund,
            asked,
            agent_visits.actor_of(request, agent_of(request)),
            clock.utc_now(),
            lane=capacity.lane(order.area_id),
        )
    except (InvalidInput, Refused, Conflict, NotFound) as error:
        return await _page(request, order, typed, error.message, 422)
    return go(request, "agents.orders.show", order_id=order.id)


async def _page(
    request: Request,
    order: Order,
    form: Typed,
    problem: Message | None = None,
    status: int = 200,
) -> Response:
    found: dict[str, Any] = await db_of(request).ask(
        refund_wishes.looked_up, order, form, clock.utc_now()
    )
    context = {
        **found,
        "order": order,
        "problem": problem or found["problem"],
        "request_id": ids.new_id(),
        "name_of": name_of,
    }
    return await shown(request, "agents/refunds/new.html", context, status=status, fragment="quote")


ALL = "/agents/orders/{order_id}/refunds"
routes = [
    agent(f"{ALL}/new", new, name="agents.refunds.new"),
    agent(ALL, create, name="agents.refunds.create", methods=["POST"]),
]
