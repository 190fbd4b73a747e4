"""Units, areas, spots, sales sites, windows, check sites and gates: one shape for all of them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging, place_extras, site
from webapp.forms import Typed
from webapp.history import history_of
from webapp.paging import Direction
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import Endpoint, Guarded, page
from webapp.place_pages import PAGES, PlacePage
from webapp.rendering import render
from webapp.shown import Happening

CHECKED = {"has_sensor"}  # an unticked box sends nothing


def name_of(row: Any) -> str:
    """A place's name in the reader's language; Chinese when it has no English one."""
    return str(row.name_en if i18n.current() == "en" and row.name_en else row.name_zh)


def index_of(this: PlacePage) -> Endpoint:
    async def index(request: Request) -> Response:
        wanted, asked = forms.read_query(request), paging.read(request)
        before = asked is not None and asked.direction is Direction.NEWER
        code = str(asked.key[0]) if asked else ""

        async def listed(tx: Tx) -> tuple[list[Any], dict[PlaceKind, dict[str, str]]]:
            rows = await places.search_places(
                tx,
                this.kind,
                wanted.text("q"),
                code=code,
                most=paging.SIZE + 1,
                before=before,
                retired=wanted.has("retired"),
                within=staff_of(request).covered(Permission.PLACES_SEE),
            )
            return rows, await _names(tx, [field.parent for field in this.columns])

        rows, names = await db_of(request).ask(listed)
        context = {
            "this": this,
            "form": wanted,
            "page": paging.page_of(rows, asked, key=lambda row: (row.code,)),
            "names": names,
            "name_of": name_of,
            "may_edit": staff_of(request).may(Permission.PLACES_EDIT),
        }
        return render(request, "office/places/index.html", context, fragment="list")

    return index


def new_of(this: PlacePage) -> Endpoint:
    async def new(request: Request) -> Response:
        defaults = this.form.model_construct().model_dump()
        own = {"time_zone": site.current().zone.key} if "time_zone" in defaults else {}
        given = {name: request.query_params[name] for name in request.query_params}
        return await _form_page(request, this, forms.filled(defaults | own | given))

    return new


def create_of(this: PlacePage) -> Endpoint:
    async def create(request: Request) -> Response:
        typed = await forms.read(request)
        try:
            wanted = forms.parse(this.form, _ticked(typed))
            _must_edit(request, this, wanted)
            place_id = await db_of(request).act(
                places.add_place, this.kind, wanted, actor_of(request), clock.utc_now()
            )
        except (InvalidInput, Conflict) as error:
            return await _form_page(request, this, typed.refused(error), status=422)
        return _saved(request, this, place_id)

    return create


def edit_of(this: PlacePage) -> Endpoint:
    async def edit(request: Request) -> Response:
        row = await _seen(request, this)
        return await _form_page(request, this, forms.filled(row._asdict()), row=row)

    return edit


def update_of(this: PlacePage) -> Endpoint:
    async def update(request: Request) -> Response:
        typed = await forms.read(request)
        place_id = request.path_params["place_id"]
        row = await _seen(request, this)
        try:
            version = forms.parse(_Versioned, typed).version
            wanted = forms.parse(this.form, _ticked(typed))
            _must_edit(request, this, wanted, row)
            await db_of(request).act(
                _change, this.kind, place_id, wanted, actor_of(request), version
            )
        except (InvalidInput, Conflict) as error:
            return await _form_page(request, this, typed.refused(error), row=row, status=422)
        return _saved(request, this, place_id)

    return update


def retire_of(this: PlacePage) -> Endpoint:
    async def create(request: Request) -> Response:
        typed = await forms.read(request)
        place_id = request.path_params["place_id"]
        row = await _seen(request, this)
        try:
            version = forms.parse(_Versioned, typed).version
            staff_of(request).must(Permission.PLACES_EDIT, place_id)
            await db_of(request).act(_retire, this.kind, place_id, actor_of(request), version)
        except (InvalidInput, Conflict) as error:
            shown = forms.filled(row._asdict()).refused(error)
            return await _form_page(request, this, shown, row=row, status=422)
        return htmx.redirect(request, request.app.state.addresses.path(f"{this.slug}.index"))

    return create


async def _seen(request: Request, this: PlacePage) -> Any:
    """The place of the address; not found where somebody may not see places."""
    place_id = request.path_params["place_id"]
    if not staff_of(request).may(Permission.PLACES_SEE, place_id):
        raise NotFound()
    return await db_of(request).ask(places.get_place, this.kind, place_id)


class _Versioned(forms.Form):
    version: int = 0


async def _change(
    tx: Tx, kind: PlaceKind, place_id: str, wanted: Any, actor: Any, version: int
) -> None:
    now = clock.utc_now()
    await places.change_place(tx, kind, place_id, wanted, actor, now, version=version)


async def _retire(tx: Tx, kind: PlaceKind, place_id: str, actor: Any, version: int) -> None:
    await places.retire_place(tx, kind, place_id, actor, clock.utc_now(), version=version)


async def _form_page(
    request: Request, this: PlacePage, form: Typed, *, row: Any = None, status: int = 200
) -> Response:
    async def looked_up(
        tx: Tx,
    ) -> tuple[dict[PlaceKind, dict[str, str]], list[Happening], dict[str, Any]]:
        fields = [field for section in this.sections for field in section.fields]
        history = await history_of(tx, this.kind.value, row.id) if row else []
        beside = await place_extras.of(tx, this.kind, row.id) if row else place_extras.NOTHING
        return await _names(tx, [field.parent for field in fields]), history, beside

    names, history, beside = await db_of(request).ask(looked_up)

    context = {
        **beside,
        "this": this,
        "form": form,
        "row": row,
        "name_of": name_of,
        "heading": name_of(row) if row else None,
        "names": names,
        "history": history,
        "may_edit": staff_of(request).may(Permission.PLACES_EDIT),
    }
    return render(request, "office/places/edit.html", context, fragment="form", status=status)


async def _names(tx: Tx, kinds: list[PlaceKind | None]) -> dict[PlaceKind, dict[str, str]]:
    """What the living places of these kinds are called, by id."""
    return {
        kind: {row.id: name_of(row) for row in await places.list_places(tx, kind)}
        for kind in set(kinds)
        if kind is not None
    }


def _must_edit(request: Request, this: PlacePage, wanted: Any, row: Any = None) -> None:
    """The right must reach the place itself and what it will hang on."""
    staff = staff_of(request)
    parent_field = places.NOUNS[this.kind].parent_field
    parent_id = getattr(wanted, parent_field) if parent_field else None
    for place_id in (row.id if row else None, parent_id):
        if place_id:
            staff.must(Permission.PLACES_EDIT, place_id)
    if not parent_field and row is None and staff.is_limited(Permission.PLACES_EDIT):
        staff.must(Permission.PLACES_EDIT, "everywhere")


def _ticked(typed: Typed) -> Typed:
    """A box that was shown and not ticked says no, not nothing."""
    missing = {name: ["off"] for name in CHECKED if not typed.texts(name)}
    return Typed({**typed.values, **missing}, typed.files)


def _saved(request: Request, this: PlacePage, place_id: str) -> Response:
    address = request.app.state.addresses.path(f"{this.slug}.edit", place_id=place_id)
    saved: Message = say("Saved.")
    return htmx.toast(htmx.redirect(request, address), i18n.here(saved))


def _routes_of(this: PlacePage) -> list[Guarded]:
    base, name = f"/office/{this.slug.replace('_', '-')}", this.slug
    see, edit = Permission.PLACES_SEE, Permission.PLACES_EDIT
    one, post = base + "/{place_id}", ["POST"]
    return [
        page(base, index_of(this), name=f"{name}.index", permission=see),
        page(base, create_of(this), name=f"{name}.create", permission=edit, methods=post),
        page(f"{base}/new", new_of(this), name=f"{name}.new", permission=edit),
        page(one, edit_of(this), name=f"{name}.edit", permission=see),
        page(one, update_of(this), name=f"{name}.update", permission=edit, methods=post),
        page(
            f"{one}/retirement",
            retire_of(this),
            name=f"{name}.retire",
            permission=edit,
            methods=post,
        ),
    ]


routes = [route for this in PAGES for route in _routes_of(this)]
