"""Another day or time (改签) in the portal: what costs more is taken from the account, what costs
less goes back to it."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import tickets
from domain.commerce import capacity, changes
from domain.commerce.orders import Order
from domain.commerce.payments import Tender
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, Refused
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import agent_visits, forms
from webapp.agent_portal import go, own_order, shown
from webapp.agent_visits import agent_of
from webapp.change_wishes import Asked, ChangeForm, asked_of, read_wish
from webapp.forms import Typed
from webapp.office_orders import name_of
from webapp.parts import db_of
from webapp.permissions import agent


async def new(request: Request) -> Response:
    """Which tickets, which day and time; the difference before anything happens."""
    return await _page(request, await own_order(request), forms.read_query(request))


async def create(request: Request) -> Response:
    """Change them as it was quoted. The same form again gets the same change."""
    order, typed, mine = await own_order(request), await forms.read(request), agent_of(request)
    try:
        wanted = forms.parse(ChangeForm, typed)
        asked = wanted.asked(order.id, account=(Tender.AGENT, mine.id))
        actor, lane = agent_visits.actor_of(request, mine), capacity.lane(order.area_id)
        await db_of(request).act(changes.change, asked, actor, clock.utc_now(), lane=lane)
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
    async def looked_up(tx: Tx) -> tuple[list[Any], Asked | None, Message | None]:
        area = await places.get_place(tx, PlaceKind.AREA, order.area_id)
        living = tickets.living_of(await tickets.shown_of(tx, order.id))
        try:
            zone, now = ZoneInfo(area.time_zone), clock.utc_now()
            return living, await asked_of(tx, order, read_wish(form), zone, now), None
        except (InvalidInput, Refused, NotFound) as error:
            return living, None, error.message

    living, asked, why_not = await db_of(request).ask(looked_up)
    quote = asked.quote if asked else None
    context = {
        "order": order,
        "living": living,
        "ticked": {row.id for row in asked.rows} if asked else set(form.texts("tickets")),
        "asked": asked,
        "quote": quote,
        "difference_minor": quote.difference_minor if quote else 0,
        "problem": problem or (asked.problem if asked else why_not),
        "request_id": ids.new_id(),
        "name_of": name_of,
    }
    return await shown(request, "agents/changes/new.html", context, status=status, fragment="quote")


ALL = "/agents/orders/{order_id}/changes"
routes = [
    agent(f"{ALL}/new", new, name="agents.changes.new"),
    agent(ALL, create, name="agents.changes.create", methods=["POST"]),
]
