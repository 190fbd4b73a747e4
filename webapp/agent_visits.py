"""Whoever works in the portal of agents: a browser that came in with an agent's access code, by a
cookie that is good for nothing but `/agents`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from webapp import htmx
from webapp.parts import address_of, db_of

COOKIE, PATH = "shanmen_agent", "/agents"
MOST_OF_A_TOKEN = 100


async def enter(request: Request) -> Response | None:
    """Find the agent; an answer when there is none behind this browser."""
    agent = await agent_behind(request)
    if agent is None:
        return htmx.redirect(request, request.app.state.addresses.path("agents.visits.new"))
    request.state.agent = agent
    return None


async def agent_behind(request: Request) -> Any | None:
    token = request.cookies.get(COOKIE, "")
    if not token or len(token) > MOST_OF_A_TOKEN:
        return None
    return await db_of(request).ask(agents.behind_visit, token, clock.utc_now())


def agent_of(request: Request) -> Any:
    """The agent of a page made by `permissions.agent`."""
    return request.state.agent


def actor_of(request: Request, agent: Any) -> Actor:
    return Actor(ActorKind.AGENT, agent.id, None, address_of(request))


def keep(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(agents.LIFE.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=PATH)
    return response
