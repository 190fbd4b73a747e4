"""Devices: their health, pairing, what they are told, what they complain about."""

import hashlib
import json
import ssl
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices
from domain.admission.devices import (
    AlarmCode,
    AlarmSeverity,
    CommandOp,
    CommandStatus,
    DeviceInput,
    DeviceKind,
    PairingCode,
    Presence,
)
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, office_devices
from webapp.form_fields import Id, Line, LongLine, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.machines import is_this_machine
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.printing.qr import picture
from webapp.rendering import render
from webapp.words import choices, label_of

SEE, EDIT, COMMAND = Permission.DEVICES_SEE, Permission.DEVICES_EDIT, Permission.GATES_COMMAND
TOLD = (CommandOp.OPEN, CommandOp.FREE, CommandOp.LOCK, CommandOp.NORMAL)


class DeviceForm(Form):
    name: Line
    kind: DeviceKind
    area_id: Id
    gate_id: Id | None = None


class EditForm(DeviceForm):
    version: Version


class RetireForm(Form):
    version: Version


class CommandForm(Form):
    op: Literal["open", "free", "lock", "normal"]
    reason: LongLine = ""
    seconds: Annotated[int, Field(ge=5, le=600)] = 30


async def index(request: Request) -> Response:
    """Every device in use; those that need somebody first."""
    wanted = forms.read_query(request)
    rows = await db_of(request).ask(devices.health)
    shown = office_devices.filtered(rows, staff_of(request), SEE, wanted)
    order = {Presence.OFFLINE: 0, Presence.DEGRADED: 1, Presence.NEVER: 2, Presence.ONLINE: 3}
    shown.sort(key=lambda row: (not row.alarms, order[Presence(row.presence)], row.name))
    context = {
        "rows": shown,
        "form": wanted,
        "presences": choices(Presence),
        "may_edit": staff_of(request).may(EDIT),
        "query": {"presence": wanted.text("presence"), "q": wanted.text("q")},
        **WORDED,
    }
    return render(request, "office/devices/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    return await _form(request, forms.filled({"kind": DeviceKind.TURNSTILE.value}))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        given = _input(request, forms.parse(DeviceForm, typed))
        actor = actor_of(request, place_id=given.gate_id or given.area_id)
        device_id = await db_of(request).act(devices.add, given, actor, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _form(request, typed.refused(error), status=422)
    return _shown(request, device_id)


async def show(request: Request) -> Response:
    return await _page(request)


async def edit(request: Request) -> Response:
    row = await _device(request, EDIT)
    return await _form(request, forms.filled(row._asdict()), row=row)


async def update(request: Request) -> Response:
    row, typed = await _device(request, EDIT), await forms.read(request)
    try:
        wanted = forms.parse(EditForm, typed)
        given = _input(request, wanted, dict(row.config))
        actor = actor_of(request, place_id=row.gate_id or row.area_id)
        await db_of(request).act(
            devices.edit, row.id, given, wanted.version, actor, clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _form(request, typed.refused(error), row=row, status=422)
    return _shown(request, row.id)


async def retire(request: Request) -> Response:
    row = await _device(request, EDIT)
    version = forms.parse(RetireForm, await forms.read(request)).version
    actor = actor_of(request, place_id=row.gate_id or row.area_id)
    await db_of(request).act(devices.retire, row.id, version, actor, clock.utc_now())
    await request.app.state.let_devices_in()
    return htmx.redirect(request, request.app.state.addresses.path("devices.index"))


async def make_code(request: Request) -> Response:
    """The code is shown once, on the page that answers."""
    row = await _device(request, EDIT)
    actor = actor_of(request, place_id=row.gate_id or row.area_id)
    code = await db_of(request).act(devices.make_code, row.id, actor, clock.utc_now())
    return await _page(request, code=code, status=201)


async def rotate(request: Request) -> Response:
    row = await _device(request, EDIT)
    actor = actor_of(request, place_id=row.gate_id or row.area_id)
    vault, now = vault_of(request), clock.utc_now()
    await db_of(request).act(devices.rotate, row.id, vault, actor, now)
    await request.app.state.let_devices_in()
    return _shown(request, row.id)


async def command(request: Request) -> Response:
    row, typed = await _device(request, COMMAND), await forms.read(request)
    try:
        wanted = forms.parse(CommandForm, typed)
        await db_of(request).act(_command, row, wanted, actor_of(request, place_id=row.gate_id))
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, row.id)


async def _command(tx: Tx, row: Any, wanted: CommandForm, actor: Any) -> None:
    op, life = CommandOp(wanted.op), timedelta(seconds=wanted.seconds)
    now = clock.utc_now()
    await devices.command(tx, row.id, op, {}, wanted.reason, actor, now, life=life)


async def see_alarm(request: Request) -> Response:
    alarm = await db_of(request).ask(devices.get_alarm, request.path_params["alarm_id"])
    row = await db_of(request).ask(devices.get, alarm.device_id)
    if not _covers(request, COMMAND, row):
        raise Forbidden()
    await db_of(request).act(devices.see_alarm, alarm.id, actor_of(request), clock.utc_now())
    return _shown(request, row.id)


def _covers(request: Request, permission: Permission, row: Any) -> bool:
    return office_devices.covers(staff_of(request), permission, row)


async def _device(request: Request, permission: Permission) -> Any:
    row = await db_of(request).ask(devices.get, request.path_params["device_id"])
    if not _covers(request, permission, row):
        raise Forbidden()
    return row


def _input(
    request: Request, wanted: DeviceForm, config: dict[str, Any] | None = None
) -> DeviceInput:
    if not _covers(request, EDIT, wanted):
        raise Forbidden()
    return DeviceInput(
        name=wanted.name,
        kind=wanted.kind,
        area_id=wanted.area_id,
        gate_id=wanted.gate_id,
        config=config or {},
    )


async def _page(
    request: Request, form: Typed = BLANK, code: PairingCode | None = None, status: int = 200
) -> Response:
    row, now = await _device(request, SEE if code is None else EDIT), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        gate = row.gate_id and await places.get_place(tx, PlaceKind.GATE, row.gate_id)
        return {
            "gate": gate,
            "area": await places.get_place(tx, PlaceKind.AREA, row.area_id),
            "commands": await devices.commands_of(tx, row.id, 20),
            "alarms": await devices.alarms_of(tx, row.id),
            "history": await history_of(tx, "device", row.id),
        }

    context = {
        "row": row,
        "form": form,
        "code": code,
        "seconds_left": int((code.expires_at - now).total_seconds()) if code else 0,
        "qr": _picture(request, code.code) if code else "",
        "for_this_machine_only": is_this_machine(request.app.state.broker_address.host),
        "ops": [(op.value, label_of(op)) for op in TOLD],
        "may_edit": _covers(request, EDIT, row) and row.retired_at is None,
        "may_look_after": _covers(request, COMMAND, row),
        "may_command": _covers(request, COMMAND, row) and row.secret_hash is not None,
        **WORDED,
        **await db_of(request).ask(looked_up),
    }
    return render(request, "office/devices/show.html", context, status=status)


def _picture(request: Request, code: str) -> str:
    """What a device scans instead of having it typed: where to pair, the code, whom to trust."""
    base = request.app.state.settings.base_url.rstrip("/")
    told = {"url": f"{base}/api/devices/pairings", "code": code}
    if authority := request.app.state.broker_address.ca:
        told["ca_sha256"] = hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority)).hexdigest()
    return picture(json.dumps(told, separators=(",", ":")))


async def _form(request: Request, form: Typed, row: Any = None, status: int = 200) -> Response:
    async def listed(tx: Tx) -> tuple[list[Any], list[Any]]:
        areas = await places.list_places(tx, PlaceKind.AREA)
        return areas, await places.list_places(tx, PlaceKind.GATE)

    areas, gates = await db_of(request).ask(listed)
    context = {
        "row": row,
        "form": form,
        "kinds": choices(DeviceKind),
        "areas": [(area.id, area.name_zh) for area in areas],
        "gates": [(gate.id, f"{gate.name_zh} ({gate.code})") for gate in gates],
    }
    return render(request, "office/devices/edit.html", context, fragment="form", status=status)


def _shown(request: Request, device_id: str) -> Response:
    path = request.app.state.addresses.path("devices.show", device_id=device_id)
    return htmx.redirect(request, path)


WORDED = {
    "presence": Presence,
    "kind": DeviceKind,
    "alarm_code": AlarmCode,
    "severity": AlarmSeverity,
    "op_of": CommandOp,
    "command_status": CommandStatus,
}
ALL, ONE, POST = "/office/devices", "/office/devices/{device_id}", ["POST"]
routes = [
    page(ALL, index, name="devices.index", permission=SEE),
    page(f"{ALL}/new", new, name="devices.new", permission=EDIT),
    page(ALL, create, methods=POST, name="devices.create", permission=EDIT),
    page(ONE, show, name="devices.show", permission=SEE),
    page(f"{ONE}/edit", edit, name="devices.edit", permission=EDIT),
    page(ONE, update, methods=POST, name="devices.update", permission=EDIT),
    page(f"{ONE}/retire", retire, methods=POST, name="devices.retire", permission=EDIT),
    page(f"{ONE}/codes", make_code, methods=POST, name="pairing_codes.create", permission=EDIT),
    page(f"{ONE}/secrets", rotate, methods=POST, name="device_secrets.create", permission=EDIT),
    page(f"{ONE}/commands", command, methods=POST, name="commands.create", permission=COMMAND),
    page(
        "/office/device-alarms/{alarm_id}",
        see_alarm,
        methods=POST,
        name="device_alarms.update",
        permission=COMMAND,
    ),
]
