"""Places: an area's days and their slots, what they hold, closing and opening them."""

from calendar import Calendar
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, catalog
from domain.commerce.capacity import DaySetting, DayView, Facility, Space
from domain.commerce.capacity.formulas import Capacity
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders, price_calendar, site
from webapp.form_fields import Count, Day, Id, Line
from webapp.forms import Form, Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.weekdays import weekdays

SEE, EDIT = Permission.CAPACITY_SEE, Permission.CAPACITY_EDIT
MOST = 200


class FilterForm(Form):
    area_id: Id | None = None
    on: Day | None = None


class DayForm(Form):
    area_id: Id
    on: Day
    quota: Count
    closed: bool = False
    note: Line = ""
    version: Count = 0


async def index(request: Request) -> Response:
    typed = forms.read_query(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()
    return await _page(request, typed, wanted.area_id, wanted.on)


async def update(request: Request) -> Response:
    """Another quota for a day, closed or open again."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(DayForm, typed)
        staff_of(request).must(EDIT, wanted.area_id)
        setting = DaySetting(wanted.quota, wanted.closed, wanted.note, wanted.version)
        await db_of(request).act(
            capacity.set_day,
            wanted.area_id,
            wanted.on,
            setting,
            actor_of(request),
            clock.utc_now(),
            lane=capacity.lane(wanted.area_id),
        )
    except (InvalidInput, Conflict) as error:
        known = forms.parse(FilterForm, Typed({name: typed.texts(name) for name in ("area_id",)}))
        return await _page(request, typed.refused(error), known.area_id, None, status=422)
    query = {"area_id": wanted.area_id, "on": wanted.on.isoformat()}
    address = request.app.state.addresses.path("capacity.index", query=query)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _page(
    request: Request, form: Typed, area_id: str | None, on: date | None, status: int = 200
) -> Response:
    staff, now = staff_of(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        if area_id is not None and area_id not in areas:
            raise NotFound()
        chosen = area_id or next(iter(areas), "")
        if not chosen:
            day = on or clock.local_day(now, site.current().zone)
            return {"areas": areas, "area_id": "", "today": day, "day": day}
        area = await places.get_place(tx, PlaceKind.AREA, chosen)
        today = clock.local_day(now, ZoneInfo(area.time_zone))
        day = on or today
        products = await catalog.list_products(tx, chosen, retired=True, most=MOST)
        return {
            "areas": areas,
            "area_id": chosen,
            "area": area,
            "today": today,
            "day": day,
            "computed": await computed(tx, area),
            "view": await capacity.day_of(tx, chosen, day),
            "slots": await capacity.slots_of_area(tx, chosen, day, Channel.WINDOW, now),
            "weeks": await weeks_of(tx, chosen, day),
            "products": {row.id: name_of(row) for row in products},
        }

    found = await db_of(request).ask(looked_up)
    context = {
        **found,
        "form": form,
        "before": found["day"] - timedelta(days=1),
        "after": found["day"] + timedelta(days=1),
        "month_before": price_calendar.month_before(found["day"].replace(day=1)),
        "month_after": price_calendar.next_month(found["day"].replace(day=1)),
        "weekdays": weekdays(),
        "may_edit": bool(found["area_id"]) and staff.may(EDIT, found["area_id"]),
    }
    return render(request, "office/capacity/index.html", context, status=status)


async def weeks_of(tx: Tx, area_id: str, day: date) -> list[list[tuple[date, DayView | None]]]:
    """The month of a day in weeks from Monday; days of other months have no view."""
    first = day.replace(day=1)
    last = price_calendar.next_month(first) - timedelta(days=1)
    found = await capacity.days_between(tx, area_id, first, last)
    weeks = Calendar().monthdatescalendar(day.year, day.month)
    return [[(each, found.get(each)) for each in week] for week in weeks]


async def computed(tx: Tx, area: Any) -> Capacity | None:
    """What LB/T 034-2014 gives for the area's spots; None while they do not say enough."""
    spots = [row for row in await places.list_places(tx, PlaceKind.SPOT) if row.area_id == area.id]
    spaces = [
        Space(row.usable_m2, row.m2_per_person)
        for row in spots
        if row.usable_m2 and row.m2_per_person
    ]
    facilities = [
        Facility(row.seats, row.runs_per_day, row.rides_per_visitor or 1)
        for row in spots
        if row.seats and row.runs_per_day
    ]
    open_minutes = _minutes(area.closes_at) - _minutes(area.opens_at)
    if not (spaces or facilities) or open_minutes <= 0 or area.mean_stay_minutes <= 0:
        return None
    return capacity.capacity(spaces, facilities, open_minutes, area.mean_stay_minutes)


def _minutes(wall_clock: str) -> int:
    return int(wall_clock[:2]) * 60 + int(wall_clock[3:5])


routes = [
    page("/office/capacity", index, name="capacity.index", permission=SEE),
    page("/office/capacity", update, name="capacity.update", permission=EDIT, methods=["POST"]),
]
