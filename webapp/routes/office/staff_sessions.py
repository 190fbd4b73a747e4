"""Who is signed in now, everywhere; and ending it."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.operation.staff import Permission, people, sessions
from webapp import htmx, paging
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render


async def index(request: Request) -> Response:
    asked = paging.read(request)
    viewer, now = staff_of(request), clock.utc_now()
    rows = await db_of(request).ask(sessions.list_open, viewer, now, paging.cut(asked))
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.id,)),
        "may_edit": staff_of(request).may(Permission.STAFF_EDIT),
    }
    return render(request, "office/staff_sessions/index.html", context, fragment="list")


async def delete(request: Request) -> Response:
    session_id = request.path_params["session_id"]

    async def act(tx: Tx, now: datetime) -> None:
        found = await sessions.get(tx, session_id)
        await people.must_manage(tx, staff_of(request), found.staff_id)
        await sessions.revoke(tx, actor_of(request), found.staff_id, session_id, now)

    await db_of(request).act(act, clock.utc_now())
    return htmx.redirect(request, request.app.state.addresses.path("staff_sessions.index"))


routes = [
    page("/office/sessions", index, name="staff_sessions.index", permission=Permission.STAFF_SEE),
    page(
        "/office/sessions/{session_id}/revocation",
        delete,
        methods=["POST"],
        name="staff_sessions.delete",
        permission=Permission.STAFF_EDIT,
    ),
]
