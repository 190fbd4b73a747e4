"""Sites as they are now: the windows of a sales site, the gates of a check site."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices, occupancy
from domain.admission.devices import CommandOp, Presence
from domain.commerce.shifts import ShiftStatus
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.refusals import Refusal
from domain.operation import places, settings
from domain.operation.places import GateStatus, PlaceKind
from domain.operation.printers import PrinterTrouble
from domain.operation.staff import Permission
from domain.reports import monitoring
from domain.reports.monitoring import GateNow, Post
from webapp import charts, forms, htmx, i18n, live
from webapp.charts import Series
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of
from webapp.words import label_of

SEE, WATCH, COMMAND = Permission.DASHBOARD_SEE, Permission.GATES_WATCH, Permission.GATES_COMMAND
CASH = Permission.SHIFTS_SEE
TOLD = (CommandOp.OPEN, CommandOp.FREE, CommandOp.LOCK, CommandOp.NORMAL)
WINDOWS, GATES = "office/monitoring/windows.html", "office/monitoring/gates.html"
SECONDS, SHARED_SECONDS = 2.0, 1.0


class Site(NamedTuple):
    row: Any
    area: Any

    def post(self) -> Post:
        zone = ZoneInfo(self.area.time_zone)
        return Post(self.row.id, local_day(clock.utc_now(), zone), zone)


class CommandForm(Form):
    gate_id: Id
    op: Literal["open", "free", "lock", "normal"]
    reason: Annotated[str, StringConstraints(max_length=200)] = ""


async def index(request: Request) -> Response:
    """Every site that this person may look at."""
    staff = staff_of(request)

    async def listed(tx: Tx) -> dict[str, Any]:
        sales = await places.list_places(tx, PlaceKind.SALES_SITE)
        checks = await places.list_places(tx, PlaceKind.CHECK_SITE)
        return {
            "sales_sites": [row for row in sales if staff.may(SEE, row.id)],
            "check_sites": [row for row in checks if staff.may(WATCH, row.id)],
        }

    context = {**await db_of(request).ask(listed), "name_of": name_of}
    return render(request, "office/monitoring/index.html", context)


async def windows(request: Request) -> Response:
    site = await _site(request, PlaceKind.SALES_SITE, SEE)
    context = {"here": site, "name_of": name_of, **await _windows(request, site)}
    return render(request, WINDOWS, context)


async def windows_stream(request: Request) -> Response:
    site = await _site(request, PlaceKind.SALES_SITE, SEE)
    return _stream(request, site, WINDOWS, _windows)


async def gates(request: Request) -> Response:
    return await _gates_page(request, BLANK)


async def gates_stream(request: Request) -> Response:
    site = await _site(request, PlaceKind.CHECK_SITE, WATCH)
    return _stream(request, site, GATES, _gates)


async def command(request: Request) -> Response:
    """Tell every device of a gate."""
    site, typed = await _site(request, PlaceKind.CHECK_SITE, COMMAND), await forms.read(request)
    try:
        wanted = forms.parse(CommandForm, typed)
        gate = await db_of(request).ask(places.get_place, PlaceKind.GATE, wanted.gate_id)
        if gate.check_site_id != site.row.id:
            raise NotFound()
        staff_of(request).must(COMMAND, gate.id)
        actor, now = actor_of(request, place_id=gate.id), clock.utc_now()
        op = CommandOp(wanted.op)
        await db_of(request).act(devices.command_gate, gate.id, op, wanted.reason, actor, now)
    except (InvalidInput, Conflict) as error:
        return await _gates_page(request, typed.refused(error), status=422)
    path = request.app.state.addresses.path("monitoring.gates", place_id=site.row.id)
    return htmx.toast(htmx.redirect(request, path), i18n.here(say("The gate is being told.")))


async def _site(request: Request, kind: PlaceKind, permission: Permission) -> Site:
    place_id = request.path_params["place_id"]

    async def asked(tx: Tx) -> Site:
        row = await places.get_place(tx, kind, place_id)
        return Site(row, await places.get_place(tx, PlaceKind.AREA, row.area_id))

    site = await db_of(request).ask(asked)
    staff_of(request).must(permission, place_id)
    return site


async def _windows(request: Request, site: Site) -> dict[str, Any]:
    async def asked(tx: Tx) -> dict[str, Any]:
        chosen = await settings.current(tx, site.area.id)
        return {
            "windows": await monitoring.windows_of(tx, site.post()),
            "limit_minor": chosen.drawer_limit_minor,
        }

    return {
        **await db_of(request).ask(asked),
        "sees_cash": staff_of(request).may(CASH, site.row.id),
        "shift_status": ShiftStatus,
        "trouble_of": PrinterTrouble,
    }


async def _gates(request: Request, site: Site) -> dict[str, Any]:
    now = clock.utc_now()

    async def asked(tx: Tx) -> dict[str, Any]:
        return {
            "gates": await monitoring.gates_of(tx, site.post(), now),
            "full": await occupancy.occupancy_of(tx, site.area.id, now),
        }

    zone = ZoneInfo(site.area.time_zone)
    labels = [f"{at.astimezone(zone):%H:%M}" for at in monitoring.stretches(now)[:-1]]

    def drawn(gate: GateNow) -> charts.Chart:
        passed = Series(i18n.here(say("Passed")), gate.lately)
        return charts.bars(labels, [passed], width=520, height=150)

    return {
        **await db_of(request).ask(asked),
        "drawn": drawn,
        "presence": Presence,
        "gate_status": GateStatus,
        "refusal": Refusal,
    }


async def _gates_page(request: Request, form: Typed, status: int = 200) -> Response:
    site, staff = await _site(request, PlaceKind.CHECK_SITE, WATCH), staff_of(request)
    moving = await _gates(request, site)
    context = {
        "here": site,
        "form": form,
        "name_of": name_of,
        "ops": [(op.value, label_of(op)) for op in TOLD],
        "told": [
            (gate.id, name_of(gate))
            for gate in moving["gates"]
            if staff.may(COMMAND, gate.id) and any(one.is_paired for one in gate.devices)
        ],
        **moving,
    }
    return render(request, GATES, context, status=status)


Asked = Callable[[Request, Site], Awaitable[dict[str, Any]]]


def _stream(request: Request, site: Site, template: str, ask: Asked) -> Response:
    """The part `now` of the page, whenever it has changed; one answer for all who see the same."""
    shared: live.Shared | None = getattr(request.app.state, "monitoring", None)
    if shared is None:
        shared = request.app.state.monitoring = live.Shared(SHARED_SECONDS)
    key = (template, site.row.id, i18n.current(), staff_of(request).may(CASH, site.row.id))

    async def html() -> str:
        async def fresh() -> str:
            context = {"here": site, "name_of": name_of, **await ask(request, site)}
            return text_of(request, template, context, "now")

        return await shared.get(key, fresh)

    return live.stream(request, {"now": live.Part(html, SECONDS)})


SALES, CHECK = "/office/sales-sites/{place_id}/now", "/office/check-sites/{place_id}/now"
routes = [
    page("/office/monitoring", index, name="monitoring.index", permission=SEE),
    page(SALES, windows, name="monitoring.windows", permission=SEE),
    page(f"{SALES}/stream", windows_stream, name="monitoring.windows_stream", permission=SEE),
    page(CHECK, gates, name="monitoring.gates", permission=WATCH),
    page(f"{CHECK}/stream", gates_stream, name="monitoring.gates_stream", permission=WATCH),
    page(
        f"{CHECK}/commands",
        command,
        methods=["POST"],
        name="monitoring.command",
        permission=COMMAND,
    ),
]
