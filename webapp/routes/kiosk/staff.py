"""The staff's menu at a kiosk, behind a PIN: what is owed, faults, a test print, the day's end."""

from typing import Any
from zoneinfo import ZoneInfo

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks
from domain.admission.collections import guessing
from domain.admission.devices import AlarmCode
from domain.admission.kiosks import HandoutEnd
from domain.kernel import clock
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, InvalidInput, TooOften, say
from domain.operation import settings
from domain.operation.staff import passwords
from webapp import forms, security
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import area_of, go, shown
from webapp.parts import db_of, printer_of
from webapp.permissions import kiosk
from webapp.printing.model import Label, Letterhead, Paper, PrintedReceipt

MOST_WRONG = 5
FAULTS = {"paper": AlarmCode.PAPER, "printer": AlarmCode.PRINTER}


class HandoutForm(Form):
    handout_id: Id


async def show(request: Request) -> Response:
    """The PIN, or the menu while it is open."""
    if kiosk_of(request).has_menu(clock.utc_now()):
        return await _menu(request)
    return await _pin(request, BLANK)


async def create(request: Request) -> Response:
    """Open the menu. PINs are counted before they are looked at, and slow."""
    here, now, db = kiosk_of(request), clock.utc_now(), db_of(request)
    pin, lane = (await forms.read(request)).text("pin"), f"pin:{here.device_id}"
    try:
        kept = await db.ask(kiosks.minding.pin_hash_of, here.device_id)
        if kept is None:
            raise InvalidInput({}, say("The office has not set a PIN for this kiosk yet."))
        guess_id = await db.act(guessing.take, lane, now, MOST_WRONG, lane=lane)
        if not await anyio.to_thread.run_sync(passwords.is_right, kept, pin):
            raise InvalidInput({}, say("This PIN is wrong."))
        await db.act(guessing.forgive, guess_id)
    except (InvalidInput, TooOften) as error:
        return await _pin(request, BLANK.refused(error), status=422)
    await db.act(kiosks.minding.open_menu, here.device_id, actor_at(request), now)
    return go(request, "kiosk.staff.show")


async def update(request: Request) -> Response:
    """One act of the menu."""
    check_open(request)
    here, what = kiosk_of(request), (await forms.read(request)).text("act")
    actor, now = actor_at(request), clock.utc_now()
    verb, _, fault = what.partition("-")
    if verb in ("report", "clear") and fault in FAULTS:
        act = kiosks.handing.report_fault if verb == "report" else kiosks.handing.clear_fault
        await db_of(request).act(act, here.device_id, FAULTS[fault], actor, now)
    elif what in ACTS:
        await db_of(request).act(ACTS[what], here.device_id, actor, now)
    elif what == "leave":
        await db_of(request).act(kiosks.minding.close_menu, here.device_id)
        return go(request, "kiosk.home")
    return go(request, "kiosk.staff.show")


ACTS = {
    "lock": kiosks.minding.lock,
    "unlock": kiosks.minding.unlock,
    "answer": kiosks.minding.answer_call,
}


async def settle(request: Request) -> Response:
    """The visitor has the tickets: from a window, or by hand."""
    check_open(request)
    here = kiosk_of(request)
    handout_id = forms.parse(HandoutForm, await forms.read(request)).handout_id
    await db_of(request).act(
        kiosks.handing.end,
        handout_id,
        here.device_id,
        HandoutEnd.SETTLED,
        actor_at(request),
        clock.utc_now(),
    )
    return go(request, "kiosk.staff.show")


async def test_print(request: Request) -> Response:
    """A slip that is no ticket: letters, lines and the cut."""
    check_open(request)
    here, now = kiosk_of(request), clock.utc_now()
    area = await db_of(request).ask(area_of, here)
    chosen = await db_of(request).ask(settings.current, here.area_id)
    phone = chosen.service_phone or area.phone
    slip = PrintedReceipt(
        Letterhead(Label(area.name_zh, area.name_en), here.name, phone, area.time_zone),
        "测试 TEST",
        (),
        0,
        (),
        here.name,
        "",
        now,
        note="打印测试 Test print",
    )
    pdf = await printer_of(request).receipt(slip, paper=Paper.ROLL)
    security.allow_framing(request)
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


def check_open(request: Request) -> None:
    if not kiosk_of(request).has_menu(clock.utc_now()):
        raise Forbidden()


async def _pin(request: Request, form: Typed, status: int = 200) -> Response:
    return await shown(request, "kiosk/staff/pin.html", {"form": form}, status=status)


async def _menu(request: Request) -> Response:
    here, now = kiosk_of(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        area = await area_of(tx, here)
        zone = ZoneInfo(area.time_zone)
        start, until = day_bounds(local_day(now, zone), zone)
        return {
            "owed": await kiosks.handing.owed(tx, here.device_id, now),
            "day": await kiosks.minding.day_of(tx, here.device_id, start, until),
        }

    context = {
        **await db_of(request).ask(looked_up),
        "faults": {word: code in here.faults for word, code in FAULTS.items()},
        "is_testing": request.query_params.get("test") == "1",
    }
    return await shown(request, "kiosk/staff/menu.html", context)


POST = ["POST"]
routes = [
    kiosk("/kiosk/staff", show, name="kiosk.staff.show", while_locked=True),
    kiosk("/kiosk/staff", create, methods=POST, name="kiosk.staff.create", while_locked=True),
    kiosk("/kiosk/staff/acts", update, methods=POST, name="kiosk.staff.update", while_locked=True),
    kiosk(
        "/kiosk/staff/settlements",
        settle,
        methods=POST,
        name="kiosk.settlements.create",
        while_locked=True,
    ),
    kiosk("/kiosk/staff/test.pdf", test_print, name="kiosk.tests.show", while_locked=True),
]
