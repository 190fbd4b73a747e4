"""What is announced at a window, a gate or a kiosk: asked again every few seconds."""

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import announcements
from domain.admission.announcements import Place
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import live
from webapp.kiosk_sessions import kiosk_of
from webapp.parts import db_of, staff_of
from webapp.permissions import kiosk, page
from webapp.rendering import render

SHARED_SECONDS = 1.0


async def at_window(request: Request) -> Response:
    return await at_place(request, PlaceKind.WINDOW, staff_of(request).window_id, Place.WINDOW)


async def at_gate(request: Request) -> Response:
    return await at_place(request, PlaceKind.GATE, staff_of(request).gate_id, Place.GATE)


async def at_kiosk(request: Request) -> Response:
    return await said(request, kiosk_of(request).area_id, Place.KIOSK)


async def at_place(
    request: Request, kind: PlaceKind, place_id: str | None, place: Place
) -> Response:
    """Of the area where this session stands; nothing where it stands nowhere."""
    if place_id is None:
        return Response(status_code=204)

    async def area_of(tx: Tx) -> str:
        return str((await places.get_place(tx, kind, place_id)).area_id)

    try:
        area_id = await shared_of(request).get(
            ("area", place_id), lambda: db_of(request).ask(area_of), 60.0
        )
    except NotFound:
        return Response(status_code=204)
    return await said(request, area_id, place)


async def said(request: Request, area_id: str, place: Place) -> Response:
    """The strip; no content when the page shows it already."""
    rows = await shared_of(request).get(
        (area_id, place),
        lambda: db_of(request).ask(announcements.live, area_id, place, clock.utc_now()),
    )
    mark = ".".join(row.id[-12:] for row in rows[:8])
    if request.query_params.get("seen", "") == mark:
        return Response(status_code=204)
    address = f"{request.url.path}?seen={mark}"
    return render(request, "shared/_said.html", {"said": rows, "said_address": address})


def shared_of(request: Request) -> live.Shared:
    shared: live.Shared | None = getattr(request.app.state, "said", None)
    if shared is None:
        shared = request.app.state.said = live.Shared(SHARED_SECONDS)
    return shared


routes = [
    page("/announcements/window", at_window, name="said.window", signed_in=True),
    page("/announcements/gate", at_gate, name="said.gate", signed_in=True),
    kiosk("/kiosk/announcements", at_kiosk, name="said.kiosk", while_locked=True),
]
