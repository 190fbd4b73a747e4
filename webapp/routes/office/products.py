"""Products: what a ticket opens, how many a day, and for how long ahead."""

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.commerce.catalog import ProductInput
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, say
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders
from webapp.form_errors import sentence_for
from webapp.form_fields import Code, Count, Id, Line, Paragraph, Percent
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.CATALOG_SEE, Permission.CATALOG_EDIT
MOST = 200


class ProductForm(Form):
    code: Code
    name_zh: Line
    name_en: Line = ""
    description_zh: Paragraph = ""
    description_en: Paragraph = ""
    opens_area: bool = False
    counts_capacity: bool = False
    slotted: bool = False
    seated: bool = False
    daily_quota: Count | None = None
    book_days_ahead: Count = 7


class Share(Form):
    bps: Percent = 0


class FilterForm(Form):
    q: Line = ""
    area_id: Id | None = None
    retired: bool = False


class Versioned(Form):
    version: Count = 0


def input_of(typed: Typed) -> ProductInput:
    """What was typed as the catalogue takes it; each spot has its share in `share_<id>`."""
    wanted = forms.parse(ProductForm, typed)
    spots = {
        spot_id: forms.parse(Share, Typed({"bps": typed.texts(f"share_{spot_id}")})).bps
        for spot_id in typed.texts("spots")
    }
    try:
        return ProductInput.model_validate(wanted.model_dump() | {"spots": spots})
    except ValidationError as error:
        problems: dict[str, Message] = {}
        for detail in error.errors(include_url=False, include_input=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            problems.setdefault(field, sentence_for(detail))
        raise InvalidInput(problems, problems.get("")) from None


async def index(request: Request) -> Response:
    typed, staff = forms.read_query(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
        rows = await catalog.list_products(tx, area_id, wanted.q, retired=wanted.retired, most=MOST)
        return rows, areas

    rows, areas = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "rows": rows,
        "areas": areas,
        "name_of": name_of,
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/products/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    start = {"opens_area": True, "counts_capacity": True, "book_days_ahead": 7}
    area_id = request.query_params.get("area", "")
    return await _form_page(request, forms.filled(start), area_id=area_id)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    area_id = typed.text("area_id")
    staff_of(request).must(EDIT, area_id)
    try:
        await db_of(request).ask(places.get_place, PlaceKind.AREA, area_id)
        product_id = await db_of(request).act(
            catalog.add_product, area_id, input_of(typed), actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), area_id=area_id, status=422)
    return _saved(request, product_id)


async def edit(request: Request) -> Response:
    row, spots = await _looked_up(request)
    values = {**row._asdict(), "spots": list(spots)}
    form = forms.filled(values)
    shares = {f"share_{spot_id}": [f"{share / 100:g}"] for spot_id, share in spots.items()}
    return await _form_page(request, Typed({**form.values, **shares}), row=row)


async def update(request: Request) -> Response:
    typed, (row, _) = await forms.read(request), await _looked_up(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(_change, row.id, input_of(typed), actor_of(request), version)
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), row=row, status=422)
    return _saved(request, row.id)


async def retire(request: Request) -> Response:
    typed, (row, _) = await forms.read(request), await _looked_up(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(_retire, row.id, actor_of(request), version)
    except (InvalidInput, Conflict) as error:
        shown = forms.filled(row._asdict()).refused(error)
        return await _form_page(request, shown, row=row, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("products.index"))


async def _change(tx: Tx, product_id: str, given: ProductInput, actor: Any, version: int) -> None:
    await catalog.change_product(tx, product_id, given, actor, clock.utc_now(), version=version)


async def _retire(tx: Tx, product_id: str, actor: Any, version: int) -> None:
    await catalog.retire_product(tx, product_id, actor, clock.utc_now(), version=version)


async def _looked_up(request: Request) -> tuple[Any, dict[str, int]]:
    product_id = request.path_params["product_id"]

    async def found(tx: Tx) -> tuple[Any, dict[str, int]]:
        row = await catalog.get_product(tx, product_id)
        return row, await catalog.spots_of(tx, product_id)

    row, spots = await db_of(request).ask(found)
    staff_of(request).must(SEE, row.area_id)
    return row, spots


async def _form_page(
    request: Request, form: Typed, *, row: Any = None, area_id: str = "", status: int = 200
) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> tuple[dict[str, str], list[Any], list[Any], list[Any]]:
        areas = await office_orders.areas_for(tx, staff, SEE if row else EDIT)
        chosen = row.area_id if row else (area_id or next(iter(areas), ""))
        spots = await places.list_places(tx, PlaceKind.SPOT)
        types = await catalog.list_ticket_types(tx, row.area_id, most=MOST) if row else []
        return (
            areas,
            [spot for spot in spots if spot.area_id == chosen],
            [one for one in types if row and one.product_id == row.id],
            await history_of(tx, "product", row.id) if row else [],
        )

    areas, spots, types, history = await db_of(request).ask(around)
    context = {
        "form": form,
        "row": row,
        "areas": areas,
        "area_id": row.area_id if row else (area_id or next(iter(areas), "")),
        "spots": spots,
        "types": types,
        "history": history,
        "name_of": name_of,
        "may_edit": staff.may(EDIT, row.area_id) and not row.retired_at if row else True,
    }
    return render(request, "office/products/edit.html", context, status=status)


def _saved(request: Request, product_id: str) -> Response:
    address = request.app.state.addresses.path("products.edit", product_id=product_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ONE = "/office/products/{product_id}"
POST = ["POST"]
routes = [
    page("/office/products", index, name="products.index", permission=SEE),
    page("/office/products", create, name="products.create", permission=EDIT, methods=POST),
    page("/office/products/new", new, name="products.new", permission=EDIT),
    page(ONE, edit, name="products.edit", permission=SEE),
    page(ONE, update, name="products.update", permission=EDIT, methods=POST),
    page(f"{ONE}/retirement", retire, name="products.retire", permission=EDIT, methods=POST),
]
