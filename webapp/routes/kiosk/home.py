"""The first page of a kiosk, and the end of every visit."""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.admission import devices, kiosks
from domain.admission.devices import Report
from domain.admission.kiosks import Kiosk
from domain.commerce import capacity, catalog
from domain.commerce.catalog import Sellable, SellableType
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from webapp import forms, i18n
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import area_of, go, keep, shown, visit_of
from webapp.parts import db_of
from webapp.permissions import kiosk

BOOT = "page"


class First(NamedTuple):
    """What the first page says: prices, and what is still owed to whoever stands there."""

    first: SellableType | None
    first_minor: int
    least_minor: int
    is_selling: bool
    owed: kiosks.Handout | None


async def show(request: Request) -> Response:
    """The choice; a locked kiosk says so. Whatever the visitor before has left is wiped; the
    language and the like stay until the visit is ended."""
    here, visit = kiosk_of(request), visit_of(request)
    if visit.kept is not None or visit.order_id is not None:
        await _wipe(request)
        await keep(request, kept=None, order_id=None)
    if here.locked_at is not None:
        return await shown(request, "kiosk/home/locked.html", {})
    first: First = await db_of(request).ask(_first, here, clock.utc_now())
    return await shown(request, "kiosk/home/show.html", {"first": first})


async def _first(tx: Tx, here: Kiosk, now: datetime) -> First:
    area = await area_of(tx, here)
    today = local_day(now, ZoneInfo(area.time_zone))
    sold = await catalog.sellable(tx, here.area_id, Channel.KIOSK, None, today, now)
    types = [one for one in singles_of(sold) if price_of(one)]
    owed = await kiosks.handing.just_owed(tx, here.device_id, now)
    return First(
        types[0] if types else None,
        price_of(types[0]) if types else 0,
        min(map(price_of, types), default=0),
        bool(types) and here.may_print and not (sold.day.closed or sold.day.sales_stopped),
        owed if owed and not owed.fault else None,
    )


def singles_of(sold: Sellable) -> list[SellableType]:
    """What visitors buy for themselves: groups are a window's business."""
    return [one for product in sold.products for one in product.types if not one.group_min]


def price_of(one: SellableType) -> int:
    """The lowest of a day that costs something; 0 when it is not sold."""
    return min((price.minor for price in one.prices.values() if price.minor), default=0)


async def end(request: Request) -> Response:
    """Wipe what the visitor typed, free what was not paid, and begin anew."""
    await _wipe(request)
    return go(request, "kiosk.home")


async def _wipe(request: Request) -> None:
    here, actor = kiosk_of(request), actor_at(request)
    lane = capacity.lane(here.area_id)
    await db_of(request).act(kiosks.visiting.end, here.device_id, actor, clock.utc_now(), lane=lane)


async def prefer(request: Request) -> Response:
    """Another language, the lower half of the glass, larger and stronger letters."""
    typed = await forms.read(request)
    changed: dict[str, Any] = {}
    if typed.text("language") in i18n.LOCALES:
        changed["language"] = typed.text("language")
    visit = visit_of(request)
    if typed.text("low"):
        changed["is_low"] = not visit.is_low
    if typed.text("contrast"):
        changed["is_contrast"] = not visit.is_contrast
    await keep(request, **changed)
    return go(request, "kiosk.home")


async def call(request: Request) -> Response:
    """Somebody of the staff is asked to come."""
    here = kiosk_of(request)
    await db_of(request).act(
        kiosks.minding.call_staff, here.device_id, actor_at(request), clock.utc_now()
    )
    return JSONResponse({"called": True}, headers={"Cache-Control": "no-store"})


async def beat(request: Request) -> Response:
    """The page lives; what the office has said meanwhile."""
    here, now = kiosk_of(request), clock.utc_now()
    mode = "locked" if here.locked_at else "normal" if here.may_print else "fault"
    report = Report(BOOT, mode, 0, None)
    await db_of(request).act(devices.report_heartbeat, here.device_id, report, {}, now)
    said = {"locked": here.locked_at is not None, "called": here.called_at is not None}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


POST = ["POST"]
routes = [
    kiosk("/kiosk", show, name="kiosk.home", while_locked=True),
    kiosk("/kiosk/end", end, methods=POST, name="kiosk.visits.delete", while_locked=True),
    kiosk("/kiosk/preferences", prefer, methods=POST, name="kiosk.preferences.update"),
    kiosk("/kiosk/calls", call, methods=POST, name="kiosk.calls.create", while_locked=True),
    kiosk(
        "/kiosk/heartbeats", beat, methods=POST, name="kiosk.heartbeats.create", while_locked=True
    ),
]
