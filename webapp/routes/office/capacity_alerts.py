"""The capacity log: levels that were reached, what was held, and who did what about it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import occupancy
from domain.admission.occupancy import CapacityLevel
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging
from webapp.capacity_log import FilterForm, sought_for
from webapp.form_fields import Id, LongLine
from webapp.forms import Form, Typed
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, ALERT = Permission.CAPACITY_SEE, Permission.CAPACITY_ALERT
FILTERS = tuple(FilterForm.model_fields)


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
        sought = await sought_for(tx, wanted, areas)
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
