"""Kiosks in the office: how they stand, what they took, their PIN, and locking them."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import anyio.to_thread
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices, kiosks
from domain.admission.devices import AlarmCode, DeviceKind, Presence
from domain.admission.kiosks import PIN_LENGTH, HandoutKind
from domain.kernel import clock
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, InvalidInput, NotFound, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, passwords
from webapp import forms, htmx
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.DEVICES_SEE, Permission.DEVICES_EDIT
FAULTS = (AlarmCode.PAPER, AlarmCode.PRINTER)


class PinForm(Form):
    pin: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


async def index(request: Request) -> Response:
    """Every kiosk; those that need somebody first."""
    staff, now = staff_of(request), clock.utc_now()
    rows = await db_of(request).ask(kiosks.minding.overview, now)
    shown = [row for row in rows if staff.may(SEE, row.area_id)]
    shown.sort(key=lambda row: (not needs_somebody(row), row.name))
    days = {row.id: await db_of(request).ask(_day, row) for row in shown}
    context = {"rows": shown, "days": days, "presence": Presence, "now": now}
    return render(request, "office/kiosks/index.html", context, fragment="list")


def needs_somebody(row: Any) -> bool:
    return bool(row.called_at or row.is_out_of_paper or row.is_printer_faulty or row.unprinted)


async def _day(tx: Tx, row: Any) -> kiosks.DayOfKiosk:
    area = await places.get_place(tx, PlaceKind.AREA, row.area_id)
    zone = ZoneInfo(area.time_zone)
    start, until = day_bounds(local_day(clock.utc_now(), zone), zone)
    return await kiosks.minding.day_of(tx, row.id, start, until)


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def update(request: Request) -> Response:
    """Lock it, unlock it, say that somebody helped, that paper is in."""
    row = await _kiosk(request, EDIT)
    what = (await forms.read(request)).text("act")
    actor, now = actor_of(request, place_id=row.area_id), clock.utc_now()
    if what in ACTS:
        await db_of(request).act(ACTS[what], row.id, actor, now)
    elif fault := next((code for code in FAULTS if what == f"clear-{code.value}"), None):
        await db_of(request).act(kiosks.handing.clear_fault, row.id, fault, actor, now)
    return htmx.redirect(request, _path(request, row.id))


ACTS = {
    "lock": kiosks.minding.lock,
    "unlock": kiosks.minding.unlock,
    "answer": kiosks.minding.answer_call,
}


async def set_pin(request: Request) -> Response:
    """Six digits that open the staff's menu at the kiosk; kept as a slow hash."""
    row, typed = await _kiosk(request, EDIT), await forms.read(request)
    try:
        pin = forms.parse(PinForm, typed).pin
        if len(set(pin)) < 3:
            raise InvalidInput({"pin": say("This PIN is too easy to guess.")})
    except InvalidInput as error:
        return await _page(request, BLANK.refused(error), status=422)
    hashed = await anyio.to_thread.run_sync(passwords.hash_password, pin)
    actor = actor_of(request, place_id=row.area_id)
    await db_of(request).act(kiosks.minding.set_pin, row.id, hashed, actor, clock.utc_now())
    return htmx.redirect(request, _path(request, row.id))


async def _kiosk(request: Request, permission: Permission) -> Any:
    row = await db_of(request).ask(devices.get, request.path_params["device_id"])
    if row.kind != DeviceKind.KIOSK or row.retired_at is not None:
        raise NotFound()
    if not staff_of(request).may(permission, row.area_id):
        raise Forbidden()
    return row


def _path(request: Request, device_id: str) -> str:
    return str(request.app.state.addresses.path("kiosks.show", device_id=device_id))


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    row, now = await _kiosk(request, SEE), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        every = await kiosks.minding.overview(tx, now)
        return {
            "row": next(one for one in every if one.id == row.id),
            "day": await _day(tx, row),
            "owed": await kiosks.handing.owed(tx, row.id, now),
            "history": await history_of(tx, "kiosk", row.id),
        }

    context = {
        **await db_of(request).ask(looked_up),
        "form": form,
        "presence": Presence,
        "handout_kind": HandoutKind,
        "pin_length": PIN_LENGTH,
        "may_edit": staff_of(request).may(EDIT, row.area_id),
    }
    return render(request, "office/kiosks/show.html", context, status=status)


ALL, ONE, POST = "/office/kiosks", "/office/kiosks/{device_id}", ["POST"]
routes = [
    page(ALL, index, name="kiosks.index", permission=SEE),
    page(ONE, show, name="kiosks.show", permission=SEE),
    page(ONE, update, methods=POST, name="kiosks.update", permission=EDIT),
    page(f"{ONE}/pin", set_pin, methods=POST, name="kiosk_pins.create", permission=EDIT),
]
