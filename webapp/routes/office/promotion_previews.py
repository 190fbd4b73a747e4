"""What a sale would cost now: which promotions lower it, and why the others do not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog, orders, promotions
from domain.commerce.orders import Wanted
from domain.commerce.promotions import CHANNELS, Buyer, Outcome
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Refused, say
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, office_orders
from webapp.form_fields import Count, Day, Id, Line, Phone
from webapp.forms import Form, Typed
from webapp.office_orders import name_of
from webapp.parts import db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE = Permission.PROMOTIONS_SEE
ROWS = 3
MOST_TYPES = 200


class PreviewForm(Form):
    area_id: Id
    channel: Channel
    visit_on: Day
    code: Line = ""
    phone: Phone | None = None


class RowForm(Form):
    type_id: Id | None = None
    quantity: Count = 0


async def new(request: Request) -> Response:
    return await _page(request, Typed({"channel": [Channel.SHOP.value]}), None)


async def create(request: Request) -> Response:
    """Nothing is sold or counted."""
    typed, vault = await forms.read(request), vault_of(request)
    try:
        wanted = forms.parse(PreviewForm, typed)
        staff_of(request).must(SEE, wanted.area_id)
        rows = rows_of(typed, wanted)
        found = await db_of(request).ask(_tried, vault, wanted, rows, clock.utc_now())
    except (InvalidInput, Refused) as error:
        return await _page(request, typed.refused(error), None, 422)
    return await _page(request, typed, found)


def rows_of(typed: Typed, wanted: PreviewForm) -> list[Wanted]:
    found: list[Wanted] = []
    for number in range(ROWS):
        names = {name: f"{name}_{number}" for name in RowForm.model_fields}
        row = forms.parse(RowForm, Typed({n: typed.texts(field) for n, field in names.items()}))
        if row.type_id and row.quantity:
            found.append(Wanted(row.type_id, row.quantity, wanted.visit_on))
    if not found:
        raise InvalidInput({}, say("Choose at least one ticket."))
    return found


async def _tried(
    tx: Tx, vault: Vault, wanted: PreviewForm, rows: Sequence[Wanted], now: datetime
) -> Outcome:
    contact = orders.contact(vault, "", wanted.phone or "")
    codes = (wanted.code,) if wanted.code else ()
    buyer = Buyer(codes=codes, phone_hash=contact.phone_hash or "")
    return await promotions.preview(tx, wanted.area_id, wanted.channel, None, rows, now, buyer)


async def _page(
    request: Request, form: Typed, found: Outcome | None, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        chosen = form.text("area_id")
        area_id = chosen if chosen in areas else next(iter(areas), "")
        types: list[Any] = []
        today = local_day(clock.utc_now(), ZoneInfo("UTC"))
        if area_id:
            types = await catalog.list_ticket_types(tx, area_id, most=MOST_TYPES)
            area = await places.get_place(tx, PlaceKind.AREA, area_id)
            today = local_day(clock.utc_now(), ZoneInfo(area.time_zone))
        return {"areas": areas, "area_id": area_id, "types": types, "today": today}

    around_it = await db_of(request).ask(around)
    context = {
        **around_it,
        "form": form,
        "found": found,
        "rows": range(ROWS),
        "channels": [one for one in choices(Channel) if one[0] in CHANNELS],
        "name_of": name_of,
    }
    return render(request, "office/promotion_previews/new.html", context, status=status)


ALL = "/office/promotion-previews"
routes = [
    page(ALL, new, name="promotion_previews.new", permission=SEE),
    page(ALL, create, name="promotion_previews.create", permission=SEE, methods=["POST"]),
]
