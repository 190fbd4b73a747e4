"""Orders from a sheet: looked at row by row, then all of them booked, or none."""

import json
from collections.abc import Sequence
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import agents, capacity
from domain.commerce.orders import Sale
from domain.kernel import clock, ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from webapp import agent_visits, forms, i18n
from webapp.agent_portal import go, shown
from webapp.agent_sheets import COLUMNS, FIELDS, MOST_ROWS, Checked, Row, check, rows_of
from webapp.agent_visits import agent_of
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.importing import papers, uploads
from webapp.parts import db_of, vault_of
from webapp.permissions import agent
from webapp.routes.agents.bookings import placed

TITLE = say("Orders from Excel")


class BookForm(Form):
    request_id: Id


class Kept(msgspec.Struct):
    """Rows as the page that shows them carries them on."""

    number: int
    texts: dict[str, str]


async def new(request: Request) -> Response:
    return await _page(request, BLANK)


async def template(request: Request) -> Response:
    """An empty sheet that explains its columns."""
    content = papers.template(TITLE, FIELDS)
    return papers.answer(content, i18n.here(TITLE))


async def create(request: Request) -> Response:
    """Look at a sheet: nothing is booked yet."""
    typed = await forms.read(request)
    try:
        _, content = await uploads.chosen(typed)
        sheet = await uploads.sheet_of(content)
        rows = rows_of(sheet.headings, sheet.rows)
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    found = await _checked(request, rows, ids.new_id())
    return await _page(request, BLANK, rows, found, status=422 if found.mistakes else 200)


async def book(request: Request) -> Response:
    """All orders of the sheet in one act. The same form again books nothing twice."""
    typed, me = await forms.read(request), agent_of(request)
    rows: list[Row] = []
    found = None
    try:
        request_id = forms.parse(BookForm, typed).request_id
        rows = rows_in(typed.text("rows"))
        found = await _checked(request, rows, request_id)
        if found.mistakes:
            return await _page(request, BLANK, rows, found, status=422)
        actor, now = agent_visits.actor_of(request, me), clock.utc_now()
        lane = capacity.lane(me.area_id)
        await db_of(request).act(_all_placed, found.sales, actor, now, lane=lane)
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, typed.refused(error), rows, found, status=422)
    return go(request, "agents.orders.index")


async def _all_placed(tx: Tx, sales: Sequence[Sale], actor: Actor, now: datetime) -> None:
    for sale in sales:
        await placed(tx, sale, actor, now)


def rows_in(text: str) -> list[Row]:
    """Rows that a page carried on. InvalidInput when they are none."""
    try:
        kept = msgspec.json.decode(text, type=list[Kept])
    except msgspec.DecodeError:
        kept = []
    known = [Row(one.number, {n: t for n, t in one.texts.items() if n in COLUMNS}) for one in kept]
    if not 1 <= len(known) <= MOST_ROWS:
        raise InvalidInput({"file": say("A sheet has 1 to {most} rows.", most=MOST_ROWS)})
    return known


async def _checked(request: Request, rows: Sequence[Row], request_id: str) -> Checked:
    me, vault, now = agent_of(request), vault_of(request), clock.utc_now()
    found: Checked = await db_of(request).ask(check, rows, me, vault, request_id, now)
    return found


async def _page(
    request: Request,
    form: Typed,
    rows: Sequence[Row] = (),
    found: Checked | None = None,
    *,
    status: int = 200,
) -> Response:
    context = {
        "form": form,
        "rows": rows,
        "found": found,
        "kept": json.dumps([one._asdict() for one in rows], ensure_ascii=False),
        "problems": {one.number: one.problem for one in found.mistakes} if found else {},
        "request_id": form.text("request_id") or ids.new_id(),
        "left": agents.available(agent_of(request)),
        "columns": "、".join(i18n.here(field.title) for field in FIELDS),
    }
    return await shown(request, "agents/uploads/new.html", context, status=status)


ALL, POST = "/agents/uploads", ["POST"]
routes = [
    agent(f"{ALL}/new", new, name="agents.uploads.new"),
    agent(f"{ALL}/template", template, name="agents.uploads.template"),
    agent(ALL, create, name="agents.uploads.create", methods=POST),
    agent(f"{ALL}/orders", book, name="agents.uploads.book", methods=POST),
]
