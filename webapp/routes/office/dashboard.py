"""Today at a glance, moving by itself; yesterday and the week, standing still."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar, TypeVarTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import announcements, occupancy
from domain.admission.devices import AlarmCode, DeviceKind, Presence
from domain.commerce.stock import looking
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, NotFound, say
from domain.operation import backups, places, settings
from domain.operation.places import PlaceKind
from domain.operation.staff import EVERYWHERE, Permission
from domain.reports import dashboard
from domain.reports.dashboard import Day
from webapp import charts, forms, htmx, i18n, live
from webapp.charts import Series
from webapp.form_fields import Id, LongLine
from webapp.forms import Form
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of
from webapp.safekeeping.words import PROBLEMS

Value = TypeVar("Value")
Ts = TypeVarTuple("Ts")

PERIODS = {"today": 0, "yesterday": 1, "week": 0}
TEMPLATE = "office/dashboard/show.html"
SECONDS = {
    "capacity": 1.0,
    "figures": 1.0,
    "hours": 10.0,
    "work": 2.0,
    "windows": 2.0,
    "gates": 1.0,
    "machines": 2.0,
}
SHARED_SECONDS = 0.5  # many who watch cost one answer
HOURS_SECONDS = 5.0
OVER_SECONDS = 60.0  # a day that is over hardly changes


class View(NamedTuple):
    """Whose day is looked at."""

    area: Any
    areas: list[Any]
    period: str
    day: Day
    now: datetime


class AcknowledgeForm(Form):
    alert_id: Id
    note: LongLine = ""


async def show(request: Request) -> Response:
    view = await _view(request)
    if view is None:
        return render(request, "office/dashboard/empty.html", {})
    context: dict[str, Any] = {"view": view}
    for ask in PARTS.values():
        context |= await ask(request, view)
    return render(request, TEMPLATE, context)


async def stream(request: Request) -> Response:
    """Every part of the page that moves, whenever it has changed."""
    view = await _view(request)
    if view is None:
        raise NotFound()
    shared = _shared_of(request)
    staff = staff_of(request)
    rights = [staff.may(each) for each in (Permission.CAPACITY_ALERT, Permission.CAPACITY_SEE)]
    rights.append(staff.may(Permission.BACKUPS_SEE, EVERYWHERE))
    key = f"{view.area.id}:{i18n.current()}:{rights}"

    def part(name: str) -> live.Part:
        async def html() -> str:
            async def fresh() -> str:
                now = clock.utc_now()
                day = view.day._replace(day=local_day(now, view.day.zone))
                moved = view._replace(now=now, day=day)
                context = {"view": moved, **await PARTS[name](request, moved)}
                return text_of(request, TEMPLATE, context, name)

            return await shared.get(f"{key}:{name}", fresh)

        return live.Part(html, SECONDS[name])

    return live.stream(request, {name: part(name) for name in PARTS})


async def acknowledge(request: Request) -> Response:
    """The safety officer has seen the level and says what was done."""
    typed = await forms.read(request)
    view = await _view(request)
    if view is None:
        raise NotFound()
    staff_of(request).must(Permission.CAPACITY_ALERT, view.area.id)
    wanted = forms.parse(AcknowledgeForm, typed)
    if not wanted.note:
        raise InvalidInput({"note": say("Say what was done.")})
    await db_of(request).act(
        occupancy.acknowledge,
        view.area.id,
        wanted.alert_id,
        wanted.note,
        actor_of(request),
        clock.utc_now(),
    )
    return htmx.redirect(request, request.app.state.addresses.path("dashboard.show"))


def _shared_of(request: Request) -> live.Shared:
    shared: live.Shared | None = getattr(request.app.state, "dashboard", None)
    if shared is None:
        shared = request.app.state.dashboard = live.Shared(SHARED_SECONDS)
    return shared


async def _view(request: Request) -> View | None:
    """The area that was asked for, or the first that this person may see."""
    staff = staff_of(request)
    every = await db_of(request).ask(places.list_places, PlaceKind.AREA)
    areas = [area for area in every if staff.may(Permission.DASHBOARD_SEE, area.id)]
    wanted = request.query_params.get("area")
    area = next((area for area in areas if wanted in (None, area.id)), None)
    if area is None:
        if wanted or every:
            raise NotFound()
        return None
    period = request.query_params.get("period", "today")
    period = period if period in PERIODS else "today"
    now, zone = clock.utc_now(), ZoneInfo(area.time_zone)
    day = local_day(now, zone) - timedelta(days=PERIODS[period])
    return View(area, areas, period, Day(area.id, day, zone, 7 if period == "week" else 1), now)


async def _once(
    request: Request,
    question: Callable[[Tx, *Ts], Coroutine[Any, Any, Value]],
    *args: *Ts,
    seconds: float = SHARED_SECONDS,
) -> Value:
    """A question that is asked once for all who look at the same within `seconds`, on the page and
    on the stream."""
    key = (question, *(one for one in args if not isinstance(one, datetime)))
    return await _shared_of(request).get(key, lambda: db_of(request).ask(question, *args), seconds)


async def _of_day(
    request: Request,
    view: View,
    question: Callable[[Tx, Day], Coroutine[Any, Any, Value]],
    day: Day,
    seconds: float = SHARED_SECONDS,
) -> Value:
    is_over = day.ends_at <= view.now
    return await _once(request, question, day, seconds=OVER_SECONDS if is_over else seconds)


async def _capacity(request: Request, view: View) -> dict[str, Any]:
    full = await _once(request, occupancy.occupancy_of, view.area.id, view.now)
    alerts = await db_of(request).ask(occupancy.alerts, view.area.id, 1)
    open_alert = next((one for one in alerts if one.acknowledged_at is None), None)
    return {
        "full": full,
        "said": await _once(
            request, announcements.live, view.area.id, announcements.Place.DASHBOARD, view.now
        ),
        "alert": open_alert if full.level != "normal" else None,
        "announcement": occupancy.announcement(full.level, full.percent_bps),
        "may_acknowledge": staff_of(request).may(Permission.CAPACITY_ALERT, view.area.id),
    }


async def _figures(request: Request, view: View) -> dict[str, Any]:
    sold = await _of_day(request, view, dashboard.sales, view.day)
    before = await _of_day(request, view, dashboard.sales, view.day.before(7))
    change_bps = None
    if before.all_minor and view.period != "today":
        change_bps = (sold.all_minor - before.all_minor) * 10_000 // before.all_minor
    full = await _once(request, occupancy.occupancy_of, view.area.id, view.now)
    return {
        "sold": sold,
        "before": before,
        "change_bps": change_bps,
        "heads": full.heads,
        **await _needs(request, view),
    }


async def _hours(request: Request, view: View) -> dict[str, Any]:
    by_hour = await _of_day(request, view, dashboard.hours, view.day, HOURS_SECONDS)
    busy = [
        hour
        for hour in range(len(by_hour.sold))
        if by_hour.sold[hour] or by_hour.entered[hour] or by_hour.entered_before[hour]
    ]
    first, last = min([*busy, 8]), max([*busy, 17]) + 1
    drawn = charts.bars(
        [f"{hour:02d}:00" for hour in range(first, last)],
        [
            Series(i18n.here(say("Sold")), by_hour.sold[first:last]),
            Series(i18n.here(say("Came in")), by_hour.entered[first:last], "b"),
            Series(i18n.here(say("A week before")), by_hour.entered_before[first:last], "l"),
        ],
    )
    return {"drawn": drawn}


async def _work(request: Request, view: View) -> dict[str, Any]:
    return {
        **await _needs(request, view),
        "presence": Presence,
        "alarm_code": AlarmCode,
        "device_kind": DeviceKind,
        "name_of": name_of,
    }


async def _needs(request: Request, view: View) -> dict[str, Any]:
    """What needs a person, and how many that are: the figure and the list count alike."""
    troubles = await _once(request, dashboard.trouble, view.area.id)
    stock_low = await _once(request, looking.low, view.area.id)
    unsafe = await _unsafe(request, view)
    return {
        "troubles": troubles,
        "stock_low": stock_low,
        "unsafe": unsafe,
        "needs": troubles.waiting + len(stock_low) + (unsafe is not None),
    }


async def _unsafe(request: Request, view: View) -> Message | None:
    """Why somebody must look after the copies of the database, for whoever looks after them."""
    if not staff_of(request).may(Permission.BACKUPS_SEE, EVERYWHERE):
        return None

    async def asked(tx: Tx) -> backups.Standing:
        chosen = await settings.current(tx)
        return await backups.standing(tx, view.now, chosen.backup_old_hours)

    async def fresh() -> backups.Standing:
        return await db_of(request).ask(asked)

    found = await _shared_of(request).get("backups", fresh, OVER_SECONDS)
    return PROBLEMS.get(found.problem)


async def _windows(request: Request, view: View) -> dict[str, Any]:
    return {"windows": await _of_day(request, view, dashboard.windows, view.day)}


async def _gates(request: Request, view: View) -> dict[str, Any]:
    return {"gates": await _once(request, dashboard.gates, view.day, view.now)}


PARTS: dict[str, Callable[[Request, View], Awaitable[dict[str, Any]]]] = {
    "capacity": _capacity,
    "figures": _figures,
    "hours": _hours,
    "work": _work,
    "windows": _windows,
    "gates": _gates,
    "machines": _work,
}

routes = [
    page("/office", show, name="dashboard.show", permission=Permission.DASHBOARD_SEE),
    page(
        "/office/dashboard/stream",
        stream,
        name="dashboard.stream",
        permission=Permission.DASHBOARD_SEE,
    ),
    page(
        "/office/dashboard/acknowledgements",
        acknowledge,
        methods=["POST"],
        name="dashboard.acknowledge",
        permission=Permission.CAPACITY_ALERT,
    ),
]
