"""Groups in the office: the list and the calendar, one group with its live count, its contract."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups
from domain.admission.groups import GroupKind, GroupStatus
from domain.commerce import capacity, orders, refunds
from domain.kernel import clock, ids, money
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, live, paging, site
from webapp.form_fields import Day, Id, Line, LongLine, Version
from webapp.forms import BLANK, Form, Typed
from webapp.group_pages import GroupForm, group_types, offered, shown_of
from webapp.history import history_of
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render, text_of
from webapp.words import choices

SEE, EDIT, REFUND = Permission.GROUPS_SEE, Permission.GROUPS_EDIT, Permission.SALES_REFUND
SHOW = "office/groups/show.html"


class FilterForm(Form):
    q: Line = ""
    day: Day | None = None
    status: GroupStatus | None = None


class Placed(Form):
    area_id: Id
    request_id: Line


class Versioned(Form):
    version: Version


class Cancelling(Versioned):
    reason: LongLine


async def index(request: Request) -> Response:
    typed, asked = forms.read_query(request), paging.read(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()
    staff, now = staff_of(request), clock.utc_now()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        areas = await areas_for(tx, staff, SEE)
        if wanted.q:
            sought = groups.sought_for(vault_of(request), wanted.q)
            return await groups.find(tx, sought, list(areas)), areas
        status = wanted.status.value if wanted.status else ""
        sieve = groups.Wanted(tuple(areas), wanted.day, status)
        return await groups.list_groups(tx, sieve, paging.cut(asked)), areas

    rows, areas = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.booked_at, row.id)),
        "areas": areas,
        "statuses": choices(GroupStatus),
        "stage_of": lambda row: groups.stage(row, now),
        "kind_of": lambda row: GroupKind(row.kind),
        "query": {name: typed.text(name) for name in ("day", "status") if typed.text(name)},
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/groups/index.html", context, fragment="list")


async def calendar(request: Request) -> Response:
    """The coming weeks, day by day."""
    staff, now = staff_of(request), clock.utc_now()
    typed = forms.read_query(request)

    async def found(tx: Tx) -> tuple[date, list[Any]]:
        areas = await areas_for(tx, staff, SEE)
        first = first_day(typed, await today_of(tx, areas, now))
        return first, await groups.of_days(tx, list(areas), first, first + timedelta(days=13))

    first, rows = await db_of(request).ask(found)
    by_day: dict[date, list[Any]] = {first + timedelta(days=number): [] for number in range(14)}
    for row in rows:
        by_day[row.visit_on].append(row)
    context = {
        "days": by_day,
        "before": first - timedelta(days=14),
        "after": first + timedelta(days=14),
        "stage_of": lambda row: groups.stage(row, now),
    }
    return render(request, "office/groups/calendar.html", context)


async def today_of(tx: Tx, areas: Mapping[str, str], now: datetime) -> date:
    """Where it is still the earliest day, of the areas that somebody sees."""
    found = [await places.get_place(tx, PlaceKind.AREA, area_id) for area_id in areas]
    days = [local_day(now, ZoneInfo(area.time_zone)) for area in found]
    return min(days, default=local_day(now, site.current().zone))


def first_day(typed: Typed, today: date) -> date:
    """The Monday of the week that is asked for, or of this one."""
    try:
        wanted = date.fromisoformat(typed.text("from"))
    except ValueError:
        wanted = today
    if not 2000 <= wanted.year <= 2200:
        wanted = today
    return wanted - timedelta(days=wanted.weekday())


async def show(request: Request) -> Response:
    return await group_page(request)


async def group_page(request: Request, form: Typed = BLANK, *, status: int = 200) -> Response:
    context = await context_of(request)
    row = context["group"]

    async def more(tx: Tx) -> dict[str, Any]:
        order = await orders.get_order(tx, row.order_id)
        owed = row.surcharge_order_id
        return {
            "order": order,
            "members": await groups.members(tx, row.id),
            "refund": await refunds.get_refund(tx, row.refund_id) if row.refund_id else None,
            "owed": await orders.get_order(tx, owed) if owed else None,
            "reckoned": await reckoned(tx, row.id),
            "history": await history_of(tx, "group", row.id),
        }

    staff = staff_of(request)
    rights = {
        "may_edit": staff.may(EDIT, row.area_id) and row.status == GroupStatus.OPEN,
        "may_close": staff.may(REFUND, row.area_id) and row.status == GroupStatus.OPEN,
    }
    found = context | await db_of(request).ask(more) | rights
    return render(request, SHOW, found | {"form": form, "yuan": money.to_text}, status=status)


async def reckoned(tx: Tx, group_id: str) -> Any:
    """What closing would come to now; none while it cannot be closed."""
    try:
        return await groups.quote(tx, group_id, clock.utc_now())
    except (Conflict, NotFound):
        return None


async def context_of(request: Request) -> dict[str, Any]:
    row = await db_of(request).ask(groups.get, request.path_params["group_id"])
    if not staff_of(request).may(SEE, row.area_id):
        raise NotFound()
    return {"group": row, "stage": groups.stage(row, clock.utc_now()), "kind": GroupKind(row.kind)}


async def stream(request: Request) -> Response:
    """How many are in, as they come."""
    await context_of(request)

    async def count() -> str:
        return text_of(request, SHOW, await context_of(request), "count")

    return live.stream(request, {"count": live.Part(count, 1.0)})


async def new(request: Request) -> Response:
    given = forms.read_query(request)
    return await form_page(request, Typed({name: given.texts(name) for name in given.values}))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        placed, wanted = forms.parse(Placed, typed), forms.parse(GroupForm, typed)
        staff_of(request).must(EDIT, placed.area_id)
        group_id = await db_of(request).act(
            groups.book,
            wanted.booking(placed.area_id, vault_of(request)),
            placed.request_id,
            actor_of(request),
            clock.utc_now(),
            lane=capacity.lane(placed.area_id),
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await form_page(request, typed.refused(error), status=422)
    return to_group(request, group_id)


async def edit(request: Request) -> Response:
    row = (await context_of(request))["group"]
    return await form_page(request, forms.filled(shown_of(row)), row)


async def update(request: Request) -> Response:
    row, typed = (await context_of(request))["group"], await forms.read(request)
    staff_of(request).must(EDIT, row.area_id)
    actor, now = actor_of(request), clock.utc_now()
    try:
        wanted, version = forms.parse(GroupForm, typed), forms.parse(Versioned, typed).version
        given = wanted.booking(row.area_id, vault_of(request))

        async def act(tx: Tx) -> None:
            await groups.amend(tx, row.id, given, actor, now, version=version)

        await db_of(request).act(act, lane=capacity.lane(row.area_id))
    except (InvalidInput, Refused, Conflict) as error:
        return await form_page(request, typed.refused(error), row, status=422)
    return to_group(request, row.id)


async def delete(request: Request) -> Response:
    """Give a group up that has not paid."""
    row, typed = (await context_of(request))["group"], await forms.read(request)
    staff_of(request).must(EDIT, row.area_id)
    actor, now = actor_of(request), clock.utc_now()
    try:
        asked = forms.parse(Cancelling, typed)

        async def act(tx: Tx) -> None:
            await groups.cancel(tx, row.id, asked.reason, actor, now, version=asked.version)

        await db_of(request).act(act, lane=capacity.lane(row.area_id))
    except (InvalidInput, Conflict) as error:
        return await group_page(request, typed.refused(error), status=422)
    return to_group(request, row.id)


def to_group(request: Request, group_id: str) -> Response:
    response = htmx.redirect(
        request, request.app.state.addresses.path("groups.show", group_id=group_id)
    )
    return htmx.toast(response, i18n.here(say("Saved.")))


async def form_page(
    request: Request, form: Typed, row: Any = None, *, status: int = 200
) -> Response:
    """The contract. The day that stands in it says which tickets and slots there are."""
    staff, now = staff_of(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        areas = await areas_for(tx, staff, EDIT)
        if row is None and not areas:
            return {"areas": areas, "pairs": []}  # a house without an area
        area_id = row.area_id if row else form.text("area_id")
        area_id = area_id if area_id in areas else next(iter(areas), "")
        area = await places.get_place(tx, PlaceKind.AREA, row.area_id if row else area_id)
        today = local_day(now, ZoneInfo(area.time_zone))
        found = await offered(tx, area.id, day_in(form, today), now)
        return {"areas": areas, "pairs": group_types(found)}

    context = {
        **await db_of(request).ask(looked_up),
        "form": form,
        "row": row,
        "kinds": choices(GroupKind),
        "request_id": form.text("request_id") or ids.new_id(),
    }
    return render(request, "office/groups/edit.html", context, fragment="form", status=status)


def day_in(form: Typed, today: date) -> date:
    try:
        wanted = date.fromisoformat(form.text("visit_on"))
    except ValueError:
        return today
    return wanted if today <= wanted <= today + timedelta(days=400) else today


ALL, ONE, POST = "/office/groups", "/office/groups/{group_id}", ["POST"]
routes = [
    page(ALL, index, name="groups.index", permission=SEE),
    page(f"{ALL}/calendar", calendar, name="groups.calendar", permission=SEE),
    page(f"{ALL}/new", new, name="groups.new", permission=EDIT),
    page(ALL, create, name="groups.create", permission=EDIT, methods=POST),
    page(ONE, show, name="groups.show", permission=SEE),
    page(f"{ONE}/stream", stream, name="groups.stream", permission=SEE),
    page(f"{ONE}/edit", edit, name="groups.edit", permission=EDIT),
    page(ONE, update, name="groups.update", permission=EDIT, methods=POST),
    page(f"{ONE}/cancellations", delete, name="groups.delete", permission=EDIT, methods=POST),
]
