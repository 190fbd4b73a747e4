"""What happened at gates that a person should look at, and what was found."""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions
from domain.admission.redemptions import IncidentKind, IncidentStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation.staff import Permission
from webapp import forms, htmx, paging
from webapp.forms import BLANK, Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

WATCH, COMMAND = Permission.GATES_WATCH, Permission.GATES_COMMAND


class ResolveForm(Form):
    note: Annotated[str, StringConstraints(max_length=400)]


async def index(request: Request) -> Response:
    """What nobody has looked at yet comes first."""
    return await _page(request, BLANK)


async def resolve(request: Request) -> Response:
    typed = await forms.read(request)
    incident_id = request.path_params["incident_id"]
    incident = await db_of(request).ask(redemptions.get_incident, incident_id)
    staff = staff_of(request)
    if not (staff.may(COMMAND, incident.area_id) or staff.may(COMMAND, incident.gate_id or "-")):
        raise Forbidden()
    try:
        note = forms.parse(ResolveForm, typed).note
        actor = actor_of(request, place_id=incident.gate_id)
        await db_of(request).act(
            redemptions.resolve_incident, incident_id, note, actor, clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), incident_id, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("incidents.index"))


async def _page(request: Request, form: Typed, at: str = "", status: int = 200) -> Response:
    asked, staff = paging.read(request), staff_of(request)
    wanted = request.query_params.get("status", "")
    state = IncidentStatus(wanted) if wanted in set(IncidentStatus) else IncidentStatus.OPEN
    mine = sorted(staff.reach[WATCH]) if staff.is_limited(WATCH) else None

    async def listed(tx: Tx) -> tuple[list[Any], int]:
        rows = await redemptions.list_incidents(tx, state, paging.cut(asked), mine)
        return rows, await redemptions.count_open_incidents(tx)

    rows, many = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.raised_at, row.id)),
        "state": state,
        "states": list(IncidentStatus),
        "many": None if mine is not None else many,
        "kind_of": lambda row: IncidentKind(row.kind),
        "may_assign": staff.may(COMMAND),
        "form": form,
        "at": at,
        "may_resolve": lambda row: (
            staff.may(COMMAND, row.area_id) or staff.may(COMMAND, row.gate_id or "-")
        ),
    }
    return render(request, "office/incidents/index.html", context, fragment="list", status=status)


ALL = "/office/incidents"
routes = [
    page(ALL, index, name="incidents.index", permission=WATCH),
    page(
        f"{ALL}/{{incident_id}}",
        resolve,
        methods=["POST"],
        name="incidents.update",
        permission=COMMAND,
    ),
]
