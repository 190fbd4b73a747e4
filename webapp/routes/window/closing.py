"""Closing a shift: a blind count, an explanation for a difference, the report."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import shifts
from domain.commerce.shifts import DENOMINATIONS, CloseState, Closing, Count, ShiftStatus
from domain.commerce.stock import DifferenceCause, counting
from domain.commerce.stock.counting import Difference, Explained, Found
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    Message,
    NotFound,
    Refused,
    say,
)
from domain.operation.staff import Permission
from webapp import forms, htmx, security, shift_prints, window_stock
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.rendering import render
from webapp.till import Till, at_till, strip_of, till_of
from webapp.words import choices

COMMON = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)  # what a drawer mostly holds
RARE = tuple(value for value in DENOMINATIONS if value not in COMMON)
MOST_PIECES = 1_000_000


class NoteForm(Form):
    note: Annotated[str, StringConstraints(max_length=400)] = ""


async def close(request: Request, till: Till) -> Response:
    """An empty count: what is expected stays unsaid until the drawer is counted."""
    return await _count_page(request, till, forms.BLANK)


async def count(request: Request) -> Response:
    """Count the drawer; closes the shift, or tells the difference and asks for a word.

    The form says which shift it counted: sent twice, it leads to the one that was closed.
    """
    typed = await forms.read(request)
    till = await _own(request, typed.text("shift_id"))
    if till.shift.status is not ShiftStatus.OPEN:
        return _to_shift(request, till)
    try:
        note = forms.parse(NoteForm, typed).note
        given = Count(till.shift.id, pieces_of(typed), note)
        found, words = window_stock.found_of(typed), window_stock.words_of(typed)
        counted = await db_of(request).act(_close, given, found, words, till.actor, clock.utc_now())
    except (InvalidInput, Refused) as error:
        return await _count_page(request, till, typed, error=error)
    except Conflict:  # the same form, a moment earlier
        return _to_shift(request, till)
    if counted.closing.state is CloseState.NOTE_NEEDED:
        wrong = unsaid(typed, counted)
        missing = InvalidInput(wrong) if wrong else None
        return await _count_page(request, till, typed, counted=counted, error=missing)
    return _to_shift(request, till)


class Counted(NamedTuple):
    """The drawer and the blanks."""

    closing: Closing
    lines: Sequence[Difference]


async def _close(
    tx: Tx,
    given: Count,
    found: Sequence[Found],
    words: Mapping[str, Explained],
    actor: Actor,
    now: datetime,
) -> Counted:
    """Cash and blanks in one: neither is settled without the other."""
    shift = await shifts.get_shift(tx, given.shift_id)
    lines: Sequence[Difference] = ()
    if found or await window_stock.is_counted(tx, shift):
        lines = await counting.count(tx, shift.id, found, words, actor, now)
    return Counted(await shifts.close(tx, given, actor, now), lines)


def unsaid(typed: Typed, counted: Counted) -> dict[str, Message]:
    """The fields that were asked for before and are still empty."""
    wrong = window_stock.unexplained(typed, counted.lines)
    difference = counted.closing.difference_minor
    if difference and typed.has("explain", difference) and not typed.text("note").strip():
        wrong["note"] = say("Please explain the difference.")
    return wrong


def pieces_of(typed: Typed) -> dict[int, int]:
    """How many of each note and coin; an empty field is none. InvalidInput marks the fields."""
    pieces, wrong = {}, {}
    for name in typed.values:
        value, text = name.removeprefix("pieces."), typed.text(name).strip()
        if value == name or not text:
            continue
        known = value in {str(each) for each in DENOMINATIONS}
        whole = text.isascii() and text.isdigit() and len(text) <= 7
        if known and whole and int(text) <= MOST_PIECES:
            pieces[int(value)] = int(text)
        else:
            wrong[name] = say("A whole number of notes or coins, from 0.")
    if wrong:
        raise InvalidInput(wrong)
    return pieces


async def show(request: Request) -> Response:
    """One's own shift after its count: it waits for a supervisor, or is closed."""
    till = await _own(request, request.path_params["shift_id"])
    if till.shift.status is ShiftStatus.OPEN:  # the supervisor sent the count back
        return htmx.redirect(request, request.app.state.addresses.path("window.shifts.close"))
    figures = await db_of(request).ask(shifts.report, till.shift.id)
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "figures": figures,
        "cash_sales": shift_prints.cash_sales(figures),
        "drops": shift_prints.drops(figures),
        "difference_minor": difference_of(till),
        "reports": await db_of(request).ask(counting.report, till.shift),
        "paper": Paper(till.window.printer.get("paper", Paper.ROLL.value)),
    }
    return render(request, "window/shifts/show.html", context, fragment="state")


def difference_of(till: Till) -> int:
    return (till.shift.counted_minor or 0) - (till.shift.expected_minor or 0)


async def paper(request: Request) -> Response:
    """The shift's report as a PDF, once the drawer has been counted."""
    till = await _own(request, request.path_params["shift_id"])
    if till.shift.status is ShiftStatus.OPEN:
        raise NotFound()
    wanted = request.query_params.get("paper", Paper.ROLL.value)
    size = Paper(wanted) if wanted in set(Paper) else Paper.ROLL
    pdf = await shift_prints.report_pdf(request, till, size, clock.utc_now())
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="{till.shift.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _own(request: Request, shift_id: str) -> Till:
    """The till of one's own shift; somebody else's does not exist here."""
    till: Till = await db_of(request).ask(_read_own, shift_id, actor_of(request))
    staff_of(request).must(Permission.SHIFTS_OWN, till.window.id)
    return till


async def _read_own(tx: Tx, shift_id: str, actor: Actor) -> Till:
    shift = await shifts.get_shift(tx, shift_id)
    if shift.staff_id != actor.id:
        raise NotFound()
    return await till_of(tx, shift, actor)


async def _count_page(
    request: Request,
    till: Till,
    form: Typed,
    *,
    counted: Counted | None = None,
    error: DomainError | None = None,
) -> Response:
    closing = counted.closing if counted else None
    figures = await db_of(request).ask(shifts.report, till.shift.id) if closing else None
    lines = counted.lines if counted else ()
    paper = await db_of(request).ask(window_stock.paper_of, till.shift, form, lines)
    subtotals = subtotals_of(form)
    limit_minor = till.settings.shift_difference_limit_minor
    stock_limit = till.settings.stock_difference_limit
    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "form": form.refused(error) if error else form,
        "common": COMMON,
        "rare": RARE,
        "subtotals": subtotals,
        "total_minor": sum(subtotals.values()),
        "closing": closing,
        "figures": figures,
        "cash_sales": shift_prints.cash_sales(figures) if figures else 0,
        "drops": shift_prints.drops(figures) if figures else 0,
        "limit_minor": limit_minor,
        "paper": paper,
        "stock_limit": stock_limit,
        "causes": choices(DifferenceCause),
        "asks_supervisor": closing is not None
        and (abs(closing.difference_minor) > limit_minor or paper.pieces > stock_limit),
    }
    status = 422 if error else 200
    return render(request, "window/shifts/close.html", context, fragment="count", status=status)


def subtotals_of(form: Typed) -> Mapping[int, int]:
    """What each field comes to, as far as it is a number."""
    sums: dict[int, int] = {}
    for value in DENOMINATIONS:
        text = form.text(f"pieces.{value}").strip()
        whole = text.isascii() and text.isdigit() and len(text) <= 7
        sums[value] = value * int(text) if whole else 0
    return sums


def _to_shift(request: Request, till: Till) -> Response:
    addresses = request.app.state.addresses
    return htmx.redirect(request, addresses.path("window.shifts.show", shift_id=till.shift.id))


routes = [
    page(
        "/window/shift",
        at_till(close),
        name="window.shifts.close",
        permission=Permission.SHIFTS_OWN,
    ),
    page(
        "/window/shift",
        count,
        methods=["POST"],
        name="window.shifts.count",
        permission=Permission.SHIFTS_OWN,
    ),
    page(
        "/window/shifts/{shift_id}",
        show,
        name="window.shifts.show",
        permission=Permission.SHIFTS_OWN,
    ),
    page(
        "/window/shifts/{shift_id}/report.pdf",
        paper,
        name="window.shifts.paper",
        permission=Permission.SHIFTS_OWN,
    ),
]
