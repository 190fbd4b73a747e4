"""How the agent stands, what moved last, and what everything costs it."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import baskets, forms, paging
from webapp.agent_portal import shown
from webapp.agent_visits import agent_of
from webapp.parts import db_of, vault_of
from webapp.permissions import agent

LAST = 12


async def show(request: Request) -> Response:
    async def looked_up(tx: Tx) -> list[Any]:
        return await agents.entries_of(tx, agent_of(request).id, paging.cut(None))

    entries = await db_of(request).ask(looked_up)
    return await shown(request, "agents/home/show.html", {"entries": entries[:LAST]})


async def prices(request: Request) -> Response:
    """List and net prices of one day."""
    me, typed, now = agent_of(request), forms.read_query(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        area = await places.get_place(tx, PlaceKind.AREA, me.area_id)
        found = await baskets.basket_of(
            tx, me.area_id, Channel.AGENT, typed, vault_of(request), now, member_id=me.id
        )
        return {"basket": found, "today": local_day(now, ZoneInfo(area.time_zone))}

    context = {"form": typed, **await db_of(request).ask(looked_up)}
    return await shown(request, "agents/home/prices.html", context, fragment="list")


routes = [
    agent("/agents", show, name="agents.home"),
    agent("/agents/prices", prices, name="agents.prices"),
]
