"""Who asks: an agent's program by its key, what it understands and which language it reads."""

import json
from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.commerce.agents import AgentStatus
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import Forbidden, say
from webapp import i18n
from webapp.machines import Gatekeeper, address_of, bearer_token
from webapp.octo.problems import PREFIX
from webapp.parts import db_of
from webapp.permissions import Guarded, machine

KNOWN = ("pricing", "content", "cart", "notifications", "redemption")
PLAIN = "octo/"
_encoder = msgspec.json.Encoder()

Endpoint = Callable[[Request, "Caller"], Awaitable[Any]]


class Caller(NamedTuple):
    """A program of an agent. `capabilities` are those it asked for and we have."""

    agent_id: str
    area_id: str
    code: str
    actor: Actor
    capabilities: frozenset[str]
    language: str
    is_test: bool

    def has(self, capability: str) -> bool:
        return capability in self.capabilities


async def caller_of(request: Request) -> Caller:
    """Raises Unauthorized, Forbidden for an agent that is stopped."""
    keeper: Gatekeeper = request.app.state.gatekeeper
    now, db = clock.utc_now(), db_of(request)
    key = await keeper.agent(bearer_token(request), address_of(request))
    if key.status != AgentStatus.ACTIVE:
        raise Forbidden(say("This agent is stopped. Ask the scenic area."))
    if key.used_at is None or now - key.used_at > agents.TOUCH_EVERY:
        await db.act(agents.touch_key, key.id, now)
    actor = Actor(
        ActorKind.AGENT,
        key.agent_id,
        address=address_of(request),
        request_id=getattr(request.state, "request_id", None),
    )
    accept = request.headers.get("accept-language", "")[: i18n.LONGEST_ACCEPT]
    return Caller(
        key.agent_id,
        key.area_id,
        key.code,
        actor,
        capabilities_of(request),
        i18n.choose(accept, None),
        request.headers.get("octo-env", "").strip().lower() == "test",
    )


def capabilities_of(request: Request) -> frozenset[str]:
    """From the header or the address; `octo/pricing` and `pricing` are the same."""
    asked = request.headers.get("octo-capabilities", "")
    asked = f"{asked},{request.query_params.get('_capabilities', '')}"
    names = {part.strip().lower().removeprefix(PLAIN) for part in asked[:500].split(",")}
    return frozenset(names & set(KNOWN))


def octo(
    path: str, endpoint: Endpoint, *, name: str, methods: Collection[str] = ("GET",)
) -> Guarded:
    """A route of the face. The endpoint gives what becomes JSON; headers say how it was meant."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        caller: Caller = request.state.caller
        with i18n.using(caller.language):
            made = await endpoint(request, caller)
        return Response(
            _encoder.encode(made), media_type="application/json", headers=headers_of(caller)
        )

    return machine(PREFIX + path, answered, name=name, methods=methods, caller=caller_of)


def headers_of(caller: Caller) -> dict[str, str]:
    return {
        "Octo-Capabilities": ", ".join(PLAIN + one for one in KNOWN if caller.has(one)),
        "Content-Language": i18n.TAGS[caller.language],
        "Available-Languages": ", ".join(i18n.TAGS.values()),
        "Cache-Control": "no-store",
    }


def as_text(value: Any) -> str:
    """JSON with Chinese as it is, for what is sealed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
