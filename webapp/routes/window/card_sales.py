"""More for a card that is somebody's: a top-up, a new term, a new card in place of the old one.

Each is an order with one line; the money is taken on the payment's page.
"""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.cards.memberships import Detail, ReplacementCause
from domain.cards.products import bonus_for
from domain.kernel import ids
from domain.kernel.clock import local_day
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.operation.staff import Permission
from webapp import forms
from webapp.form_fields import Line, PositiveYuan
from webapp.forms import Form, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.window.cards import renamed
from webapp.till import Till, at_till
from webapp.till_cards import blank_read, card_at, context_of, marks_of, sell
from webapp.words import label_of

SELL = Permission.SALES_SELL
RequestId = Annotated[str, StringConstraints(max_length=64)]
Failure = InvalidInput | Refused | Conflict


class Once(Form):
    request_id: RequestId


class TopUpForm(Once):
    amount_minor: PositiveYuan


class Amount(Form):
    amount_minor: PositiveYuan


class ReplacementForm(Once):
    cause: ReplacementCause
    document_number: Line = ""
    medium: Annotated[str, StringConstraints(max_length=64)] = ""


async def _found(request: Request, till: Till) -> Detail:
    found: Detail = await db_of(request).ask(card_at, till, request.path_params["card_id"])
    return found


def _fresh(request: Request) -> Typed:
    query = forms.read_query(request)
    return Typed({**query.values, "request_id": [ids.new_id()]})


# -- top-ups


async def new_top_up(request: Request, till: Till) -> Response:
    """How much, and what is given on top, before it is paid."""
    return await _top_up_page(request, till, _fresh(request))


async def top_up(request: Request, till: Till) -> Response:
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(TopUpForm, typed)
        today = local_day(till.now, till.zone)
        line = memberships.top_up(found.card.id, wanted.amount_minor, today)
        return await sell(request, till, line, wanted.request_id)
    except (InvalidInput, Refused, Conflict) as error:
        return await _top_up_page(request, till, typed, error)


async def _top_up_page(
    request: Request, till: Till, form: Typed, error: Failure | None = None
) -> Response:
    found = await _found(request, till)
    try:
        amount = forms.parse(Amount, form).amount_minor
    except InvalidInput:
        amount = 0
    tiers = found.product.top_ups if found.product else []
    context = {
        **await context_of(request, till, found),
        "form": form.refused(renamed(error)) if error else form,
        "amount_minor": amount,
        "bonus_minor": bonus_for(tiers, amount),
        "tiers": sorted(tiers, key=lambda tier: int(tier["amount_minor"])),
    }
    status = 422 if error else 200
    template = "window/card_sales/top_up.html"
    return render(request, template, context, fragment="due", status=status)


# -- renewals


async def new_renewal(request: Request, till: Till) -> Response:
    """Until when it would be valid, and what that costs."""
    return await _renewal_page(request, till, _fresh(request))


async def renew(request: Request, till: Till) -> Response:
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(Once, typed)
        line = memberships.renewal(found.card.id, local_day(till.now, till.zone))
        return await sell(request, till, line, wanted.request_id)
    except (InvalidInput, Refused, Conflict) as error:
        return await _renewal_page(request, till, typed, error)


async def _renewal_page(
    request: Request, till: Till, form: Typed, error: Failure | None = None
) -> Response:
    found = await _found(request, till)
    today = local_day(till.now, till.zone)
    term = memberships.renewed(found.product, found.card, today, till.zone)
    price = found.product.price_minor if found.product else 0
    if found.product and found.product.renewal_minor is not None:
        price = found.product.renewal_minor
    context = {
        **await context_of(request, till, found),
        "form": form.refused(error) if error else form,
        "term": term,
        "is_early": term is not None and term.from_on > today,
        "last_day": memberships.last_day_of(term),
        "price_minor": price,
    }
    status = 422 if error else 200
    return render(request, "window/card_sales/renewal.html", context, status=status)


# -- replacements


async def new_replacement(request: Request, till: Till) -> Response:
    """What moves to the new card, who must show who he is, and the fee."""
    form, found = _fresh(request), await _found(request, till)
    cause = "lost" if found.card.status == "lost" else "damaged"
    return await _replacement_page(request, till, Typed({"cause": [cause], **form.values}))


async def replace(request: Request, till: Till) -> Response:
    typed, found = await forms.read(request), await _found(request, till)
    try:
        wanted = forms.parse(ReplacementForm, typed)
        read = await db_of(request).ask(blank_read, wanted.medium)
        line = memberships.replacement(
            found.card.id,
            wanted.cause,
            local_day(till.now, till.zone),
            document_marks=marks_of(request, wanted.document_number),
            number=read.number,
            media=read.media,
        )
        return await sell(request, till, line, wanted.request_id)
    except (InvalidInput, Refused, Conflict) as error:
        return await _replacement_page(request, till, typed, error)


async def _replacement_page(
    request: Request, till: Till, form: Typed, error: Failure | None = None
) -> Response:
    found = await _found(request, till)
    causes: list[tuple[str, Any]] = [(one.value, label_of(one)) for one in ReplacementCause]
    context = {
        **await context_of(request, till, found),
        "form": form.refused(renamed(error)) if error else form,
        "causes": causes,
        "fee_minor": found.product.replacement_fee_minor if found.product else 0,
    }
    status = 422 if error else 200
    return render(request, "window/card_sales/replacement.html", context, status=status)


ONE, POST = "/window/cards/{card_id}", ["POST"]
routes = [
    page(
        f"{ONE}/top-ups/new", at_till(new_top_up), name="window.card_top_ups.new", permission=SELL
    ),
    page(
        f"{ONE}/top-ups",
        at_till(top_up),
        methods=POST,
        name="window.card_top_ups.create",
        permission=SELL,
    ),
    page(
        f"{ONE}/renewals/new",
        at_till(new_renewal),
        name="window.card_renewals.new",
        permission=SELL,
    ),
    page(
        f"{ONE}/renewals",
        at_till(renew),
        methods=POST,
        name="window.card_renewals.create",
        permission=SELL,
    ),
    page(
        f"{ONE}/replacements/new",
        at_till(new_replacement),
        name="window.card_replacements.new",
        permission=SELL,
    ),
    page(
        f"{ONE}/replacements",
        at_till(replace),
        methods=POST,
        name="window.card_replacements.create",
        permission=SELL,
    ),
]
