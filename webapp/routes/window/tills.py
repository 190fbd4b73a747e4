"""Which window this browser stands at, and the way into the day: window, shift, sale."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import shifts
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, sessions
from webapp import forms, htmx
from webapp.form_fields import Id
from webapp.forms import Form
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.signin import COOKIE, doorkeeper_of


class StandForm(Form):
    window_id: Id


async def show(request: Request) -> Response:
    """The cashier's home: the sale."""
    return htmx.redirect(request, request.app.state.addresses.path("window.sales.new"))


async def index(request: Request) -> Response:
    """The windows where this person may sell, and who is at each."""
    return await _choice(request)


async def _choice(request: Request, problem: Forbidden | None = None) -> Response:
    staff = staff_of(request)

    async def windows(tx: Tx) -> list[tuple[Any, Any]]:
        found = [
            window
            for window in await places.list_places(tx, PlaceKind.WINDOW)
            if staff.may(Permission.SALES_SELL, window.id)
            and await places.takes(tx, window.id, staff.id)
        ]
        return [(window, await shifts.current(tx, window.id)) for window in found]

    context = {
        "windows": await db_of(request).ask(windows),
        "problem": problem.message if problem else None,
    }
    return render(request, "window/tills/index.html", context, status=403 if problem else 200)


async def create(request: Request) -> Response:
    staff = staff_of(request)
    wanted = forms.parse(StandForm, await forms.read(request))
    staff.must(Permission.SALES_SELL, wanted.window_id)
    try:
        await db_of(request).act(
            _stand, actor_of(request), staff.session_id, wanted.window_id, clock.utc_now()
        )
    except Forbidden as problem:
        return await _choice(request, problem)
    doorkeeper_of(request).forget(request.cookies[COOKIE])
    return htmx.redirect(request, request.app.state.addresses.path("window.sales.new"))


async def _stand(tx: Tx, actor: Actor, session_id: str, window_id: str, now: datetime) -> None:
    await sessions.stand_at(tx, actor, session_id, now, window_id=window_id)


routes = [
    page("/window", show, name="window.home", permission=Permission.SALES_SELL),
    page("/window/tills", index, name="window.choose", permission=Permission.SALES_SELL),
    page(
        "/window/tills",
        create,
        methods=["POST"],
        name="window.stand",
        permission=Permission.SALES_SELL,
    ),
]
