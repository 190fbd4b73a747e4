"""The map of an area: its picture, and where spots, sites and gates stand on it."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, say
from domain.operation import files, places
from domain.operation.places import MAPPED, AreaMap, PlaceKind, Position
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, pictures
from webapp.form_fields import Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.PLACES_SEE, Permission.PLACES_EDIT


class Versioned(Form):
    version: Version


async def edit(request: Request) -> Response:
    return await _page(request)


async def create(request: Request) -> Response:
    """A picture is uploaded: the map, or another one."""
    area_id, typed = _area(request), await forms.read(request)
    try:
        version = forms.parse(Versioned, typed).version
        content = await pictures.uploaded(typed, "picture")
        await db_of(request).act(
            _set_map, area_id, content, actor_of(request), clock.utc_now(), version
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, error)
    return _saved(request, area_id)


async def delete(request: Request) -> Response:
    area_id, typed = _area(request), await forms.read(request)
    try:
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(
            _set_map, area_id, b"", actor_of(request), clock.utc_now(), version
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, error)
    return _saved(request, area_id)


async def update(request: Request) -> Response:
    """Where things stand."""
    area_id, typed = _area(request), await forms.read(request)
    found = await db_of(request).ask(places.map_of, area_id)
    try:
        version = forms.parse(Versioned, typed).version
        wanted = positions_in(typed, found)
        await db_of(request).act(
            _place, area_id, wanted, actor_of(request), clock.utc_now(), version
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, error, typed)
    return _saved(request, area_id)


def positions_in(typed: Typed, found: AreaMap) -> dict[str, Position | None]:
    """What was typed for each place that the form names. Raises InvalidInput at the fields."""
    wanted: dict[str, Position | None] = {}
    errors: dict[str, Message] = {}
    for pin in found.pins:
        names = {f"{axis}_{pin.id}": typed.text(f"{axis}_{pin.id}").strip() for axis in "xy"}
        if not names.keys() & typed.values.keys():
            continue
        numbers = [permille(text) for text in names.values()]
        if not any(names.values()):
            wanted[pin.id] = None
        elif None in numbers:
            wrong = [name for name, text in names.items() if permille(text) is None]
            errors |= dict.fromkeys(wrong, say("From 0 to 1,000, please."))
        else:
            wanted[pin.id] = Position(*(number for number in numbers if number is not None))
    if errors:
        raise InvalidInput(errors)
    return wanted


def permille(text: str) -> int | None:
    """A whole number from 0 to 1,000; None for anything else."""
    if text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= 1_000:
        return int(text)
    return None


async def _set_map(
    tx: Tx, area_id: str, content: bytes, actor: Actor, now: datetime, version: int
) -> None:
    file_id = None
    if content:
        file_id = await files.add_picture(tx, actor, "map", content, now, field="picture")
    await places.set_map(tx, area_id, file_id, actor, now, version=version)


async def _place(
    tx: Tx,
    area_id: str,
    wanted: dict[str, Position | None],
    actor: Actor,
    now: datetime,
    version: int,
) -> None:
    await places.place_pins(tx, area_id, wanted, actor, now, version=version)


def _area(request: Request) -> str:
    """The area whose map is to be changed. Raises Forbidden for somebody else's."""
    area_id = str(request.path_params["place_id"])
    staff_of(request).must(EDIT, area_id)
    return area_id


async def _page(
    request: Request, error: InvalidInput | Conflict | None = None, typed: Typed | None = None
) -> Response:
    area_id = request.path_params["place_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        area = await places.get_place(tx, PlaceKind.AREA, area_id)
        return {
            "area": area,
            "map": await places.map_of(tx, area_id),
            "history": await history_of(tx, "area", area_id),
        }

    found = await db_of(request).ask(looked_up)
    form = typed or forms.filled(_as_fields(found["map"]))
    may_edit = staff_of(request).may(EDIT, area_id) and found["area"].retired_at is None
    context = {
        **found,
        "heading": name_of(found["area"]),
        "form": form.refused(error) if error else form,
        "name_of": name_of,
        "kinds": MAPPED,
        "may_edit": may_edit,
    }
    return render(request, "office/area_maps/edit.html", context, status=422 if error else 200)


def _as_fields(found: AreaMap) -> dict[str, object]:
    return {
        f"{axis}_{pin.id}": number
        for pin in found.pins
        if pin.at is not None
        for axis, number in zip("xy", pin.at, strict=True)
    }


def _saved(request: Request, area_id: str) -> Response:
    address = request.app.state.addresses.path("area_maps.edit", place_id=area_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ONE = "/office/areas/{place_id}/map"
routes = [
    page(ONE, edit, name="area_maps.edit", permission=SEE),
    page(ONE, update, name="area_maps.update", permission=EDIT, methods=["POST"]),
    page(f"{ONE}/picture", create, name="area_maps.create", permission=EDIT, methods=["POST"]),
    page(f"{ONE}/removal", delete, name="area_maps.delete", permission=EDIT, methods=["POST"]),
]
