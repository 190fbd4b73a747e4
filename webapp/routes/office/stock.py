"""Stock at a glance: who has how many of what, range by range, and what moved."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import stock
from domain.commerce.stock import StockAct, feeds, looking, serials
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, NotFound
from domain.operation.staff import people
from webapp import forms, htmx, paging
from webapp.form_fields import Id, Line
from webapp.forms import Form, Typed
from webapp.office_stock import EDIT, SEE, Stores, stores_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render


class FilterForm(Form):
    holder: Id | None = None
    kind: Id | None = None


class ThresholdForm(Form):
    holder_id: Id
    kind_id: Id
    least: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class FeedForm(Form):
    paper: Line
    kind_id: Id
    is_on: bool = False
    next: Line = ""


async def index(request: Request) -> Response:
    """Holders down, kinds across; what is short stands out."""
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        stores = await stores_for(tx, staff)
        return {"stores": stores, "levels": await looking.levels(tx)}

    found = await db_of(request).ask(looked_up)
    stores, levels = found["stores"], found["levels"]
    kinds = [row for row in stores.kinds.values() if row.retired_at is None]
    holders = [one for one in stores.holders.values() if one.retired_at is None]
    shown = {key for key in levels if key[0] in stores.holders}
    context = {
        **found,
        "kinds": kinds,
        "holders": [
            one
            for one in holders
            if not one.is_window or any((one.id, kind.id) in shown for kind in kinds)
        ],
        "totals": {
            kind.id: sum(levels[key].pieces for key in shown if key[1] == kind.id) for kind in kinds
        },
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/stock/index.html", context)


async def show(request: Request) -> Response:
    """One holder: its ranges, its warning levels, what its printers use."""
    return await _holder_page(request, forms.BLANK)


async def _holder_page(request: Request, form: Typed, error: DomainError | None = None) -> Response:
    holder_id, staff = request.path_params["holder_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        stores = await stores_for(tx, staff)
        if holder_id not in stores.holders:
            raise NotFound()
        holder = stores.holders[holder_id]
        levels = await looking.levels(tx)
        kinds = [row for row in stores.kinds.values() if row.area_id == holder.area_id]
        return {
            "stores": stores,
            "holder": holder,
            "kinds": [row for row in kinds if row.retired_at is None],
            "levels": levels,
            "held": {row.id: await stock.held(tx, holder_id, row.id) for row in kinds},
            "feeds": await feeds.feeds_of(tx, holder_id) if holder.is_window else [],
        }

    context = {
        **await db_of(request).ask(looked_up),
        "form": form.refused(error) if error else form,
        "may_edit": staff.may(EDIT, holder_id),
    }
    status = 422 if error else 200
    return render(request, "office/stock/show.html", context, status=status)


async def threshold(request: Request) -> Response:
    """Warn below so many."""
    typed, holder_id = await forms.read(request), request.path_params["holder_id"]
    staff_of(request).must(EDIT, holder_id)
    try:
        wanted = forms.parse(ThresholdForm, Typed({**typed.values, "holder_id": [holder_id]}))
        await db_of(request).act(
            stock.set_threshold,
            holder_id,
            wanted.kind_id,
            wanted.least,
            actor_of(request),
            clock.utc_now(),
        )
    except InvalidInput as error:
        return await _holder_page(request, typed, error)
    return _back(request, holder_id)


async def feed(request: Request) -> Response:
    """What a window's printer uses up, or that it uses up nothing."""
    typed, holder_id = await forms.read(request), request.path_params["holder_id"]
    staff_of(request).must(EDIT, holder_id)
    try:
        wanted = forms.parse(FeedForm, typed)
        await db_of(request).act(
            feeds.set_feed,
            holder_id,
            wanted.paper,
            wanted.kind_id,
            wanted.is_on,
            wanted.next,
            actor_of(request),
            clock.utc_now(),
        )
    except InvalidInput as error:
        return await _holder_page(request, typed, error)
    return _back(request, holder_id)


def _back(request: Request, holder_id: str) -> Response:
    path = request.app.state.addresses.path("stock.show", holder_id=holder_id)
    return htmx.redirect(request, path)


async def ranges(request: Request) -> Response:
    """Every range with its holder; a serial typed on top leads to its life."""
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[Stores, list[Any]]:
        stores = await stores_for(tx, staff)
        chosen = [one for one in stores.holders if wanted.holder in (None, one)]
        rows = await looking.ranges(tx, chosen, wanted.kind or "", paging.cut(asked))
        return stores, rows

    stores, rows = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "stores": stores,
        "page": paging.page_of(
            rows,
            asked,
            key=lambda row: (
                row.holder_id,
                row.kind_id,
                row.prefix,
                row.width,
                row.from_no,
                row.id,
            ),
        ),
        "of_row": serials.of_row,
        "query": {name: typed.text(name) for name in FilterForm.model_fields},
    }
    return render(request, "office/stock/ranges.html", context, fragment="list")


async def moves(request: Request) -> Response:
    """The ledger of stock: what came and went, why, and at whose hand."""
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[Stores, list[Any], dict[str, str]]:
        stores = await stores_for(tx, staff)
        cut = paging.cut(asked)
        if wanted.holder in stores.holders:
            rows = await looking.moves_of(tx, str(wanted.holder), wanted.kind or "", cut)
        else:
            rows = await looking.moves(tx, list(stores.holders), cut)
        who = sorted({row.staff_id for row in rows if row.staff_id})
        return stores, rows, await people.names(tx, who)

    stores, rows, names = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "stores": stores,
        "names": names,
        "page": paging.page_of(rows, asked, key=lambda row: (row.seq,)),
        "of_row": serials.of_row,
        "act_of": StockAct,
        "query": {name: typed.text(name) for name in FilterForm.model_fields},
    }
    return render(request, "office/stock/moves.html", context, fragment="list")


async def trace(request: Request) -> Response:
    """Where one serial is, and everything that happened to it."""
    typed, staff = forms.read_query(request), staff_of(request)
    found, error = None, None

    async def looked_up(tx: Tx) -> tuple[Stores, Any, dict[str, str]]:
        stores = await stores_for(tx, staff)
        if not typed.text("serial").strip():
            return stores, None, {}
        seen = await looking.trace(tx, typed.text("serial"))
        here = [row for row in seen.moves if row.holder_id in stores.holders]
        who = sorted({row.staff_id for row in here if row.staff_id})
        lying = [row for row in seen.holdings if row.holder_id in stores.holders]
        return stores, seen._replace(moves=here, holdings=lying), await people.names(tx, who)

    try:
        stores, found, names = await db_of(request).ask(looked_up)
    except InvalidInput as problem:
        error, names = problem, {}
        stores = await db_of(request).ask(stores_for, staff)
    context = {
        "form": typed.refused(error) if error else typed,
        "stores": stores,
        "found": found,
        "names": names,
        "of_row": serials.of_row,
        "act_of": StockAct,
    }
    status = 422 if error else 200
    return render(request, "office/stock/trace.html", context, status=status)


OF_HOLDER = "/office/stock/holders/{holder_id}"
routes = [
    page("/office/stock", index, name="stock.index", permission=SEE),
    page("/office/stock/ranges", ranges, name="stock.ranges", permission=SEE),
    page("/office/stock/moves", moves, name="stock.moves", permission=SEE),
    page("/office/stock/serials", trace, name="stock.trace", permission=SEE),
    page(OF_HOLDER, show, name="stock.show", permission=SEE),
    page(
        f"{OF_HOLDER}/thresholds",
        threshold,
        name="stock.threshold",
        permission=EDIT,
        methods=["POST"],
    ),
    page(f"{OF_HOLDER}/feeds", feed, name="stock.feed", permission=EDIT, methods=["POST"]),
]
