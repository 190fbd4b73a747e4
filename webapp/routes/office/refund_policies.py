"""Refund rules: how much comes back by when it is asked for; one proposes, another approves."""

from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.commerce.catalog import RefundPolicyInput
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_errors import sentence_for
from webapp.form_fields import Code, Count, Line, LongLine, Percent
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.CATALOG_SEE, Permission.CATALOG_EDIT
ROWS = 6  # tiers that the form offers
EXAMPLE_MINOR = 10_000


class PolicyForm(Form):
    code: Code
    name_zh: Line
    name_en: Line = ""
    changes_allowed: Count = 1
    reason: LongLine = ""


class TierForm(Form):
    """A row without a share is left out; without hours it is what holds after the start."""

    bps: Percent | None = None
    hours_before: Count | None = None
    while_valid: bool = False


def input_of(typed: Typed) -> tuple[RefundPolicyInput, str]:
    wanted, tiers = forms.parse(PolicyForm, typed), []
    for number in range(ROWS):
        names = {name: f"{name}_{number}" for name in TierForm.model_fields}
        row = Typed({name: typed.texts(field) for name, field in names.items()})
        try:
            tier = forms.parse(TierForm, row)
        except InvalidInput as error:
            raise InvalidInput({names[key]: text for key, text in error.fields.items()}) from None
        if tier.bps is not None:
            tiers.append(tier.model_dump())
    values = wanted.model_dump(exclude={"reason"}) | {"tiers": tiers}
    try:
        return RefundPolicyInput.model_validate(values), wanted.reason
    except ValidationError as error:
        problems: dict[str, Message] = {
            str(each["loc"][0]): sentence_for(each)
            for each in error.errors(include_url=False, include_input=False)
        }
        raise InvalidInput(problems) from None


def typed_of(row: Any) -> Typed:
    tiers = {
        f"{name}_{number}": value
        for number, tier in enumerate(row.tiers[:ROWS])
        for name, value in (
            ("hours_before", tier["hours_before"]),
            ("while_valid", tier["while_valid"]),
        )
    }
    rates = {f"bps_{number}": [f"{t['bps'] / 100:g}"] for number, t in enumerate(row.tiers[:ROWS])}
    return Typed({**forms.filled({**row._asdict(), **tiers}).values, **rates})


async def index(request: Request) -> Response:
    rows = await db_of(request).ask(catalog.list_policies)
    context = {"rows": rows, "name_of": name_of, "may_edit": staff_of(request).may(EDIT)}
    return render(request, "office/refund_policies/index.html", context)


async def new(request: Request) -> Response:
    return await _page(request, Typed({"changes_allowed": ["1"]}), None)


async def create(request: Request) -> Response:
    return await _propose(request, None)


async def edit(request: Request) -> Response:
    row = await db_of(request).ask(catalog.get_policy, request.path_params["policy_id"])
    return await _page(request, typed_of(row), row)


async def update(request: Request) -> Response:
    row = await db_of(request).ask(catalog.get_policy, request.path_params["policy_id"])
    return await _propose(request, row)


async def _propose(request: Request, row: Any) -> Response:
    """Nothing changes before another has approved it."""
    typed = await forms.read(request)
    try:
        given, reason = input_of(typed)
        approval_id = await db_of(request).act(
            catalog.propose_policy,
            row.id if row else None,
            given,
            actor_of(request),
            clock.utc_now(),
            reason,
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), row, status=422)
    address = request.app.state.addresses.path("approvals.show", approval_id=approval_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Waits for approval")))


async def _page(request: Request, form: Typed, row: Any, status: int = 200) -> Response:
    async def history(tx: Tx) -> list[Any]:
        return await history_of(tx, "refund_policy", row.id) if row else []

    context = {
        "form": form,
        "row": row,
        "rows": range(ROWS),
        "example_minor": EXAMPLE_MINOR,
        "name_of": name_of,
        "history": await db_of(request).ask(history),
        "may_edit": staff_of(request).may(EDIT),
    }
    return render(request, "office/refund_policies/edit.html", context, status=status)


ONE, POST = "/office/refund-policies/{policy_id}", ["POST"]
routes = [
    page("/office/refund-policies", index, name="refund_policies.index", permission=SEE),
    page(
        "/office/refund-policies",
        create,
        name="refund_policies.create",
        permission=EDIT,
        methods=POST,
    ),
    page("/office/refund-policies/new", new, name="refund_policies.new", permission=EDIT),
    page(ONE, edit, name="refund_policies.edit", permission=SEE),
    page(ONE, update, name="refund_policies.update", permission=EDIT, methods=POST),
]
