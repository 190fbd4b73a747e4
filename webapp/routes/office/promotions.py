"""Promotions: drafted by one, put in force by the approval of another, paused, ended."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog, promotions
from domain.commerce.promotions import (
    CHANNELS,
    CodeUse,
    FunderKind,
    PromotionInput,
    PromotionKind,
    PromotionStatus,
    UseStatus,
)
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders, paging, promotion_forms, site
from webapp.form_fields import Id, LongLine, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.weekdays import weekdays
from webapp.words import choices

SEE, EDIT = Permission.PROMOTIONS_SEE, Permission.PROMOTIONS_EDIT
MOST_TYPES = 200
USES_SHOWN = 20
_S = PromotionStatus


class ListForm(Form):
    status: PromotionStatus | None = None


class AreaForm(Form):
    area_id: Id


class VersionForm(Form):
    version: Version


class ReasonForm(Form):
    reason: LongLine = ""


class StatusForm(ReasonForm):
    status: PromotionStatus


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(ListForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ListForm()

    async def listed(tx: Tx) -> list[Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        state = wanted.status.value if wanted.status else ""
        return await promotions.page(tx, sorted(areas), state, paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "statuses": choices(PromotionStatus),
        "state_of": PromotionStatus,
        "standing_of": lambda row: promotions.standing(row, site.today()),
        "kind_of": PromotionKind,
        "name_of": name_of,
        "query": {"status": typed.text("status")} if wanted.status else {},
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/promotions/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await _shown(request, BLANK)


async def new(request: Request) -> Response:
    """An empty form, or what another promotion says."""
    copied = forms.read_query(request).text("from")
    if not copied:
        return await _form_page(request, promotion_forms.blank())
    row = await _row(request, copied)
    given = promotion_forms.typed_of(row.terms)
    values = {**given.values, "area_id": [row.area_id], "code": [f"{row.code[:29]}-2"]}
    return await _form_page(request, Typed(values))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        area_id = forms.parse(AreaForm, typed).area_id
        staff_of(request).must(EDIT, area_id)
        given = promotion_forms.input_of(typed)
        promotion_id = await db_of(request).act(_added, area_id, given, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), status=422)
    return _to(request, promotion_id, i18n.here(say("The draft is saved.")))


async def _added(tx: Tx, area_id: str, given: PromotionInput, actor: Any) -> str:
    await check_types(tx, area_id, given)
    return await promotions.add(tx, area_id, given, actor, clock.utc_now())


async def check_types(tx: Tx, area_id: str, given: PromotionInput) -> None:
    """Raises InvalidInput for a ticket type of another area."""
    known = {row.id for row in await types_of(tx, area_id)}
    if not set(given.ticket_type_ids) <= known:
        raise InvalidInput({"ticket_type_ids": say("Choose ticket types of the area.")})


async def types_of(tx: Tx, area_id: str) -> list[Any]:
    return await catalog.list_ticket_types(tx, area_id, most=MOST_TYPES) if area_id else []


async def edit(request: Request) -> Response:
    row = await _row(request)
    typed = promotion_forms.typed_of(row.terms)
    return await _form_page(request, typed, row=row)


async def update(request: Request) -> Response:
    """Write the draft anew."""
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        version = forms.parse(VersionForm, typed).version
        given = promotion_forms.input_of(typed)
        await db_of(request).act(_saved, row, given, version, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await _form_page(request, typed.refused(error), row=row, status=422)
    return _to(request, row.id, i18n.here(say("The draft is saved.")))


async def _saved(tx: Tx, row: Any, given: PromotionInput, version: int, actor: Any) -> None:
    await check_types(tx, row.area_id, given)
    await promotions.save(tx, row.id, given, version, actor, clock.utc_now())


async def set_status(request: Request) -> Response:
    """Ask for approval, pause, go on, end."""
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        wanted = forms.parse(StatusForm, typed)
        if wanted.status in {_S.PAUSED, _S.ENDED} and not wanted.reason:
            raise InvalidInput({"reason": say("Please say why.")})
        await db_of(request).act(_moved, row.id, wanted, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await _shown(request, typed.refused(error), 422)
    return _to(request, row.id, i18n.here(say("Saved.")))


async def _moved(tx: Tx, promotion_id: str, wanted: StatusForm, actor: Any) -> None:
    acts = {
        _S.SUBMITTED: promotions.submit,
        _S.PAUSED: promotions.pause,
        _S.ACTIVE: promotions.resume,
        _S.ENDED: promotions.end,
    }
    if wanted.status not in acts:
        raise Forbidden()
    await acts[wanted.status](tx, promotion_id, wanted.reason, actor, clock.utc_now())


async def _row(request: Request, promotion_id: str = "") -> Any:
    wanted = promotion_id or request.path_params["promotion_id"]
    row = await db_of(request).ask(promotions.get, wanted)
    staff_of(request).must(SEE, row.area_id)
    return row


async def _shown(request: Request, form: Typed, status: int = 200) -> Response:
    row, staff = await _row(request), staff_of(request)

    async def around(tx: Tx) -> dict[str, Any]:
        types = {one.id: name_of(one) for one in await types_of(tx, row.area_id)}
        return {
            "funders": await promotions.funders_of(tx, row.id),
            "costs": await promotions.costs_of(tx, row.id),
            "units": {one.id: name_of(one) for one in await promotions.units(tx)},
            "types": [types.get(one, one) for one in row.terms["ticket_type_ids"]],
            "uses": await promotions.uses_of(tx, row.id, Cut(most=USES_SHOWN)),
            "batches": await promotions.coupons.batches(tx, row.id),
            "history": await history_of(tx, "promotion", row.id),
        }

    context = {
        **await db_of(request).ask(around),
        "row": row,
        "terms": PromotionInput.model_validate(row.terms),
        "form": form,
        "state": PromotionStatus(row.status),
        "standing": promotions.standing(row, site.today()),
        "use_state": UseStatus,
        "channel_of": Channel,
        "funder_of": FunderKind,
        "name_of": name_of,
        "weekdays": weekdays(),
        "has_coupons": row.code_use == CodeUse.SINGLE,
        "may_edit": staff.may(EDIT, row.area_id),
    }
    return render(request, "office/promotions/show.html", context, status=status)


async def _form_page(
    request: Request, form: Typed, *, row: Any = None, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def around(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE if row else EDIT)
        chosen = row.area_id if row else form.text("area_id")
        area_id = chosen if chosen in areas else next(iter(areas), "")
        types = await types_of(tx, area_id)
        return {
            "areas": areas,
            "area_id": area_id,
            "types": [(one.id, name_of(one)) for one in types],
            "units": [(one.id, name_of(one)) for one in await promotions.units(tx)],
        }

    context = {
        **await db_of(request).ask(around),
        "form": form,
        "row": row,
        "kinds": choices(PromotionKind),
        "code_uses": choices(CodeUse),
        "channels": [one for one in choices(Channel) if one[0] in CHANNELS],
        "days": [(str(number), name) for number, name in weekdays()],
        "funder_kinds": choices(FunderKind),
        "funder_rows": range(promotion_forms.FUNDERS),
        "name_of": name_of,
        "may_edit": not row or (row.status == _S.DRAFT and staff.may(EDIT, row.area_id)),
    }
    return render(request, "office/promotions/edit.html", context, status=status)


def _to(request: Request, promotion_id: str, said: str) -> Response:
    address = request.app.state.addresses.path("promotions.show", promotion_id=promotion_id)
    return htmx.toast(htmx.redirect(request, address), said)


ALL, ONE, POST = "/office/promotions", "/office/promotions/{promotion_id}", ["POST"]
routes = [
    page(ALL, index, name="promotions.index", permission=SEE),
    page(ALL, create, name="promotions.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="promotions.new", permission=EDIT),
    page(ONE, show, name="promotions.show", permission=SEE),
    page(f"{ONE}/edit", edit, name="promotions.edit", permission=SEE),
    page(f"{ONE}/edit", update, name="promotions.update", permission=EDIT, methods=POST),
    page(f"{ONE}/status", set_status, name="promotions.set_status", permission=EDIT, methods=POST),
]
