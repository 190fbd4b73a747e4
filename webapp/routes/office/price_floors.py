"""Lowest prices: what no promotion goes below, by ticket type."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog, promotions
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders
from webapp.form_fields import Id, Yuan
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.PROMOTIONS_SEE, Permission.PROMOTIONS_EDIT
MOST = 200


class FloorForm(Form):
    ticket_type_id: Id
    floor_minor: Yuan = 0


async def index(request: Request) -> Response:
    return await _page(request, BLANK)


async def update(request: Request) -> Response:
    typed, staff = await forms.read(request), staff_of(request)
    try:
        wanted = forms.parse(FloorForm, typed)
        row = await db_of(request).ask(catalog.get_ticket_type, wanted.ticket_type_id)
        staff.must(EDIT, row.area_id)
        await db_of(request).act(
            promotions.set_floor,
            row.area_id,
            row.id,
            wanted.floor_minor,
            actor_of(request),
            clock.utc_now(),
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), 422)
    address = request.app.state.addresses.path("price_floors.index")
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)

    async def listed(tx: Tx) -> tuple[list[tuple[str, Any]], dict[str, int], dict[str, str]]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        rows = [
            (area_id, row)
            for area_id in areas
            for row in await catalog.list_ticket_types(tx, area_id, most=MOST)
        ]
        return rows, await promotions.floors(tx, [row.id for _, row in rows]), areas

    rows, floors, areas = await db_of(request).ask(listed)
    context = {
        "rows": rows,
        "floors": floors,
        "areas": areas,
        "form": form,
        "name_of": name_of,
        "may_edit": lambda area_id: staff.may(EDIT, area_id),
    }
    return render(request, "office/price_floors/index.html", context, status=status)


ALL = "/office/price-floors"
routes = [
    page(ALL, index, name="price_floors.index", permission=SEE),
    page(ALL, update, name="price_floors.update", permission=EDIT, methods=["POST"]),
]
