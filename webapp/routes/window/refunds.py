"""Giving tickets back: quoted ticket by ticket, confirmed, and what is to be handed over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, payments, refunds
from domain.commerce.orders import Order
from domain.commerce.payments import Payout, PayoutStatus, Tender
from domain.commerce.refunds import Quote, Refund, RefundCause
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.form_fields import Id, Line
from webapp.forms import Form, Typed
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_orders import cash_due, chosen_of, order_at, order_page, till_context
from webapp.words import label_of

LETTERS = {RefundCause.VISITOR: "V", RefundCause.OPERATOR: "O", RefundCause.CLOSURE: "C"}
JUST_NOW = timedelta(minutes=3)  # so long the page still says: hand it over


class QuoteForm(Form):
    tickets: list[Id] = []  # noqa: RUF012  # pydantic copies it
    cause: RefundCause = RefundCause.VISITOR

    @field_validator("cause")
    @classmethod
    def one_of_ours(cls, cause: RefundCause) -> RefundCause:
        if cause not in LETTERS:
            raise forms.wrong(say("Choose one of these."))
        return cause


class RefundForm(QuoteForm):
    request_id: Id
    reason: Line
    quoted_minor: Annotated[int, Field(ge=0)]  # in fen: what the page showed
    later: bool = False  # the cash is fetched another time


class Quoted(NamedTuple):
    """A quote with the order it is of."""

    order: Order
    quote: Quote
    causes: Sequence[RefundCause]


async def new(request: Request, till: Till) -> Response:
    """What giving the ticked tickets back would pay, before anything happens."""
    return await _quote_page(request, till, forms.read_query(request), ids.new_id())


async def create(request: Request, till: Till) -> Response:
    """Give them back as it was quoted. The same form again gets the same refund."""
    staff_of(request).must(Permission.SALES_REFUND, till.window.id)
    typed, order_id = await forms.read(request), request.path_params["order_id"]
    await db_of(request).ask(order_at, till, order_id)
    try:
        wanted = forms.parse(RefundForm, typed)
        asked = refunds.Request(
            wanted.request_id,
            order_id,
            tuple(wanted.tickets),
            wanted.cause,
            wanted.reason,
            wanted.quoted_minor,
            None if wanted.later else till.window.id,
        )
        made: Refund = await db_of(request).act(
            refunds.refund, asked, till.actor, clock.utc_now(), lane=capacity.lane(till.area.id)
        )
    except (InvalidInput, Refused, Conflict) as error:
        spent = isinstance(error, Conflict)  # the id may have served for another refund
        request_id = ids.new_id() if spent else typed.text("request_id")
        return await _quote_page(request, till, typed.refused(error), request_id, error)
    address = request.app.state.addresses.path("window.refunds.show", refund_id=made.id)
    return htmx.redirect(request, address)


async def _quote_page(
    request: Request,
    till: Till,
    form: Typed,
    request_id: str,
    error: InvalidInput | Refused | Conflict | None = None,
) -> Response:
    """The quote as it is now; what cannot be quoted is said on the order's page."""
    staff_of(request).must(Permission.SALES_REFUND, till.window.id)
    order_id = request.path_params["order_id"]
    try:
        wanted = forms.parse(QuoteForm, form)
        likeliest = not form.texts("cause")
        quoted: Quoted = await db_of(request).ask(_quoted, till, order_id, wanted, likeliest)
    except (InvalidInput, Refused) as problem:
        return await order_page(request, till, order_id, form=form.refused(problem), status=422)
    context = {
        **await till_context(request, till),
        **quoted._asdict(),
        "form": form,
        "cause": quoted.quote.cause,
        "causes": [(one.value, label_of(one), LETTERS[one]) for one in quoted.causes],
        "request_id": request_id or ids.new_id(),
        "routes": payments.payouts.routes(quoted.quote.amount_minor, quoted.order.payments),
        "is_cash_short": isinstance(error, Refused) and error.refusal is Refusal.CASH_SHORT,
    }
    status = 422 if error else 200
    return render(request, "window/refunds/new.html", context, fragment="quote", status=status)


async def _quoted(tx: Tx, till: Till, order_id: str, wanted: QuoteForm, likeliest: bool) -> Quoted:
    """Without a cause by the one that is offered first."""
    order = await order_at(tx, till, order_id)
    rows = await chosen_of(tx, order_id, wanted.tickets)
    ticket_ids = [row.id for row in rows]
    offered = await refunds.causes(tx, order_id, ticket_ids, till.now)
    cause = offered[0] if likeliest else wanted.cause
    return Quoted(order, await refunds.quote(tx, order_id, ticket_ids, cause, till.now), offered)


class Shown(NamedTuple):
    """A refund and where its money is."""

    refund: Refund
    order: Order
    payouts: Sequence[Payout]
    lines: Sequence[Any]


async def show(request: Request, till: Till) -> Response:
    """What to hand over and how, or whom to ask."""
    return await _result(request, till)


async def pay_out(request: Request, till: Till) -> Response:
    """Hand over the cash of a refund that was approved."""
    staff_of(request).must(Permission.SALES_REFUND, till.window.id)
    refund_id = request.path_params["refund_id"]
    before: Shown = await db_of(request).ask(_shown, till, refund_id)
    try:
        if cash_due(before.payouts):
            await db_of(request).act(
                refunds.pay_out, refund_id, till.window.id, till.actor, clock.utc_now()
            )
    except (Refused, Conflict) as error:
        return await _result(request, till, error)
    address = request.app.state.addresses.path("window.refunds.show", refund_id=refund_id)
    return htmx.redirect(request, address)


async def _result(
    request: Request, till: Till, error: Refused | Conflict | None = None
) -> Response:
    found: Shown = await db_of(request).ask(_shown, till, request.path_params["refund_id"])
    now = clock.utc_now()
    handed = sum(
        one.amount_minor
        for one in found.payouts
        if one.tender is Tender.CASH
        and one.shift_id == till.shift.id
        and one.status is PayoutStatus.PAID_OUT
        and one.paid_out_at is not None
        and now - one.paid_out_at < JUST_NOW
    )
    context = {
        **await till_context(request, till),
        **found._asdict(),
        "form": forms.BLANK.refused(error) if error else forms.BLANK,
        "handed_minor": handed,
        "due_minor": sum(cash_due(found.payouts).values()),
        "may_refund": staff_of(request).may(Permission.SALES_REFUND, till.window.id),
    }
    return render(request, "window/refunds/show.html", context, status=422 if error else 200)


async def _shown(tx: Tx, till: Till, refund_id: str) -> Shown:
    refund = await refunds.get_refund(tx, refund_id)
    order = await order_at(tx, till, refund.order_id)
    payouts = await payments.payouts.payouts_of(tx, refund_id)
    return Shown(refund, order, payouts, await refunds.lines_of(tx, refund_id))


routes = [
    page(
        "/window/orders/{order_id}/refunds/new",
        at_till(new),
        name="window.refunds.new",
        permission=Permission.SALES_REFUND,
    ),
    page(
        "/window/orders/{order_id}/refunds",
        at_till(create),
        methods=["POST"],
        name="window.refunds.create",
        permission=Permission.SALES_REFUND,
    ),
    page(
        "/window/refunds/{refund_id}",
        at_till(show),
        name="window.refunds.show",
        permission=Permission.SALES_REFUND,
    ),
    page(
        "/window/refunds/{refund_id}/payouts",
        at_till(pay_out),
        methods=["POST"],
        name="window.payouts.create",
        permission=Permission.SALES_REFUND,
    ),
]
