"""Which gate this tablet stands at; the session remembers it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation import places
from domain.operation.places import GateDirection, GateStatus, PlaceKind
from domain.operation.staff import Permission, sessions
from webapp import forms, htmx, signin
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SCAN = Permission.GATES_SCAN


class Post(Form):
    gate_id: Id


async def index(request: Request) -> Response:
    """The gate chosen before, or a choice of those that one may scan at."""
    staff = staff_of(request)
    if staff.gate_id and staff.may(SCAN, staff.gate_id) and "choose" not in request.query_params:
        return htmx.redirect(request, _gate_path(request, staff.gate_id))
    return await _choice(request, BLANK)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        gate_id = forms.parse(Post, typed).gate_id
    except InvalidInput as error:
        return await _choice(request, typed.refused(error), status=422)
    staff, db = staff_of(request), db_of(request)
    await db.ask(places.get_place, PlaceKind.GATE, gate_id)
    staff.must(SCAN, gate_id)
    await db.act(_stand, actor_of(request, place_id=gate_id), staff.session_id, gate_id)
    signin.doorkeeper_of(request).forget(request.cookies.get(signin.COOKIE, ""))
    return htmx.redirect(request, _gate_path(request, gate_id))


async def _stand(tx: Tx, actor: Any, session_id: str, gate_id: str) -> None:
    await sessions.stand_at(tx, actor, session_id, clock.utc_now(), gate_id=gate_id)


async def _choice(request: Request, form: Typed, status: int = 200) -> Response:
    async def listed(tx: Tx) -> tuple[list[Any], dict[str, Any]]:
        sites = await places.list_places(tx, PlaceKind.CHECK_SITE)
        return await places.list_places(tx, PlaceKind.GATE), {site.id: site for site in sites}

    gates, sites = await db_of(request).ask(listed)
    mine = [gate for gate in gates if staff_of(request).may(SCAN, gate.id)]
    context = {
        "gates": mine,
        "sites": sites,
        "form": form,
        "way_of": lambda gate: GateDirection(gate.direction),
        "state_of": lambda gate: GateStatus(gate.status),
    }
    return render(request, "gate/posts/index.html", context, status=status)


def _gate_path(request: Request, gate_id: str) -> str:
    path: str = request.app.state.addresses.path("redemptions.new", gate_id=gate_id)
    return path


routes = [
    page("/gate", index, name="posts.index", permission=SCAN),
    page("/gate", create, methods=["POST"], name="posts.create", permission=SCAN),
]
