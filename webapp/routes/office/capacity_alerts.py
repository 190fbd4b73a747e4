"""The capacity log: levels that were reached, what was held, and who did what about it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import occupancy
from domain.admission.occupancy import CapacityLevel, LogFilter
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging
from webapp.form_fields import Day, Id, LongLine
from webapp.forms import Form, Typed
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, ALERT = Permission.CAPACITY_SEE, Permission.CAPACITY_ALERT
FILTERS = ("area_id", "day", "level", "waiting")


class FilterForm(Form):
    area_id: Id | None = None
    day: Day | None = None
    level: CapacityLevel | None = None
    waiting: bool = False


class NoteForm(Form):
    area_id: Id
    note: LongLine


async def index(request: Request) -> Response:
    return await _page(request, forms.read_query(request))


async def update(request: Request) -> Response:
    """Somebody says what was done about a level."""
    alert_id, typed = request.path_params["alert_id"], await forms.read(request)
    try:
        wanted = forms.parse(NoteForm, typed)
        staff_of(request).must(ALERT, wanted.area_id)
        await db_of(request).act(
            occupancy.acknowledge,
            wanted.area_id,
            alert_id,
            wanted.note,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, forms.read_query(request), typed.refused(error), alert_id)
    address = request.app.state.addresses.path("capacity_alerts.index")
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _page(
    request: Request, typed: Typed, note: Typed = forms.BLANK, at: str = ""
) -> Response:
    asked, staff = paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        areas = await areas_for(tx, staff, SEE)
        sought = LogFilter(
            tuple(area for area in areas if wanted.area_id in (None, area)),
            await bounds_of(tx, wanted),
            wanted.level.value if wanted.level else "",
            wanted.waiting,
        )
        return await occupancy.log_of(tx, sought, paging.cut(asked)), areas

    rows, areas = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.raised_at, row.id)),
        "areas": areas,
        "levels": [(level.value, level) for level in CapacityLevel],
        "level": CapacityLevel,
        "announced": lambda row: occupancy.announcement(CapacityLevel(row.level), row.percent_bps),
        "query": {name: typed.text(name) for name in FILTERS if typed.text(name)},
        "note": note,
        "at": at,
        "may_acknowledge": lambda row: staff.may(ALERT, row.area_id),
    }
    status = 422 if at else 200
    return render(
        request, "office/capacity_alerts/index.html", context, fragment="list", status=status
    )


async def bounds_of(tx: Tx, wanted: FilterForm) -> tuple[datetime, datetime]:
    """The ends of the chosen day on its area's clock; all time when none is chosen."""
    if wanted.day is None:
        return LogFilter(()).between
    every = await places.list_places(tx, PlaceKind.AREA)
    chosen = next((row for row in every if row.id == wanted.area_id), None) or every[0]
    return clock.day_bounds(wanted.day, ZoneInfo(chosen.time_zone))


ALL = "/office/capacity/log"
routes = [
    page(ALL, index, name="capacity_alerts.index", permission=SEE),
    page(
        f"{ALL}/{{alert_id}}",
        update,
        methods=["POST"],
        name="capacity_alerts.update",
        permission=ALERT,
    ),
]
