"""The agent's months, to look at and to print."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from webapp.agent_portal import shown
from webapp.agent_visits import agent_of
from webapp.parts import db_of
from webapp.permissions import agent


async def index(request: Request) -> Response:
    found = await db_of(request).ask(agents.statements_of, agent_of(request).id)
    return await shown(request, "agents/statements/index.html", {"statements": found})


async def show(request: Request) -> Response:
    async def looked_up(tx: Tx) -> dict[str, Any]:
        stated = await agents.get_statement(tx, request.path_params["statement_id"])
        if stated.agent_id != agent_of(request).id:
            raise NotFound()
        return {"stated": stated, "entries": await agents.entries_of_statement(tx, stated)}

    context = await db_of(request).ask(looked_up)
    return await shown(
        request, "agents/statements/show.html", {**context, "order_route": "agents.orders.show"}
    )


ALL = "/agents/statements"
routes = [
    agent(ALL, index, name="agents.statements.index"),
    agent(f"{ALL}/{{statement_id}}", show, name="agents.statements.show"),
]
