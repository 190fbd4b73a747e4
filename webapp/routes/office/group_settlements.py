"""What follows a group's contract: its roster, its sheet, its closing."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups
from domain.admission.groups import Closing
from domain.commerce import capacity
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import forms, security
from webapp.form_fields import Version, Yuan
from webapp.forms import BLANK, Form, Typed
from webapp.group_pages import sheet_of
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.prints import group_sheet
from webapp.rendering import render
from webapp.routes.office.groups import (
    EDIT,
    ONE,
    POST,
    REFUND,
    SEE,
    context_of,
    group_page,
    to_group,
)


class ClosingForm(Form):
    version: Version
    back_minor: Yuan
    due_minor: Yuan


async def roster(request: Request) -> Response:
    return await roster_page(request, BLANK)


async def save_roster(request: Request) -> Response:
    """Pasted or uploaded: kept when every row is right, else each mistake is named."""
    typed = await forms.read(request)
    row = (await context_of(request))["group"]
    staff_of(request).must(EDIT, row.area_id)
    area = await db_of(request).ask(places.get_place, PlaceKind.AREA, row.area_id)
    now = clock.utc_now()
    try:
        today = local_day(now, ZoneInfo(area.time_zone))
        found = groups.read_roster(vault_of(request), await sheet_of(typed), today)
        if found.problems:
            return await roster_page(request, typed, found.problems, status=422)
        actor = actor_of(request)
        await db_of(request).act(groups.save_roster, row.id, found.members, actor, now)
    except (InvalidInput, Conflict) as error:
        return await roster_page(request, typed.refused(error), status=422)
    return to_group(request, row.id)


async def roster_page(
    request: Request, form: Typed, problems: Any = (), *, status: int = 200
) -> Response:
    context = await context_of(request)
    members = await db_of(request).ask(groups.members, context["group"].id)
    context |= {"form": form, "problems": problems, "members": members}
    return render(request, "office/groups/roster.html", context, status=status)


async def close(request: Request) -> Response:
    """Refund who did not come, and price again where that was agreed."""
    row, typed = (await context_of(request))["group"], await forms.read(request)
    staff_of(request).must(REFUND, row.area_id)
    try:
        seen = forms.parse(ClosingForm, typed)
        asked = Closing(row.id, seen.version, seen.back_minor, seen.due_minor)
        actor, lane = actor_of(request), capacity.lane(row.area_id)
        await db_of(request).act(groups.close, asked, actor, clock.utc_now(), lane=lane)
    except (InvalidInput, Refused, Conflict) as error:
        return await group_page(request, typed.refused(error), status=422)
    return to_group(request, row.id)


async def sheet(request: Request) -> Response:
    """The group sheet: one A4 page with the code and the roster."""
    row = (await context_of(request))["group"]
    if row.ticket_id is None:
        raise NotFound()
    content = await group_sheet(request, row, clock.utc_now())
    security.allow_framing(request)
    return Response(content, media_type="application/pdf")


routes = [
    page(f"{ONE}/roster", roster, name="group_rosters.edit", permission=EDIT),
    page(f"{ONE}/roster", save_roster, name="group_rosters.update", permission=EDIT, methods=POST),
    page(f"{ONE}/closings", close, name="group_closings.create", permission=REFUND, methods=POST),
    page(f"{ONE}/sheet", sheet, name="group_sheets.show", permission=SEE),
]
