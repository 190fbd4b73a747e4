"""Blank cards in bulk, their chips, a rebuild after a migration; and what all cards hold."""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships, products
from domain.cards.memberships import LotKind, MembershipStatus, Range
from domain.cards.products import CardKind
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders
from webapp.form_fields import Id, Line, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.CARDS_SEE, Permission.CARDS_EDIT
Digits = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9]+$")]
Prefix = Annotated[str, StringConstraints(max_length=12, pattern=r"^[A-Za-z0-9-]*$")]


class RangeForm(Form):
    area_id: Id
    prefix: Prefix = ""
    first: Digits
    last: Digits

    def range(self) -> Range:
        return Range(self.area_id, self.prefix.upper(), self.first, self.last)


class BlanksForm(RangeForm):
    product_id: Id | None = None


class RebuildForm(RangeForm):
    backup: Line
    reason: LongLine


async def index(request: Request) -> Response:
    """What all cards hold, by kind and state, and lot by lot."""
    typed, staff = forms.read_query(request), staff_of(request)

    async def added_up(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        chosen = typed.text("area_id")
        area_id = chosen if chosen in areas else next(iter(areas), "")
        return {
            "areas": areas,
            "rows": await memberships.totals(tx, area_id),
            "lots": await memberships.lot_totals(tx, area_id),
        }

    found = await db_of(request).ask(added_up)
    context = {
        **found,
        "form": typed,
        "kind_of": CardKind,
        "state_of": MembershipStatus,
        "lot_kind": LotKind,
        "name_of": name_of,
        "held_minor": sum(row.principal_minor + row.bonus_minor for row in found["rows"]),
        "deposit_minor": sum(row.deposit_minor for row in found["rows"]),
        "uses_left": sum(row.uses_left for row in found["rows"]),
        "points": sum(row.points for row in found["rows"]),
    }
    return render(request, "office/card_batches/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    return await _page(request, BLANK)


async def create(request: Request) -> Response:
    """Blank cards for a range of numbers."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(BlanksForm, typed)
        staff_of(request).must(EDIT, wanted.area_id)
        many: int = await db_of(request).act(
            memberships.add_blanks,
            wanted.range(),
            wanted.product_id,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _done(request, i18n.here(say("{count} blank cards are written down.", count=many)))


async def initialise(request: Request) -> Response:
    """Numbers with the chips that an encoder wrote: one card a line."""
    typed = await forms.read(request)
    try:
        read = read_rows(typed.text("rows"))
        areas = {await _area_of(request, number) for number, _ in read}
        for area_id in areas - {""}:
            staff_of(request).must(EDIT, area_id)
        many: int = await db_of(request).act(
            memberships.initialise_all, read, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _done(request, i18n.here(say("{count} cards are initialised.", count=many)))


async def _area_of(request: Request, number: str) -> str:
    found = await db_of(request).ask(memberships.area_of_number, number)
    return found or ""


def read_rows(text: str) -> list[tuple[str, str]]:
    """Number and UID, parted by a comma, a tab or a blank."""
    rows = []
    for at, line in enumerate(text.splitlines(), start=1):
        parts = line.replace(",", " ").replace("，", " ").split()
        if not parts:
            continue
        if len(parts) != 2:
            sentence = say("Row {row}: a number and a chip's UID are needed.", row=at)
            raise InvalidInput({"rows": sentence})
        rows.append((parts[0].upper(), parts[1]))
    return rows


async def rebuild(request: Request) -> Response:
    """Ask another person to compute a range anew from the ledger."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(RebuildForm, typed)
        staff_of(request).must(EDIT, wanted.area_id)
        approval_id: str = await db_of(request).act(
            memberships.propose_rebuild,
            wanted.range(),
            wanted.backup,
            wanted.reason,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict, Refused) as error:
        return await _page(request, typed.refused(error), status=422)
    said = i18n.here(say("Asked for: another person approves it."))
    address = request.app.state.addresses.path("approvals.show", approval_id=approval_id)
    return htmx.toast(htmx.redirect(request, address), said)


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> tuple[dict[str, str], list[Any]]:
        areas = await office_orders.areas_for(tx, staff, EDIT)
        kinds = [row for area_id in areas for row in await products.list_products(tx, area_id)]
        return areas, kinds

    areas, kinds = await db_of(request).ask(around)
    context = {
        "form": form,
        "areas": areas,
        "products": [(row.id, name_of(row)) for row in kinds],
    }
    return render(request, "office/card_batches/new.html", context, status=status)


def _done(request: Request, said: str) -> Response:
    address = request.app.state.addresses.path("card_batches.new")
    return htmx.toast(htmx.redirect(request, address), said)


ALL, POST = "/office/card-batches", ["POST"]
routes = [
    page(ALL, index, name="card_batches.index", permission=SEE),
    page(ALL, create, name="card_batches.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="card_batches.new", permission=EDIT),
    page(f"{ALL}/chips", initialise, name="card_chips.create", permission=EDIT, methods=POST),
    page(f"{ALL}/rebuilds", rebuild, name="card_rebuilds.create", permission=EDIT, methods=POST),
]
