"""The gate that a tablet stands at: who may work there, and what its frame shows."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices, occupancy, redemptions
from domain.admission.redemptions import GateDay
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.operation import places, settings
from domain.operation.places import GateStatus, PlaceKind
from domain.operation.staff import Permission
from webapp import security
from webapp.forms import BLANK, Typed
from webapp.gate_glass import READY, Glass
from webapp.parts import db_of, staff_of
from webapp.rendering import render


class Desk(NamedTuple):
    """A gate with the figures of its day."""

    gate: Any
    day: GateDay
    inside: int
    has_device: bool
    service_phone: str


async def desk_of(tx: Tx, gate_id: str, now: datetime) -> Desk:
    """A question; NotFound for a gate that is not there."""
    gate = await places.get_place(tx, PlaceKind.GATE, gate_id)
    area = await places.get_place(tx, PlaceKind.AREA, gate.area_id)
    zone = ZoneInfo(area.time_zone)
    since, until = clock.day_bounds(clock.local_day(now, zone), zone)
    chosen = await settings.current(tx, gate.area_id)
    return Desk(
        gate,
        await redemptions.day_of_gate(tx, gate_id, since, until),
        await occupancy.inside(tx, gate.area_id, zone, now),
        bool(gate.has_sensor) and await devices.has_device(tx, gate_id),
        area.phone or chosen.service_phone,
    )


async def gate_for(request: Request, permission: Permission) -> Any:
    """The gate in the address, for somebody who may do this there."""
    gate_id = request.path_params["gate_id"]
    gate = await db_of(request).ask(places.get_place, PlaceKind.GATE, gate_id)
    staff_of(request).must(permission, gate_id)
    return gate


async def show_glass(
    request: Request,
    glass: Glass = READY,
    *,
    form: Typed = BLANK,
    status: int = 200,
) -> Response:
    """The tablet's page with this glass; its answer alone when the page's script asked."""
    security.allow_scanning(request)
    desk = await db_of(request).ask(desk_of, request.path_params["gate_id"], clock.utc_now())
    context = {
        "desk": desk,
        "now": clock.utc_now(),
        "gate": desk.gate,
        "gate_state": GateStatus(desk.gate.status),
        "glass": glass,
        "ready": READY,
        "form": form,
        "scan_id": ids.new_id(),
        "may_admit": staff_of(request).may(Permission.GATES_ADMIT, desk.gate.id),
    }
    return render(request, "gate/redemptions/new.html", context, fragment="answer", status=status)
