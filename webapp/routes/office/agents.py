"""Agents (同行) in the office: the list, one with its account, its form, its keys and access."""

import asyncio
from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.commerce.agents import AgentInput, AgentStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import passwords
from webapp import agent_pages, forms, htmx, i18n, paging
from webapp.agent_pages import EDIT, RECEIVE, SEE, WORDS, FilterForm
from webapp.form_fields import Code, Id, Line, Version, Yuan
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for, name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SHOW = "office/agents/show.html"


class AgentForm(Form):
    name: Line
    contact: Line = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    email: Line = ""
    level_id: Id
    credit_limit_minor: Yuan = 0
    status: AgentStatus = AgentStatus.ACTIVE
    gate_id: Id | None = None

    def input(self) -> AgentInput:
        return AgentInput(**{name: getattr(self, name) for name in AgentInput._fields})


class NewForm(AgentForm):
    code: Annotated[Code, StringConstraints(max_length=32)]


class Versioned(Form):
    version: Version


class KeyForm(Form):
    key_name: Line


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> list[Any]:
        areas = list(await areas_for(tx, staff, SEE))
        state = wanted.status.value if wanted.status else ""
        return await agents.list_agents(tx, areas, state, wanted.q, paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        **WORDS,
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "statuses": choices(AgentStatus),
        "query": {name: typed.text(name) for name in FilterForm.model_fields if typed.text(name)},
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/agents/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await agent_page(request)


async def agent_page(
    request: Request, form: Typed = BLANK, *, status: int = 200, secret: tuple[str, str] = ("", "")
) -> Response:
    """An agent. `secret` is a key or an access code that was just made, and its kind."""
    staff, asked = staff_of(request), paging.read(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        agent = await agent_pages.seen(tx, staff, request.path_params["agent_id"])
        return {
            "agent": agent,
            "level": await agents.get_level(tx, agent.level_id),
            "gate": agent.gate_id and await places.get_place(tx, PlaceKind.GATE, agent.gate_id),
            "entries": await agents.entries_of(tx, agent.id, paging.cut(asked)),
            "statements": await agents.statements_of(tx, agent.id),
            "keys": await agents.keys_of(tx, agent.id),
            "history": await history_of(tx, "agent", agent.id),
        }

    found = await db_of(request).ask(looked_up)
    area_id = found["agent"].area_id
    context = {
        **WORDS,
        **found,
        "page": paging.page_of(found["entries"], asked, key=lambda row: (row.at, row.id)),
        "form": form,
        "secret": secret[1],
        "secret_kind": secret[0],
        "name_of": name_of,
        "may_edit": staff.may(EDIT, area_id),
        "may_receive": staff.may(RECEIVE, area_id),
    }
    return render(request, SHOW, context, fragment="list", status=status)


async def new(request: Request) -> Response:
    return await form_page(request, BLANK)


async def create(request: Request) -> Response:
    typed, db = await forms.read(request), db_of(request)
    try:
        wanted = forms.parse(NewForm, typed)
        level = await db.ask(agents.get_level, wanted.level_id)
        staff_of(request).must(EDIT, level.area_id)
        agent_id = await db.act(
            agents.add_agent,
            level.area_id,
            wanted.code,
            wanted.input(),
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await form_page(request, typed.refused(error), status=422)
    return to_agent(request, agent_id)


async def edit(request: Request) -> Response:
    agent = await editable(request)
    return await form_page(request, forms.filled(agent._asdict()), agent)


async def update(request: Request) -> Response:
    agent, typed = await editable(request), await forms.read(request)
    try:
        wanted, version = forms.parse(AgentForm, typed), forms.parse(Versioned, typed).version
        await db_of(request).act(
            agents.change_agent,
            agent.id,
            wanted.input(),
            version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await form_page(request, typed.refused(error), agent, status=422)
    return to_agent(request, agent.id)


async def make_key(request: Request) -> Response:
    """A key for a program: the page says it this once."""
    agent, typed = await editable(request), await forms.read(request)
    try:
        name = forms.parse(KeyForm, typed).key_name
        token = await db_of(request).act(
            agents.make_key, agent.id, name, actor_of(request), clock.utc_now()
        )
    except InvalidInput as error:
        return await agent_page(request, typed.refused(error), status=422)
    return await agent_page(request, secret=("key", token))


async def revoke_key(request: Request) -> Response:
    agent, key_id = await editable(request), request.path_params["key_id"]
    await db_of(request).act(
        agents.revoke_key, agent.id, key_id, actor_of(request), clock.utc_now()
    )
    return to_agent(request, agent.id)


async def make_access(request: Request) -> Response:
    """Another access code for the portal: the page says it this once."""
    agent, access = await editable(request), agents.new_access()
    access_hash = await asyncio.to_thread(passwords.hash_password, access)
    await db_of(request).act(
        agents.set_access, agent.id, access_hash, actor_of(request), clock.utc_now()
    )
    return await agent_page(request, secret=("access", access))


async def drop_access(request: Request) -> Response:
    agent = await editable(request)
    await db_of(request).act(agents.set_access, agent.id, None, actor_of(request), clock.utc_now())
    return to_agent(request, agent.id)


async def editable(request: Request) -> Any:
    agent = await db_of(request).ask(agents.get, request.path_params["agent_id"])
    staff_of(request).must(EDIT, agent.area_id)
    return agent


def to_agent(request: Request, agent_id: str) -> Response:
    address = request.app.state.addresses.path("agents.show", agent_id=agent_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def form_page(
    request: Request, form: Typed, agent: Any = None, *, status: int = 200
) -> Response:
    """A new agent belongs to the area of its level; a known one stays in its own."""
    staff = staff_of(request)

    async def gates(tx: Tx) -> list[tuple[str, str]]:
        found = await places.list_places(tx, PlaceKind.GATE)
        return [(row.id, name_of(row)) for row in found if agent and row.area_id == agent.area_id]

    async def levels(tx: Tx) -> list[tuple[str, str]]:
        areas = await areas_for(tx, staff, EDIT)
        mine = [agent.area_id] if agent else list(areas)
        rows = [row for area_id in mine for row in await agents.levels_of(tx, area_id)]
        apart = len(mine) > 1
        return [
            (row.id, f"{areas[row.area_id]} · {name_of(row)}" if apart else name_of(row))
            for row in rows
        ]

    context = {
        "form": form,
        "agent": agent,
        "levels": await db_of(request).ask(levels),
        "gates": await db_of(request).ask(gates),
        "statuses": choices(AgentStatus),
    }
    return render(request, "office/agents/edit.html", context, fragment="form", status=status)


ALL, ONE, POST = "/office/agents", "/office/agents/{agent_id}", ["POST"]
routes = [
    page(ALL, index, name="agents.index", permission=SEE),
    page(ALL, create, name="agents.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="agents.new", permission=EDIT),
    page(ONE, show, name="agents.show", permission=SEE),
    page(f"{ONE}/edit", edit, name="agents.edit", permission=EDIT),
    page(ONE, update, name="agents.update", permission=EDIT, methods=POST),
    page(f"{ONE}/keys", make_key, name="agent_keys.create", permission=EDIT, methods=POST),
    page(
        f"{ONE}/keys/{{key_id}}/end",
        revoke_key,
        name="agent_keys.delete",
        permission=EDIT,
        methods=POST,
    ),
    page(f"{ONE}/access", make_access, name="agent_access.create", permission=EDIT, methods=POST),
    page(
        f"{ONE}/access/end", drop_access, name="agent_access.delete", permission=EDIT, methods=POST
    ),
]
