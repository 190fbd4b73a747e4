"""Exceptions of devices: what is wrong, who looks after it, what was done."""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faults
from domain.admission.faults import FaultCause, FaultStatus, Part
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation.staff import Permission
from webapp import forms, htmx, office_devices, paging
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, HANDLE = Permission.DEVICES_SEE, Permission.DEVICES_HANDLE


class ResolveForm(Form):
    note: Annotated[str, StringConstraints(max_length=400)] = ""


class AssignForm(Form):
    staff_id: Id | None = None


async def index(request: Request) -> Response:
    """The newest first; beside it how many there are of each cause."""
    wanted, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    part = Part(wanted.text("part")) if wanted.text("part") in set(Part) else Part.OPEN
    cause = FaultCause(wanted.text("cause")) if wanted.text("cause") in set(FaultCause) else None
    mine = staff.covered(SEE)

    async def listed(tx: Tx) -> tuple[list[Any], dict[FaultCause, int]]:
        rows = await faults.page(tx, part, paging.cut(asked), mine, cause)
        return rows, await faults.count(tx, mine)

    rows, by_cause = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.opened_at, row.id)),
        "form": wanted,
        "part": part,
        "parts": list(Part),
        "causes": choices(FaultCause),
        "by_cause": by_cause,
        "many": sum(by_cause.values()),
        "query": {"part": part.value, "cause": cause.value if cause else ""},
        "now": clock.utc_now(),
        "may_handle": staff.may(HANDLE),
        **WORDED,
    }
    return render(request, "office/device_faults/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await _page(request)


async def acknowledge(request: Request) -> Response:
    row = await _fault(request, HANDLE)
    await db_of(request).act(faults.acknowledge, row.id, _actor(request, row), clock.utc_now())
    return _shown(request, row.id)


async def assign(request: Request) -> Response:
    row, typed = await _fault(request, HANDLE), await forms.read(request)
    try:
        staff_id = forms.parse(AssignForm, typed).staff_id
        actor = _actor(request, row)
        await db_of(request).act(faults.assign, row.id, staff_id, actor, clock.utc_now())
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, row.id)


async def resolve(request: Request) -> Response:
    row, typed = await _fault(request, HANDLE), await forms.read(request)
    try:
        note = forms.parse(ResolveForm, typed).note
        actor = _actor(request, row)
        await db_of(request).act(faults.resolve, row.id, note, actor, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, row.id)


def _actor(request: Request, row: Any) -> Any:
    return actor_of(request, place_id=row.gate_id or row.area_id)


async def _fault(request: Request, permission: Permission) -> Any:
    row = await db_of(request).ask(faults.get, request.path_params["fault_id"])
    if not office_devices.covers(staff_of(request), permission, row):
        raise Forbidden()
    return row


async def _page(request: Request, form: Typed | None = None, status: int = 200) -> Response:
    row = await _fault(request, SEE)
    may_handle = office_devices.covers(staff_of(request), HANDLE, row)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        handlers = await faults.who_handles(tx, row) if may_handle and not row.ended_at else []
        return {
            "handlers": [(one.id, f"{one.name} ({one.login})") for one in handlers],
            "history": await history_of(tx, "fault", row.id),
        }

    known = forms.filled({"staff_id": row.assigned_to or ""}) if row.assigned_to else BLANK
    context = {
        "row": row,
        "form": form or known,
        "may_handle": may_handle and not row.ended_at,
        **WORDED,
        **await db_of(request).ask(looked_up),
    }
    return render(request, "office/device_faults/show.html", context, status=status)


def _shown(request: Request, fault_id: str) -> Response:
    path = request.app.state.addresses.path("device_faults.show", fault_id=fault_id)
    return htmx.redirect(request, path)


WORDED = {"cause_of": FaultCause, "status_of": FaultStatus}
ALL, ONE, POST = "/office/device-faults", "/office/device-faults/{fault_id}", ["POST"]
routes = [
    page(ALL, index, name="device_faults.index", permission=SEE),
    page(ONE, show, name="device_faults.show", permission=SEE),
    page(
        f"{ONE}/acknowledgement",
        acknowledge,
        methods=POST,
        name="device_faults.acknowledge",
        permission=HANDLE,
    ),
    page(f"{ONE}/assignee", assign, methods=POST, name="device_faults.assign", permission=HANDLE),
    page(
        f"{ONE}/resolution", resolve, methods=POST, name="device_faults.resolve", permission=HANDLE
    ),
]
