"""Kinds of blank tickets and cards."""

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import stock
from domain.commerce.stock import KindInput, StockForm
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation.staff import SignedIn
from webapp import forms, htmx
from webapp.form_fields import Code, Id, Line, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for
from webapp.office_stock import EDIT, SEE, stores_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

PAPERS = [("80mm", "80 mm"), ("a4", "A4")]


class KindForm(Form):
    code: Code
    name_zh: Line
    name_en: Line = ""
    form: StockForm = StockForm.TICKET
    paper: Literal["80mm", "a4", ""] = "80mm"

    def given(self) -> KindInput:
        return KindInput(self.code, self.name_zh, self.name_en, self.form, self.paper)


class Placed(Form):
    area_id: Id


class Versioned(Form):
    version: Version


async def index(request: Request) -> Response:
    staff = staff_of(request)
    stores = await db_of(request).ask(stores_for, staff)
    context = {"stores": stores, "may_edit": staff.may(EDIT), "form_of": StockForm}
    return render(request, "office/stock_kinds/index.html", context)


async def new(request: Request) -> Response:
    return await _form_page(request, forms.filled({"form": "ticket", "paper": "80mm"}))


async def create(request: Request) -> Response:
    typed, staff = await forms.read(request), staff_of(request)
    try:
        wanted, placed = forms.parse(KindForm, typed), forms.parse(Placed, typed)
        staff.must(EDIT, placed.area_id)
        await db_of(request).act(
            stock.add_kind, placed.area_id, wanted.given(), actor_of(request), clock.utc_now()
        )
    except InvalidInput as error:
        return await _form_page(request, typed.refused(error), status=422)
    return htmx.redirect(request, request.app.state.addresses.path("stock_kinds.index"))


async def edit(request: Request) -> Response:
    row = await _row(request)
    return await _form_page(request, forms.filled(row._asdict()), row)


async def update(request: Request) -> Response:
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        wanted, seen = forms.parse(KindForm, typed), forms.parse(Versioned, typed)
        await db_of(request).act(_change, row.id, wanted.given(), actor_of(request), seen.version)
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), row, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("stock_kinds.index"))


async def retire(request: Request) -> Response:
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        seen = forms.parse(Versioned, typed)
        await db_of(request).act(_retire, row.id, actor_of(request), seen.version)
    except (InvalidInput, Conflict) as error:
        shown = forms.filled(row._asdict()).refused(error)
        return await _form_page(request, shown, row, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("stock_kinds.index"))


async def _change(tx: Tx, kind_id: str, given: KindInput, actor: Actor, version: int) -> None:
    await stock.change_kind(tx, kind_id, given, actor, clock.utc_now(), version=version)


async def _retire(tx: Tx, kind_id: str, actor: Actor, version: int) -> None:
    await stock.retire_kind(tx, kind_id, actor, clock.utc_now(), version=version)


async def _row(request: Request) -> Any:
    """The kind of the address, if its area is one of the reader's."""

    async def looked_up(tx: Tx, staff: SignedIn) -> Any:
        row = await stock.get_kind(tx, request.path_params["kind_id"])
        if row.id not in (await stores_for(tx, staff)).kinds:
            raise NotFound()
        return row

    return await db_of(request).ask(looked_up, staff_of(request))


async def _form_page(
    request: Request, form: Typed, row: Any = None, *, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        return {
            "areas": list((await areas_for(tx, staff, EDIT)).items()),
            "history": await history_of(tx, "stock_kind", row.id) if row else [],
        }

    context = {
        **await db_of(request).ask(looked_up),
        "form": form,
        "row": row,
        "forms_of": choices(StockForm),
        "papers": PAPERS,
        "may_edit": staff.may(EDIT, row.area_id if row else None),
    }
    return render(request, "office/stock_kinds/edit.html", context, fragment="form", status=status)


POST = ["POST"]
ONE = "/office/stock/kinds/{kind_id}"
routes = [
    page("/office/stock/kinds", index, name="stock_kinds.index", permission=SEE),
    page("/office/stock/kinds", create, name="stock_kinds.create", permission=EDIT, methods=POST),
    page("/office/stock/kinds/new", new, name="stock_kinds.new", permission=EDIT),
    page(ONE, edit, name="stock_kinds.edit", permission=SEE),
    page(ONE, update, name="stock_kinds.update", permission=EDIT, methods=POST),
    page(f"{ONE}/retirement", retire, name="stock_kinds.retire", permission=EDIT, methods=POST),
]
