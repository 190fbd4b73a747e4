"""Kinds of card: written by one, put on sale or changed by the approval of another."""

from itertools import zip_longest
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import products
from domain.cards.products import CardKind, CardProductInput, CardProductStatus
from domain.kernel import clock, money
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, say
from domain.operation import approvals, places
from domain.operation.approvals import ApprovalStatus
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders
from webapp.form_errors import sentence_for
from webapp.form_fields import Code, Count, Id, Line, Paragraph, Percent, Yuan
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT = Permission.CATALOG_SEE, Permission.CATALOG_EDIT
SPARE_ROWS = 3


class ProductForm(Form):
    code: Code
    kind: CardKind
    name_zh: Line
    name_en: Line = ""
    description_zh: Paragraph = ""
    description_en: Paragraph = ""
    channels: list[Channel] = []  # noqa: RUF012  # pydantic copies it
    price_minor: Yuan = 0
    renewal_minor: Yuan | None = None
    deposit_minor: Yuan = 0
    replacement_fee_minor: Yuan = 0
    top_up_least_minor: Yuan = 0
    top_up_most_minor: Yuan = 0
    uses: Count = 0
    free_uses: Count = 0
    term_months: Count = 0
    term_days: Count = 0
    entry_price_minor: Yuan = 0
    pays_entry: bool = False
    opens_area: bool = False
    spots: list[Id] = []  # noqa: RUF012  # pydantic copies it
    daily_entries: Count = 0
    passback_minutes: Count = 0
    discount_bps: Percent = 0
    discount_floor_minor: Yuan = 0
    points_per_yuan: Count = 0
    is_named: bool = False
    needs_photo: bool = False


class Proposal(Form):
    reason: Line


class StatusForm(Form):
    status: CardProductStatus


class AreaForm(Form):
    area_id: Id


def input_of(typed: Typed) -> CardProductInput:
    """What was typed as the catalogue takes it; tiers and levels are rows of fields."""
    wanted = forms.parse(ProductForm, typed)
    more = {"top_ups": tiers_of(typed), "levels": levels_of(typed)}
    try:
        return CardProductInput.model_validate(wanted.model_dump() | more)
    except ValidationError as error:
        problems: dict[str, Message] = {}
        for detail in error.errors(include_url=False, include_input=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            problems.setdefault(field, sentence_for(detail))
        raise InvalidInput(problems, problems.get("")) from None


def tiers_of(typed: Typed) -> list[dict[str, int]]:
    rows = zip(typed.texts("tier_amount"), typed.texts("tier_bonus"), strict=False)
    try:
        return [
            {
                "amount_minor": money.from_text(amount),
                "bonus_minor": money.from_text(bonus) if bonus.strip() else 0,
            }
            for amount, bonus in rows
            if amount.strip()
        ]
    except ValueError:
        raise InvalidInput(
            {"top_ups": say("Please type an amount in yuan, like 98 or 98.50.")}
        ) from None


def levels_of(typed: Typed) -> list[dict[str, Any]]:
    names = ("level_points", "level_zh", "level_en", "level_discount")
    rows = zip_longest(*(typed.texts(name) for name in names), fillvalue="")
    found = []
    for points, zh, en, off in rows:
        if not zh.strip():
            continue
        if not (points.strip().isascii() and points.strip().isdigit() and len(points) < 12):
            raise InvalidInput({"levels": say("A level begins at a number of points.")})
        level = {"points": int(points), "name_zh": zh.strip(), "name_en": en.strip()}
        found.append({**level, "discount_bps": percent_of(off)})
    return found


def percent_of(text: str) -> int:
    """A level's discount as typed, in basis points; blank is none."""
    try:
        return money.from_text(text) if text.strip() else 0
    except ValueError:
        raise InvalidInput({"levels": say("A discount is a percentage, like 15 or 7.5.")}) from None


async def index(request: Request) -> Response:
    typed, staff = forms.read_query(request), staff_of(request)

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], str]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        chosen = typed.text("area_id")
        area_id = chosen if chosen in areas else next(iter(areas), "")
        return await products.list_products(tx, area_id, typed.has("retired")), areas, area_id

    rows, areas, _ = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "rows": rows,
        "areas": areas,
        "name_of": name_of,
        "kind_of": CardKind,
        "state_of": CardProductStatus,
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/card_products/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    start = {
        "kind": CardKind.STORED_VALUE.value,
        "channels": [Channel.WINDOW],
        "opens_area": True,
        "is_named": True,
        "passback_minutes": 10,
        "replacement_fee_minor": 2_000,
        "top_up_least_minor": 100,
        "top_up_most_minor": 500_000,
    }
    return await _form_page(request, forms.filled(start))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        area_id = forms.parse(AreaForm, typed).area_id
        staff_of(request).must(EDIT, area_id)
        await db_of(request).ask(places.get_place, PlaceKind.AREA, area_id)
        product_id = await db_of(request).act(
            products.add_product, area_id, input_of(typed), actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), status=422)
    return _shown(request, product_id, i18n.here(say("The draft is saved.")))


async def edit(request: Request) -> Response:
    row = await _row(request)
    document = products.document_of(row)
    form = forms.filled(document.model_dump())
    rows = {
        "tier_amount": [f"{one.amount_minor / 100:g}" for one in document.top_ups],
        "tier_bonus": [f"{one.bonus_minor / 100:g}" for one in document.top_ups],
        "level_points": [str(one.points) for one in document.levels],
        "level_zh": [one.name_zh for one in document.levels],
        "level_en": [one.name_en for one in document.levels],
        "level_discount": [
            f"{one.discount_bps / 100:g}" if one.discount_bps else "" for one in document.levels
        ],
    }
    return await _form_page(request, Typed({**form.values, **rows}), row=row)


async def update(request: Request) -> Response:
    """Ask another person to put it on sale like this, or to change what is."""
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        reason = forms.parse(Proposal, typed).reason
        await db_of(request).act(_propose, row.id, input_of(typed), actor_of(request), reason)
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), row=row, status=422)
    return _shown(request, row.id, i18n.here(say("Asked for: another person approves it.")))


async def _propose(tx: Tx, product_id: str, given: CardProductInput, actor: Any, why: str) -> str:
    return await products.propose(tx, product_id, given, actor, clock.utc_now(), why)


async def set_status(request: Request) -> Response:
    """Pause, sell again, retire."""
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    to = forms.parse(StatusForm, typed).status
    await db_of(request).act(products.set_status, row.id, to, actor_of(request), clock.utc_now())
    return _shown(request, row.id, i18n.here(say("Saved.")))


async def _row(request: Request) -> Any:
    row = await db_of(request).ask(products.get_product, request.path_params["product_id"])
    staff_of(request).must(SEE, row.area_id)
    return row


async def _form_page(
    request: Request, form: Typed, *, row: Any = None, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE if row else EDIT)
        area_id = row.area_id if row else form.text("area_id") or next(iter(areas), "")
        spots = await places.list_places(tx, PlaceKind.SPOT)
        asked = await approvals.worklist.about(tx, "card_product", row.id) if row else []
        return {
            "areas": areas,
            "area_id": area_id,
            "spots": [spot for spot in spots if spot.area_id == area_id],
            "waiting": [one for one in asked if one.status == ApprovalStatus.REQUESTED],
            "history": await history_of(tx, "card_product", row.id) if row else [],
        }

    context = {
        **await db_of(request).ask(around),
        "form": form,
        "row": row,
        "state": CardProductStatus(row.status) if row else None,
        "kinds": choices(CardKind),
        "channels": choices(Channel),
        "tiers": _rows(form, "tier_amount", "tier_bonus"),
        "levels": _rows(form, "level_points", "level_zh", "level_en", "level_discount"),
        "name_of": name_of,
        "may_edit": (staff.may(EDIT, row.area_id) and row.status != CardProductStatus.RETIRED)
        if row
        else True,
    }
    return render(request, "office/card_products/edit.html", context, status=status)


def _rows(form: Typed, *names: str) -> list[tuple[str, ...]]:
    """What is typed in rows of fields, and some empty ones below."""
    columns = [form.texts(name) for name in names]
    many = max((len(column) for column in columns), default=0)
    rows = [tuple(column[n] if n < len(column) else "" for column in columns) for n in range(many)]
    filled = [row for row in rows if any(row)]
    return [*filled, *([("",) * len(names)] * SPARE_ROWS)]


def _shown(request: Request, product_id: str, said: str) -> Response:
    address = request.app.state.addresses.path("card_products.edit", product_id=product_id)
    return htmx.toast(htmx.redirect(request, address), said)


ALL, ONE, POST = "/office/card-products", "/office/card-products/{product_id}", ["POST"]
routes = [
    page(ALL, index, name="card_products.index", permission=SEE),
    page(ALL, create, name="card_products.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="card_products.new", permission=EDIT),
    page(ONE, edit, name="card_products.edit", permission=SEE),
    page(ONE, update, name="card_products.update", permission=EDIT, methods=POST),
    page(
        f"{ONE}/status", set_status, name="card_products.set_status", permission=EDIT, methods=POST
    ),
]
