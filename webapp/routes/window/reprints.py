"""Printing tickets again: the old print is dead. After the free ones a supervisor is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import printing, tickets
from domain.commerce.orders import Order
from domain.kernel import clock, identity
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation.staff import Permission
from webapp import forms, htmx, till_paper
from webapp.form_fields import Id, Line
from webapp.forms import Form, Typed
from webapp.parts import db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_orders import (
    asked_again,
    chosen_of,
    order_at,
    order_page,
    till_context,
)


class ChosenForm(Form):
    tickets: list[Id] = []  # noqa: RUF012  # pydantic copies it


class ReprintForm(ChosenForm):
    """Beside it, for each ticket: `serial.ID` is the print that the page saw, `document.ID` the
    number of the document that is shown."""

    reason: Line


class Wish(NamedTuple):
    """One ticket to be printed again."""

    ticket_id: str
    seen_serial: int
    document_marks: Sequence[str]


class Done(NamedTuple):
    """Ids of tickets with a new print, and of those whose print waits for a supervisor. `issue`
    tells the page of one print from that of the next, so that each prints itself once."""

    printed: Sequence[str]
    asked: Sequence[str]
    issue: int


async def new(request: Request, till: Till) -> Response:
    """Why, and for tickets with a name the document that is shown."""
    return await _form_page(request, till, forms.read_query(request))


async def create(request: Request, till: Till) -> Response:
    """New prints, all or none. The same form again changes nothing more."""
    staff_of(request).must(Permission.SALES_REPRINT, till.window.id)
    typed, order_id = await forms.read(request), request.path_params["order_id"]
    await db_of(request).ask(order_at, till, order_id)
    try:
        wanted = forms.parse(ReprintForm, typed)
        wishes = [wish_of(request, typed, ticket_id) for ticket_id in wanted.tickets]
        done: Done = await db_of(request).act(
            reprint_and_print, till, order_id, wishes, wanted.reason, clock.utc_now()
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _form_page(request, till, typed.refused(error), status=422)
    address = request.app.state.addresses.path(
        "window.reprints.show", order_id=order_id, query=done._asdict()
    )
    return htmx.redirect(request, address)


async def reprint_and_print(
    tx: Tx, till: Till, order_id: str, wishes: Sequence[Wish], reason: str, now: datetime
) -> Done:
    """The new prints go to the window's printer in the same breath."""
    done = await print_again(tx, order_id, wishes, reason, till.actor, now)
    if done.printed:
        post = till_paper.post_of(till)
        await printing.print_tickets(tx, order_id, done.printed, post, till.actor, now)
    return done


def wish_of(request: Request, typed: Typed, ticket_id: str) -> Wish:
    serial, number = typed.text(f"serial.{ticket_id}"), typed.text(f"document.{ticket_id}")
    seen = int(serial) if serial.isascii() and serial.isdigit() and len(serial) < 9 else 0
    marks: Sequence[str] = ()
    if number.strip():
        marks = vault_of(request).fingerprints("document", identity.normalise(number))
    return Wish(ticket_id, seen, marks)


async def print_again(
    tx: Tx, order_id: str, wishes: Sequence[Wish], reason: str, actor: Actor, now: datetime
) -> Done:
    """Every ticket gets its new print or its question to a supervisor."""
    rows = await chosen_of(tx, order_id, [wish.ticket_id for wish in wishes])
    serials = {row.id: row.issue_serial for row in rows}
    waiting = await asked_again(tx, [row.id for row in rows])
    printed, asked, mistakes = [], [], dict[str, Message]()
    for wish in {wish.ticket_id: wish for wish in wishes}.values():
        if wish.ticket_id in waiting:
            asked.append(wish.ticket_id)
            continue
        if serials[wish.ticket_id] > wish.seen_serial:
            printed.append(wish.ticket_id)  # this form was sent before
            continue
        try:
            if await is_printed(tx, wish, reason, actor, now):
                printed.append(wish.ticket_id)
            else:
                asked.append(wish.ticket_id)
        except InvalidInput as error:
            mistakes |= at_ticket(error, wish.ticket_id)
    if mistakes:
        raise InvalidInput(mistakes)
    issue = sum(wish.seen_serial for wish in wishes)
    return Done(printed, asked, issue)


async def is_printed(tx: Tx, wish: Wish, reason: str, actor: Actor, now: datetime) -> bool:
    """True: a new print. False: the free ones are used up, and a supervisor is asked."""
    marks = wish.document_marks
    try:
        await tickets.reprint(tx, wish.ticket_id, reason, actor, now, document_marks=marks)
    except Refused as refused:
        if refused.refusal is not Refusal.APPROVAL_NEEDED:
            raise
        await tickets.request_reprint(tx, wish.ticket_id, reason, actor, now, document_marks=marks)
        return False
    return True


def at_ticket(error: InvalidInput, ticket_id: str) -> Mapping[str, Message]:
    """The mistake at the field of its own ticket."""
    named = {"document_number": f"document.{ticket_id}"}
    return {named.get(field, field): text for field, text in error.fields.items()}


class Chosen(NamedTuple):
    order: Order
    rows: Sequence[Any]
    waiting: set[str]


async def _form_page(request: Request, till: Till, form: Typed, *, status: int = 200) -> Response:
    staff_of(request).must(Permission.SALES_REPRINT, till.window.id)
    order_id = request.path_params["order_id"]

    async def chosen(tx: Tx) -> Chosen:
        order = await order_at(tx, till, order_id)
        rows = await chosen_of(tx, order_id, forms.parse(ChosenForm, form).tickets)
        if any(row.status not in tickets.LIVING for row in rows):
            raise Refused(Refusal.NOT_REPRINTABLE, say("One of these cannot be printed again."))
        return Chosen(order, rows, await asked_again(tx, [row.id for row in rows]))

    try:
        found: Chosen = await db_of(request).ask(chosen)
    except (InvalidInput, Refused) as problem:
        refused = form.refused(problem)
        return await order_page(request, till, order_id, form=refused, status=422)
    context = {
        **await till_context(request, till),
        **found._asdict(),
        "form": form,
        "free": till.settings.free_reprints,
    }
    return render(request, "window/reprints/new.html", context, status=status)


async def show(request: Request, till: Till) -> Response:
    """The new prints, which print themselves, and what a supervisor must decide."""
    typed, order_id = forms.read_query(request), request.path_params["order_id"]
    wanted = {*typed.texts("printed"), *typed.texts("asked")}

    async def looked_up(tx: Tx) -> tuple[Order, list[Any], set[str]]:
        order = await order_at(tx, till, order_id)
        rows = [row for row in await tickets.shown_of(tx, order_id) if row.id in wanted]
        return order, rows, await asked_again(tx, [row.id for row in rows])

    order, rows, waiting = await db_of(request).ask(looked_up)
    printed = [
        row
        for row in rows
        if row.id in typed.texts("printed") and row.status in tickets.LIVING and row.reprints
    ]
    new_ids = [row.id for row in printed]
    line = None
    if new_ids:
        line = await db_of(request).ask(till_paper.paper_line, till, order_id, new_ids)
    context = {
        **await till_context(request, till),
        "order": order,
        "printed": printed,
        "line": line,
        "asked": [row for row in rows if row.id in waiting],
    }
    return render(request, "window/reprints/show.html", context)


routes = [
    page(
        "/window/orders/{order_id}/reprints/new",
        at_till(new),
        name="window.reprints.new",
        permission=Permission.SALES_REPRINT,
    ),
    page(
        "/window/orders/{order_id}/reprints",
        at_till(create),
        methods=["POST"],
        name="window.reprints.create",
        permission=Permission.SALES_REPRINT,
    ),
    page(
        "/window/orders/{order_id}/reprints",
        at_till(show),
        name="window.reprints.show",
        permission=Permission.SALES_REPRINT,
    ),
]
