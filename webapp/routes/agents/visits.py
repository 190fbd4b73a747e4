"""The door of the portal: an agent's code and the access code that staff made for it."""

import asyncio
from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission.collections import guessing
from domain.commerce import agents
from domain.kernel import clock
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import InvalidInput, TooOften, say
from domain.operation.staff import passwords
from webapp import agent_visits, forms
from webapp.agent_portal import go
from webapp.form_fields import Secret
from webapp.forms import BLANK, Form, Typed
from webapp.parts import address_of, db_of
from webapp.permissions import agent, page
from webapp.rendering import render

MOST_WRONG, MOST_TRIED = 8, 30  # in ten minutes: an agent's code, an address
WRONG = say("The code of the agent or the access code is wrong.")


class DoorForm(Form):
    code: Annotated[str, StringConstraints(max_length=32)]
    access: Secret


async def new(request: Request) -> Response:
    if await agent_visits.agent_behind(request) is not None:
        return go(request, "agents.home")
    return _page(request, BLANK)


async def create(request: Request) -> Response:
    """Tries are counted before they are looked at; an unknown code takes as long as a known one."""
    typed, now, db = await forms.read(request), clock.utc_now(), db_of(request)
    try:
        wanted = forms.parse(DoorForm, typed)
        taken = [
            await db.act(guessing.take, lane, now, most, lane=lane)
            for lane, most in (
                (f"agent-from:{address_of(request)}", MOST_TRIED),
                (f"agent:{wanted.code}", MOST_WRONG),
            )
        ]
    except (InvalidInput, TooOften) as error:
        status = 429 if isinstance(error, TooOften) else 422
        return _page(request, typed.refused(error), status)
    found = await db.ask(agents.at_door, wanted.code)
    right = await asyncio.to_thread(
        passwords.is_right, found.access_hash if found else None, agents.as_typed(wanted.access)
    )
    if found is None or not right:
        return _page(request, typed.refused(InvalidInput({}, WRONG)), 422)
    for one in taken:
        await db.act(guessing.forgive, one)
    actor = Actor(ActorKind.AGENT, found.id, None, address_of(request))
    token = await db.act(agents.begin_visit, found.id, actor, now)
    return agent_visits.keep(request, go(request, "agents.home"), token)


async def leave(request: Request) -> Response:
    await db_of(request).act(agents.end_visit, agent_visits.agent_of(request).visit_id)
    return agent_visits.forget(go(request, "agents.visits.new"))


def _page(request: Request, form: Typed, status: int = 200) -> Response:
    return render(request, "agents/visits/new.html", {"form": form}, status=status)


DOOR, POST = "/agents/sign-in", ["POST"]
routes = [
    page(DOOR, new, name="agents.visits.new", public=True),
    page(DOOR, create, name="agents.visits.create", public=True, methods=POST),
    agent("/agents/sign-out", leave, name="agents.visits.delete", methods=POST),
]
