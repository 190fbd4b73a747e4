"""Slot plans of a product: which slots it has on which days; new ones are made at once."""

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, catalog
from domain.commerce.capacity import PlanInput
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_errors import sentence_for
from webapp.form_fields import Clock, Count, Day, Id, Percent
from webapp.forms import Form, Typed
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.weekdays import bits_of, weekdays

SEE, EDIT = Permission.CAPACITY_SEE, Permission.CAPACITY_EDIT


class PlanForm(Form):
    from_on: Day
    until_on: Day
    starts: Clock
    ends: Clock
    every_minutes: Count = 0
    quota: Count
    window_bps: Percent = 0


class Ending(Form):
    plan_id: Id
    version: Count


async def index(request: Request) -> Response:
    start = Typed({"weekdays": [str(day) for day in range(7)], "every_minutes": ["120"]})
    return await _page(request, start)


async def create(request: Request) -> Response:
    typed, product = await forms.read(request), await _product(request)
    staff_of(request).must(EDIT, product.area_id)
    try:
        await db_of(request).act(
            capacity.add_plan, product.id, input_of(typed), actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _saved(request, product.id)


async def retire(request: Request) -> Response:
    """No more slots from this plan; those that are made stay."""
    typed, product = await forms.read(request), await _product(request)
    staff_of(request).must(EDIT, product.area_id)
    try:
        wanted = forms.parse(Ending, typed)
        known = {row.id for row in await db_of(request).ask(capacity.list_plans, product.id)}
        if wanted.plan_id not in known:
            raise NotFound()
        await db_of(request).act(_retire, wanted.plan_id, actor_of(request), wanted.version)
    except (InvalidInput, Conflict) as error:
        return await _page(request, Typed().refused(error), status=422)
    return _saved(request, product.id)


async def _retire(tx: Tx, plan_id: str, actor: Any, version: int) -> None:
    await capacity.retire_plan(tx, plan_id, actor, clock.utc_now(), version=version)


def input_of(typed: Typed) -> PlanInput:
    wanted = forms.parse(PlanForm, typed)
    values = wanted.model_dump() | {
        "starts": f"{wanted.starts:%H:%M}",
        "ends": f"{wanted.ends:%H:%M}",
        "weekdays": bits_of(typed.texts("weekdays")),
    }
    try:
        return PlanInput.model_validate(values)
    except ValidationError as error:
        problems: dict[str, Message] = {}
        for detail in error.errors(include_url=False, include_input=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            problems.setdefault(field, sentence_for(detail))
        raise InvalidInput(problems, problems.get("")) from None


async def _product(request: Request) -> Any:
    product = await db_of(request).ask(catalog.get_product, request.path_params["product_id"])
    staff_of(request).must(SEE, product.area_id)
    return product


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    product = await _product(request)
    context = {
        "product": product,
        "plans": await db_of(request).ask(capacity.list_plans, product.id),
        "form": form,
        "weekdays": weekdays(),
        "name_of": name_of,
        "may_edit": staff_of(request).may(EDIT, product.area_id) and product.slotted,
    }
    return render(request, "office/slot_plans/index.html", context, status=status)


def _saved(request: Request, product_id: str) -> Response:
    address = request.app.state.addresses.path("slot_plans.index", product_id=product_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


BASE, POST = "/office/products/{product_id}/slot-plans", ["POST"]
routes = [
    page(BASE, index, name="slot_plans.index", permission=SEE),
    page(BASE, create, name="slot_plans.create", permission=EDIT, methods=POST),
    page(f"{BASE}/retirement", retire, name="slot_plans.retire", permission=EDIT, methods=POST),
]
