"""Money from agents: written down when it came, after a look at what it does; months on paper."""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents
from domain.commerce.agents import Receipt
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import agent_pages, forms, htmx, i18n
from webapp.agent_pages import RECEIVE, SEE, WORDS
from webapp.form_fields import Id, PositiveYuan
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render


class MoneyForm(Form):
    amount_minor: PositiveYuan
    reference: Annotated[str, StringConstraints(max_length=120)]


class ReceiptForm(MoneyForm):
    request_id: Id


async def new(request: Request) -> Response:
    """How much, by which transfer; then what it does to debt and deposit."""
    typed = forms.read_query(request)
    if not (typed.text("amount_minor") or typed.text("reference")):
        return await _page(request, typed)
    try:
        wanted = forms.parse(MoneyForm, typed)
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return await _page(request, typed, wanted)


async def create(request: Request) -> Response:
    """The same form again counts once."""
    typed, agent_id = await forms.read(request), request.path_params["agent_id"]
    agent = await db_of(request).ask(agents.get, agent_id)
    staff_of(request).must(RECEIVE, agent.area_id)
    try:
        wanted = forms.parse(ReceiptForm, typed)
        given = Receipt(wanted.request_id, agent_id, wanted.amount_minor, wanted.reference)
        await db_of(request).act(agents.receive, given, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    address = request.app.state.addresses.path("agents.show", agent_id=agent_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _page(
    request: Request, form: Typed, wanted: MoneyForm | None = None, *, status: int = 200
) -> Response:
    agent = await db_of(request).ask(agents.get, request.path_params["agent_id"])
    staff_of(request).must(RECEIVE, agent.area_id)
    context = {
        "agent": agent,
        "form": form,
        "wanted": wanted,
        "move": agents.paid_in(agent, wanted.amount_minor) if wanted else None,
        "request_id": ids.new_id(),
    }
    return render(request, "office/agents/receipt.html", context, status=status)


async def statement(request: Request) -> Response:
    """A month, as it is printed and sent."""
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        agent = await agent_pages.seen(tx, staff, request.path_params["agent_id"])
        stated = await agents.get_statement(tx, request.path_params["statement_id"])
        if stated.agent_id != agent.id:
            raise NotFound()
        return {
            "agent": agent,
            "stated": stated,
            "entries": await agents.entries_of_statement(tx, stated),
            "area": await places.get_place(tx, PlaceKind.AREA, agent.area_id),
            "order_route": "orders.show",
        }

    found = await db_of(request).ask(looked_up)
    return render(request, "office/agents/statement.html", {**WORDS, **found})


ONE = "/office/agents/{agent_id}"
routes = [
    page(f"{ONE}/receipts/new", new, name="agent_receipts.new", permission=RECEIVE),
    page(
        f"{ONE}/receipts",
        create,
        name="agent_receipts.create",
        permission=RECEIVE,
        methods=["POST"],
    ),
    page(
        f"{ONE}/statements/{{statement_id}}",
        statement,
        name="agent_statements.show",
        permission=SEE,
    ),
]
