"""Who gets which part of a combined ticket's price: every ticket type, and the shares of one."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from domain.reports import shares
from domain.reports.shares import Part
from webapp import forms, htmx, i18n, site
from webapp.form_fields import Count, Day, Id
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import MOST_TYPES, areas_for, name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

EDIT = Permission.SHARES_EDIT
ROWS = 8


class SharesForm(Form):
    from_on: Day


class RowForm(Form):
    unit_id: Id | None = None
    spot_id: Id | None = None
    parts: Count = 0


async def index(request: Request) -> Response:
    staff = staff_of(request)
    today = site.today()

    async def listed(tx: Tx) -> dict[str, Any]:
        areas = await areas_for(tx, staff, EDIT)
        rows = [
            (row, area_id)
            for area_id in areas
            for row in await catalog.list_ticket_types(tx, area_id, most=MOST_TYPES)
        ]
        units = await places.list_places(tx, PlaceKind.UNIT)
        return {
            "types": rows,
            "areas": areas,
            "units": {row.id: name_of(row) for row in units},
            "current": await shares.current(tx, [row.id for row, _ in rows], today),
            "name_of": name_of,
        }

    context = await db_of(request).ask(listed)
    return render(request, "office/revenue_shares/index.html", context)


async def edit(request: Request) -> Response:
    return await _page(request, None)


async def update(request: Request) -> Response:
    """No row: the area's own unit has it all."""
    type_id, typed = request.path_params["ticket_type_id"], await forms.read(request)
    await _type(request)
    try:
        wanted = forms.parse(SharesForm, typed)
        parts = [part for number in range(ROWS) if (part := _row(typed, number))]
        await db_of(request).act(
            shares.set_shares,
            type_id,
            parts,
            wanted.from_on,
            actor_of(request),
            clock.utc_now(),
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    address = request.app.state.addresses.path("revenue_shares.index")
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


def _row(typed: Typed, number: int) -> Part | None:
    """One row of the form; an empty one is none."""
    fields = {name: typed.texts(f"{name}_{number}") for name in RowForm.model_fields}
    row = forms.parse(RowForm, Typed(fields))
    if row.unit_id is None and not row.parts:
        return None
    if row.unit_id is None or not row.parts:
        raise InvalidInput({"parts": say("A share has a unit and a part.")})
    return Part(row.unit_id, row.spot_id, row.parts)


async def _type(request: Request) -> Any:
    """The ticket type, for whoever may divide its price."""
    type_id = request.path_params["ticket_type_id"]
    row = await db_of(request).ask(catalog.get_ticket_type, type_id)
    staff_of(request).must(EDIT, row.area_id)
    return row


async def _page(request: Request, form: Typed | None, status: int = 200) -> Response:
    row = await _type(request)
    today = site.today()

    async def around(tx: Tx) -> dict[str, Any]:
        units = await places.list_places(tx, PlaceKind.UNIT)
        spots = await places.list_places(tx, PlaceKind.SPOT)
        return {
            "units": [(unit.id, name_of(unit)) for unit in units if not unit.retired_at],
            "unit_names": {unit.id: name_of(unit) for unit in units},
            "spots": [(spot.id, name_of(spot)) for spot in spots if spot.area_id == row.area_id],
            "known": await shares.of_type(tx, row.id),
            "history": await history_of(tx, "ticket_type", row.id),
        }

    found = await db_of(request).ask(around)
    latest: list[Any] = next(iter(found["known"].values()), [])
    filled = {"from_on": today.isoformat()} | {
        f"{name}_{number}": getattr(part, name)
        for number, part in enumerate(latest)
        for name in RowForm.model_fields
    }
    context = {
        **found,
        "row": row,
        "heading": name_of(row),
        "form": form or forms.filled(filled),
        "rows": range(ROWS),
        "example": shares.divided(row.list_price_minor, latest) if latest else {},
    }
    return render(request, "office/revenue_shares/edit.html", context, status=status)


ONE = "/office/revenue-shares/{ticket_type_id}"
routes = [
    page("/office/revenue-shares", index, name="revenue_shares.index", permission=EDIT),
    page(ONE, edit, name="revenue_shares.edit", permission=EDIT),
    page(ONE, update, methods=["POST"], name="revenue_shares.update", permission=EDIT),
]
