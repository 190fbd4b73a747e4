"""Staff: the list, one person with roles, sessions and history, and what may be done to them."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import (
    Grant,
    Permission,
    Person,
    SignedIn,
    StaffStatus,
    credentials,
    grants,
    people,
    roles,
    sessions,
    sign_in,
)
from webapp import forms, htmx, i18n, paging, signin
from webapp.form_fields import Line, Version, Yuan
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import Endpoint, Guarded, page
from webapp.rendering import render
from webapp.routes.office.places import name_of
from webapp.words import label_of

LIMITS = (
    PlaceKind.UNIT,
    PlaceKind.AREA,
    PlaceKind.SALES_SITE,
    PlaceKind.WINDOW,
    PlaceKind.CHECK_SITE,
    PlaceKind.GATE,
    PlaceKind.WAREHOUSE,
)
EVERYWHERE = "everywhere:"
MOST_GRANTS = 30


class PersonForm(Form):
    name: Line
    phone: Line = ""
    language: Literal["zh", "en"] = "zh"
    refund_limit_minor: Yuan | None = None


class NewPersonForm(PersonForm):
    login: Line


class Versioned(Form):
    version: Version


class GrantsForm(Form):
    role: list[Line] = []  # noqa: RUF012  # pydantic copies it
    place: list[Line] = []  # noqa: RUF012  # the same


async def index(request: Request) -> Response:
    wanted, asked = forms.read_query(request), paging.read(request)
    status = StaffStatus.RETIRED if wanted.has("retired") else StaffStatus.ACTIVE

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, list[Any]], list[Any]]:
        rows = await people.search(
            tx,
            wanted.text("q"),
            status=status,
            role_id=wanted.text("role"),
            cut=paging.cut(asked),
            viewer=staff_of(request),
        )
        held = await grants.of_many(tx, [row.id for row in rows])
        return rows, _within(staff_of(request), held), await roles.list_all(tx)

    rows, held, every_role = await db_of(request).ask(listed)
    context = {
        "form": wanted,
        "page": paging.page_of(rows, asked, key=lambda row: (row.login,)),
        "held": held,
        "roles": [(row.id, name_of(row)) for row in every_role],
        "name_of": name_of,
        "may_edit": staff_of(request).may(Permission.STAFF_EDIT),
        "query": {name: wanted.text(name) for name in ("q", "role", "retired")},
    }
    return render(request, "office/staff/index.html", context, fragment="list")


def _within(viewer: SignedIn, held: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Roles at places where the viewer may see staff; one's own all."""
    return {
        staff_id: [
            each
            for each in rows
            if staff_id == viewer.id or viewer.may(Permission.STAFF_SEE, each.place_id)
        ]
        for staff_id, rows in held.items()
    }


async def new(request: Request) -> Response:
    return _new(request, forms.filled({"language": i18n.current()}))


async def create(request: Request) -> Response:
    """With a random password, which is shown once and must be changed at the first sign-in."""
    typed = await forms.read(request)
    password = secrets.token_urlsafe(9)
    try:
        wanted = forms.parse(NewPersonForm, typed)
        hashed = await signin.doorkeeper_of(request).hash_of(password)
        person = Person(**wanted.model_dump(exclude={"login"}))
        staff_id = await db_of(request).act(
            people.add, actor_of(request), wanted.login, person, hashed, clock.utc_now()
        )
    except InvalidInput as error:
        return _new(request, typed.refused(error), status=422)
    return await _page(request, staff_id, password=password, status=201)


async def edit(request: Request) -> Response:
    return await _page(request, request.path_params["staff_id"])


async def update(request: Request) -> Response:
    typed, staff_id = await forms.read(request), request.path_params["staff_id"]

    async def act(tx: Tx, person: Person, version: int, now: datetime) -> None:
        await people.must_manage(tx, staff_of(request), staff_id)
        await people.change(tx, actor_of(request), staff_id, person, now, version=version)

    try:
        person = Person(**forms.parse(PersonForm, typed).model_dump())
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(act, person, version, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, staff_id, form=typed.refused(error), status=422)
    return _saved(request, staff_id)


async def update_grants(request: Request) -> Response:
    """Exactly the roles of the form, each everywhere or at one place."""
    typed, staff_id = await forms.read(request), request.path_params["staff_id"]

    async def act(tx: Tx, wanted: set[Grant], now: datetime) -> None:
        editor = staff_of(request)
        await people.must_manage(tx, editor, staff_id)
        await grants.replace(tx, editor, actor_of(request), staff_id, wanted, now)

    try:
        wanted = _grants(forms.parse(GrantsForm, typed))
        await db_of(request).act(act, wanted, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, staff_id, refused=error, status=422)
    except Forbidden as error:
        if error.code == Forbidden.code:
            raise
        return await _page(request, staff_id, refused=error, status=403)
    return _saved(request, staff_id)


async def reset_password(request: Request) -> Response:
    """A random one, shown once."""
    staff_id = request.path_params["staff_id"]
    password = secrets.token_urlsafe(9)
    hashed = await signin.doorkeeper_of(request).hash_of(password)

    async def act(tx: Tx, now: datetime) -> None:
        await people.must_stand_for(tx, staff_of(request), staff_id)
        if staff_id == staff_of(request).id:
            raise Forbidden(say("Change your own password on your account page."))
        await credentials.reset_password(tx, actor_of(request), staff_id, hashed, now)

    await db_of(request).act(act, clock.utc_now())
    return await _page(request, staff_id, password=password)


def managed(work: Callable[[Tx, Request, str, datetime], Awaitable[object]]) -> Endpoint:
    """A handler that does one thing to a person whom one may manage."""

    async def create(request: Request) -> Response:
        staff_id = request.path_params["staff_id"]

        async def act(tx: Tx, now: datetime) -> None:
            await people.must_manage(tx, staff_of(request), staff_id)
            await work(tx, request, staff_id, now)

        await db_of(request).act(act, clock.utc_now())
        return _saved(request, staff_id)

    return create


async def drop_totp(tx: Tx, request: Request, staff_id: str, now: datetime) -> None:
    await people.must_stand_for(tx, staff_of(request), staff_id)
    await credentials.drop_totp(tx, actor_of(request), staff_id, now)


async def unlock(tx: Tx, request: Request, staff_id: str, now: datetime) -> None:
    row = await people.get(tx, staff_id)
    await sign_in.unlock(tx, actor_of(request), staff_id, row.login, now)


async def sign_out(tx: Tx, request: Request, staff_id: str, now: datetime) -> None:
    await sessions.revoke_all(tx, actor_of(request), staff_id, now)


async def retire(tx: Tx, request: Request, staff_id: str, now: datetime) -> None:
    row = await people.get(tx, staff_id)
    await people.retire(tx, actor_of(request), staff_id, now, version=row.version)


async def bring_back(tx: Tx, request: Request, staff_id: str, now: datetime) -> None:
    await people.must_stand_for(tx, staff_of(request), staff_id)
    row = await people.get(tx, staff_id)
    await people.bring_back(tx, actor_of(request), staff_id, now, version=row.version)


def _grants(wanted: GrantsForm) -> set[Grant]:
    """Lines of role and place; a line without a role is none."""
    if len(wanted.role) > MOST_GRANTS or len(wanted.place) > MOST_GRANTS:
        raise InvalidInput({"roles": say("These are too many roles.")})
    made = set()
    for role_id, place in zip(wanted.role, wanted.place, strict=False):
        kind, _, place_id = place.partition(":")
        if role_id == "-":
            continue
        if kind not in {*LIMITS, PlaceKind.EVERYWHERE}:
            raise InvalidInput({"roles": say("Choose the place.")})
        made.add(Grant(role_id, PlaceKind(kind), place_id))
    return made


async def _page(
    request: Request,
    staff_id: str,
    *,
    form: Typed | None = None,
    refused: InvalidInput | Conflict | Forbidden | None = None,
    password: str = "",
    status: int = 200,
) -> Response:
    now, staff = clock.utc_now(), staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        row = await people.get(tx, staff_id)
        await people.must_see(tx, staff, staff_id)
        every_role = await roles.list_all(tx)
        held = await grants.of(tx, staff_id)
        shown = _within(staff, {staff_id: held})[staff_id]
        return {
            "row": row,
            "form": form or forms.filled(row._asdict()),
            "held": shown,
            "is_whole": len(shown) == len(held),
            "roles": [(each.id, name_of(each)) for each in every_role],
            "places": await _places(tx, staff),
            "sessions": await sessions.list_of(tx, staff_id, now),
            "is_locked": await sign_in.is_locked(tx, row.login, now),
            "history": await history_of(tx, "staff", staff_id) if len(shown) == len(held) else [],
        }

    context = await db_of(request).ask(looked_up)
    may_edit = (
        staff.may(Permission.STAFF_EDIT)
        and context["is_whole"]
        and all(staff.may(Permission.STAFF_EDIT, held.place_id) for held in context["held"])
    )
    context |= {"may_edit": may_edit, "may_grant": may_edit and staff_id != staff.id}
    context |= {"password": password, "refused": refused}
    return render(request, "office/staff/edit.html", context, status=status)


async def _places(tx: Tx, staff: SignedIn) -> list[tuple[str, str]]:
    """Everything that a role can be limited to, where this person may see staff, as options."""
    see = Permission.STAFF_SEE
    everywhere = (EVERYWHERE, i18n.here(label_of(PlaceKind.EVERYWHERE)))
    options = [] if staff.is_limited(see) else [everywhere]
    for kind in LIMITS:
        word = i18n.here(label_of(kind))
        for row in await places.list_places(tx, kind):
            if not staff.may(see, row.id):
                continue
            options.append((f"{kind.value}:{row.id}", f"{word} · {name_of(row)} ({row.code})"))
    return options


def _new(request: Request, form: Typed, status: int = 200) -> Response:
    return render(request, "office/staff/new.html", {"form": form}, fragment="form", status=status)


def _saved(request: Request, staff_id: str) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path("staff.edit", staff_id=staff_id))


def _post(path: str, endpoint: Endpoint, name: str) -> Guarded:
    return page(
        "/office/staff/{staff_id}" + path,
        endpoint,
        methods=["POST"],
        name=name,
        permission=Permission.STAFF_EDIT,
    )


routes = [
    page("/office/staff", index, name="staff.index", permission=Permission.STAFF_SEE),
    page(
        "/office/staff",
        create,
        methods=["POST"],
        name="staff.create",
        permission=Permission.STAFF_EDIT,
    ),
    page("/office/staff/new", new, name="staff.new", permission=Permission.STAFF_EDIT),
    page("/office/staff/{staff_id}", edit, name="staff.edit", permission=Permission.STAFF_SEE),
    _post("", update, "staff.update"),
    _post("/grants", update_grants, "staff_grants.update"),
    _post("/password", reset_password, "staff_password.create"),
    _post("/totp/removal", managed(drop_totp), "staff_totp.delete"),
    _post("/unlocking", managed(unlock), "staff_unlocking.create"),
    _post("/sign-out", managed(sign_out), "staff_sign_out.create"),
    _post("/retirement", managed(retire), "staff_retirement.create"),
    _post("/return", managed(bring_back), "staff_return.create"),
]
