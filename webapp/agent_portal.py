"""What every page of the portal of agents needs: the agent as it stands, and its own orders."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents, orders
from domain.commerce.orders import Order
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import agent_pages, htmx
from webapp.agent_visits import agent_of
from webapp.parts import db_of
from webapp.rendering import render


async def own_order(request: Request) -> Order:
    """The order of this address, if this agent paid it; to others it does not exist."""
    agent_id, order_id = agent_of(request).id, request.path_params["order_id"]

    async def looked_up(tx: Tx) -> Order:
        if not await agents.is_own(tx, agent_id, order_id):
            raise NotFound()
        return await orders.get_order(tx, order_id)

    found: Order = await db_of(request).ask(looked_up)
    return found


def go(request: Request, name: str, **parameters: Any) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path(name, **parameters))


async def shown(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    fragment: str | None = None,
) -> Response:
    """A page of the portal, with the agent as it stands now and its area."""
    agent_id = agent_of(request).id

    async def around(tx: Tx) -> dict[str, Any]:
        agent = await agents.get(tx, agent_id)
        return {"agent": agent, "area": await places.get_place(tx, PlaceKind.AREA, agent.area_id)}

    found = await db_of(request).ask(around)
    whole = {**agent_pages.WORDS, **found, **context}
    return render(request, template, whole, status=status, fragment=fragment)
