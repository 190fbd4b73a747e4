"""Daily closes (日结): the days, one day with its differences, explaining, signing, its paper."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce.payments import Tender
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.operation.staff import SignedIn, people
from domain.reports import closes
from domain.reports.closes import Close, CloseStatus
from webapp import close_prints, forms, htmx, paging, security
from webapp.form_fields import AnyYuan, Day, Id, LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_closes import (
    APPROVE,
    BEARERS,
    MAKE,
    SEE,
    address_of,
    kind_label,
    name_of_line,
    parts_of,
    use_rows,
)
from webapp.office_orders import areas_for
from webapp.paging import Cursor, Direction, Page
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render


class FilterForm(Form):
    area_id: Id | None = None


class DayForm(Form):
    area_id: Id
    day: Day


class StatedForm(Form):
    """What bank and platform state; blank: as before."""

    card: AnyYuan | None = None
    scan: AnyYuan | None = None
    wechat: AnyYuan | None = None
    alipay: AnyYuan | None = None


class NoteForm(Form):
    note: LongLine


class WordsForm(Form):
    words: LongLine = ""


async def index(request: Request) -> Response:
    return await _list(request, forms.read_query(request))


async def _list(request: Request, typed: Typed, status: int = 200) -> Response:
    asked, staff = paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput:
        wanted = FilterForm()
    before = closes.FROM_NEWEST
    match asked.key if asked else ():
        case (date() as day, str() as close_id):
            before = (day, close_id)

    async def listed(tx: Tx) -> dict[str, Any]:
        areas = await areas_for(tx, staff, SEE)
        chosen = [area for area in areas if wanted.area_id in (None, area)]
        rows = await closes.page(tx, chosen, before, paging.SIZE + 1)
        who = sorted({one for row in rows for one in (row.made_by, row.closed_by) if one})
        open_days = await closes.days_to_close(tx, chosen, clock.utc_now())
        return {
            "areas": areas,
            "rows": rows,
            "names": await people.names(tx, who),
            "open_days": [one for one in open_days if one.close is None],
            "may_make": {area for area in areas if staff.may(MAKE, area)},
        }

    found = await db_of(request).ask(listed)
    rows = found["rows"]
    shown = rows[: paging.SIZE]
    older = (
        paging.encode(Cursor(Direction.OLDER, (shown[-1].day, shown[-1].id)))
        if len(rows) > paging.SIZE
        else ""
    )
    context = {
        **found,
        "form": typed,
        "page": Page(shown, "", older),
        "query": {"area_id": wanted.area_id or ""},
        "parts_of": parts_of,
    }
    return render(request, "office/closes/index.html", context, fragment="list", status=status)


async def create(request: Request) -> Response:
    """Draw a day up, or draw it up afresh."""
    typed, staff = await forms.read(request), staff_of(request)
    try:
        wanted = forms.parse(DayForm, typed)
        staff.must(MAKE, wanted.area_id)
        close_id = await closes.draw_up(
            db_of(request), wanted.area_id, wanted.day, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _list(request, typed.refused(error), status=422)
    return _to(request, close_id)


async def show(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def _seen(tx: Tx, staff: SignedIn, close_id: str) -> Close:
    close = await closes.get_close(tx, close_id)
    if not staff.may(SEE, close.area_id):
        raise NotFound()
    return close


async def _page(request: Request, form: Typed, error: DomainError | None = None) -> Response:
    staff, close_id = staff_of(request), request.path_params["close_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        close = await _seen(tx, staff, close_id)
        lines = await closes.lines_of(tx, close_id)
        who = {close.made_by, close.closed_by, *(kept.noted_by for kept in lines)} - {None}
        return {
            "close": close,
            "parts": parts_of(lines),
            "area": (await areas_for(tx, staff, SEE))[close.area_id],
            "names": await people.names(tx, sorted(str(one) for one in who)),
            "history": await history_of(tx, "close", close_id),
        }

    found = await db_of(request).ask(looked_up)
    close: Close = found["close"]
    addresses = request.app.state.addresses
    is_draft = close.status is CloseStatus.DRAFT
    context = {
        **found,
        "form": form.refused(error) if error else form,
        "uses": use_rows(close.figures),
        "bearers": BEARERS,
        "kind_label": kind_label,
        "name_of": name_of_line,
        "tender_of": Tender,
        "stated_by": closes.STATED,
        "address_of": lambda line: address_of(addresses, line),
        "may_edit": is_draft and staff.may(MAKE, close.area_id),
        "may_check": staff.may(APPROVE, close.area_id),
    }
    status = 422 if error else 200
    return render(request, "office/closes/show.html", context, status=status)


async def _of_maker(request: Request) -> Close:
    staff = staff_of(request)
    close = await db_of(request).ask(_seen, staff, request.path_params["close_id"])
    staff.must(MAKE, close.area_id)
    return close


async def update(request: Request) -> Response:
    """Read the day again, with what bank and platform state."""
    typed, close = await forms.read(request), await _of_maker(request)
    try:
        wanted = forms.parse(StatedForm, typed)
        stated = {name: minor for name, minor in wanted.model_dump().items() if minor is not None}
        await closes.draw_up(
            db_of(request), close.area_id, close.day, actor_of(request), clock.utc_now(), stated
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed, error)
    return _to(request, close.id)


async def explain(request: Request) -> Response:
    typed, close = await forms.read(request), await _of_maker(request)
    line_id = request.path_params["line_id"]
    of_line = await db_of(request).ask(closes.close_of_line, line_id)
    if of_line.id != close.id:
        raise NotFound()
    try:
        note = forms.parse(NoteForm, typed).note
        await db_of(request).act(closes.explain, line_id, note, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed, error)
    return _to(request, close.id)


async def sign(request: Request) -> Response:
    """Sign it, and ask a second person."""
    typed, close = await forms.read(request), await _of_maker(request)
    try:
        words = forms.parse(WordsForm, typed).words
        await closes.sign(
            db_of(request), close.area_id, close.day, actor_of(request), clock.utc_now(), words
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed, error)
    return _to(request, close.id)


async def paper(request: Request) -> Response:
    """The close on A4, for the safe."""
    close = await db_of(request).ask(_seen, staff_of(request), request.path_params["close_id"])
    pdf = await close_prints.close_pdf(request, close, clock.utc_now())
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="close-{close.day.isoformat()}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _to(request: Request, close_id: str) -> Response:
    path = request.app.state.addresses.path("closes.show", close_id=close_id)
    return htmx.redirect(request, path)


ALL, POST = "/office/closes", ["POST"]
ONE = f"{ALL}/{{close_id}}"
routes = [
    page(ALL, index, name="closes.index", permission=SEE),
    page(ALL, create, name="closes.create", permission=MAKE, methods=POST),
    page(ONE, show, name="closes.show", permission=SEE),
    page(ONE, update, name="closes.update", permission=MAKE, methods=POST),
    page(f"{ONE}/signatures", sign, name="closes.sign", permission=MAKE, methods=POST),
    page(f"{ONE}/lines/{{line_id}}", explain, name="closes.explain", permission=MAKE, methods=POST),
    page(f"{ONE}/paper.pdf", paper, name="closes.paper", permission=SEE),
]
