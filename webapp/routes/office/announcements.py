"""Announcements in the office: drafted, released and withdrawn; the log of all of them."""

from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import announcements
from domain.admission.announcements import (
    CLOSURE,
    MOST_CHARACTERS,
    Announcement,
    AnnouncementStatus,
    Place,
    Words,
)
from domain.admission.occupancy import CapacityLevel
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging
from webapp.form_fields import Count, Day, Id, LocalMoment, Version
from webapp.forms import Form, Typed
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT = Permission.CAPACITY_SEE, Permission.CAPACITY_ALERT
LASTS = timedelta(hours=4)
Said = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]


class AnnouncementForm(Form):
    area_id: Id
    text_zh: Said
    text_en: Said
    places: list[Place]
    from_at: LocalMoment
    until_at: LocalMoment


class TellForm(Form):
    visit_on: Day
    people: Count


class Versioned(Form):
    version: Version


async def index(request: Request) -> Response:
    asked, staff, now = paging.read(request), staff_of(request), clock.utc_now()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        areas = await areas_for(tx, staff, SEE)
        return await announcements.log(tx, list(areas), paging.cut(asked)), areas

    rows, areas = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.drafted_at, row.id)),
        "areas": areas,
        "now": now,
        "place_of": Place,
        "level_of": CapacityLevel,
        "state_of": AnnouncementStatus,
        "may_edit": lambda row: staff.may(EDIT, row.area_id),
        "may_draft": staff.may(EDIT),
    }
    return render(request, "office/announcements/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    now = clock.utc_now()
    given = {"text_zh": CLOSURE.zh, "text_en": CLOSURE.en, "from_at": now, "until_at": now + LASTS}
    shown = forms.filled(given)
    every = [place.value for place in Place]
    return await form_page(request, Typed({**shown.values, "places": every}))


async def create(request: Request) -> Response:
    typed, now = await forms.read(request), clock.utc_now()
    try:
        wanted = forms.parse(AnnouncementForm, typed)
        staff_of(request).must(EDIT, wanted.area_id)
        given = Announcement(
            wanted.area_id,
            Words(wanted.text_zh, wanted.text_en),
            tuple(dict.fromkeys(wanted.places)),
            wanted.from_at,
            wanted.until_at,
        )
        await db_of(request).act(announcements.draft, given, actor_of(request), now)
    except InvalidInput as error:
        return await form_page(request, typed.refused(error), status=422)
    return back(request)


async def form_page(request: Request, form: Typed, status: int = 200) -> Response:
    areas = await db_of(request).ask(areas_for, staff_of(request), EDIT)
    context = {"form": form, "areas": list(areas.items()), "places": choices(Place)}
    return render(request, "office/announcements/new.html", context, fragment="form", status=status)


async def release(request: Request) -> Response:
    return await moved(request, announcements.release)


async def withdraw(request: Request) -> Response:
    return await moved(request, announcements.withdraw)


async def moved(request: Request, move: Any) -> Response:
    """Conflict when somebody was first: the list shows how it stands."""
    which, now = request.path_params["announcement_id"], clock.utc_now()
    row = await db_of(request).ask(announcements.get, which)
    if not staff_of(request).may(SEE, row.area_id):
        raise NotFound()
    staff_of(request).must(EDIT, row.area_id)
    version, actor = forms.parse(Versioned, await forms.read(request)).version, actor_of(request)

    async def act(tx: Tx) -> None:
        await move(tx, which, actor, now, version=version)

    try:
        await db_of(request).act(act)
    except Conflict as error:
        return htmx.toast(back(request), i18n.here(error.message))
    return back(request)


async def messages_new(request: Request) -> Response:
    """How many would get it, by the day that is chosen."""
    return await message_page(request, forms.read_query(request))


async def messages_create(request: Request) -> Response:
    """Send it to everybody of the day, once."""
    typed = await forms.read(request)
    row = await announcement_of(request)
    try:
        wanted = forms.parse(TellForm, typed)
        many = await db_of(request).act(
            announcements.tell,
            row.id,
            wanted.visit_on,
            wanted.people,
            actor_of(request),
            clock.utc_now(),
            lane=f"notice:{row.id}",
        )
    except (InvalidInput, Conflict, Refused) as error:
        return await message_page(request, typed.refused(error), 422)
    address = request.app.state.addresses.path("announcements.index")
    sentence = say("{many} messages are on their way.", many=many)
    return htmx.toast(htmx.redirect(request, address), i18n.here(sentence))


async def announcement_of(request: Request) -> Any:
    row = await db_of(request).ask(announcements.get, request.path_params["announcement_id"])
    if not staff_of(request).may(SEE, row.area_id):
        raise NotFound()
    staff_of(request).must(EDIT, row.area_id)
    return row


async def message_page(request: Request, form: Typed, status: int = 200) -> Response:
    row = await announcement_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        area = await places.get_place(tx, PlaceKind.AREA, row.area_id)
        today = local_day(clock.utc_now(), ZoneInfo(area.time_zone))
        visit_on = day_in(form, today)
        return {
            "visit_on": visit_on,
            "people": len(await announcements.audience(tx, row.area_id, visit_on)),
            "told": await announcements.told_days(tx, row.id),
            "today": today,
        }

    found = await db_of(request).ask(looked_up)
    context = {**found, "row": row, "form": form}
    return render(request, "office/announcements/messages.html", context, status=status)


def day_in(form: Typed, today: date) -> date:
    try:
        return date.fromisoformat(form.text("visit_on")[:10])
    except ValueError:
        return today


def back(request: Request) -> Response:
    address = request.app.state.addresses.path("announcements.index")
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ALL, POST = "/office/announcements", ["POST"]
ONE = f"{ALL}/{{announcement_id}}"
routes = [
    page(ALL, index, name="announcements.index", permission=SEE),
    page(f"{ALL}/new", new, name="announcements.new", permission=EDIT),
    page(ALL, create, name="announcements.create", permission=EDIT, methods=POST),
    page(f"{ONE}/releases", release, name="announcements.release", permission=EDIT, methods=POST),
    page(f"{ONE}/messages", messages_new, name="announcement_messages.new", permission=EDIT),
    page(
        f"{ONE}/messages",
        messages_create,
        name="announcement_messages.create",
        permission=EDIT,
        methods=POST,
    ),
    page(
        f"{ONE}/withdrawals", withdraw, name="announcements.delete", permission=EDIT, methods=POST
    ),
]
