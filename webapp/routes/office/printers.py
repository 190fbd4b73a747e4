"""Printers of the network: whom they serve, how they are, what they would put on paper."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import printers
from domain.operation.printers import (
    Post,
    PrintedDocument,
    PrinterInput,
    PrinterLanguage,
    worklist,
)
from domain.operation.staff import SignedIn
from webapp import forms, htmx
from webapp.form_fields import Line, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for
from webapp.office_printers import EDIT, SEE, WORK, Served, printers_for, served_in
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.print_papers import bytes_on, sample
from webapp.printing.qr import picture
from webapp.rendering import render
from webapp.till import trouble_of
from webapp.words import choices

WIDTHS = [("80", "80 mm"), ("58", "58 mm")]
SHOWN_DOCUMENTS = (
    PrintedDocument.TICKET,
    PrintedDocument.RECEIPT,
    PrintedDocument.SHIFT,
    PrintedDocument.CARD,
    PrintedDocument.LABEL,
)
Millimetres = Annotated[int, Field(ge=0, le=1000)]


class PrinterForm(Form):
    name: Line
    post: Line
    language: PrinterLanguage = PrinterLanguage.ESCPOS
    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 9100
    roll_mm: Millimetres = 80
    label_mm: Millimetres = 80
    height_mm: Millimetres = 50
    gap_mm: Millimetres = 2
    has_cutter: bool = False
    drawer: bool = False
    drawer_pin: Annotated[int, Field(ge=0, le=1)] = 0
    confirms: bool = False
    documents: list[PrintedDocument] = []  # noqa: RUF012  # pydantic copies it

    def given(self, post: Post) -> PrinterInput:
        is_roll = self.language is PrinterLanguage.ESCPOS
        return PrinterInput(
            self.name,
            post,
            self.host,
            self.port,
            self.language,
            self.roll_mm if is_roll else self.label_mm,
            self.height_mm,
            self.gap_mm,
            self.has_cutter,
            self.drawer_pin if self.drawer else None,
            self.confirms,
            tuple(self.documents),
        )


class Versioned(Form):
    version: Version


class Preview(NamedTuple):
    """A piece of paper as it is read back from the bytes that the printer gets."""

    lines: Sequence[tuple[str, bool]]  # a line, and whether it is of double size
    codes: Sequence[str]  # pictures, as data: addresses


async def index(request: Request) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        areas = await areas_for(tx, staff, SEE)
        return {
            "rows": await printers_for(tx, staff),
            "lines": await worklist.lines(tx),
            "served": {one.id: one for one in await served_in(tx, areas)},
        }

    context = {
        **await db_of(request).ask(looked_up),
        "may_edit": staff.may(EDIT),
        "trouble_of": trouble_of,
        "document_of": PrintedDocument,
        "language_of": PrinterLanguage,
    }
    return render(request, "office/printers/index.html", context)


async def new(request: Request) -> Response:
    first = {
        "language": PrinterLanguage.ESCPOS.value,
        "port": 9100,
        "roll_mm": "80",
        "label_mm": 80,
        "height_mm": 50,
        "gap_mm": 2,
        "has_cutter": True,
        "confirms": True,
        "documents": [PrintedDocument.TICKET.value],
    }
    return await _page(request, forms.filled(first))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        wanted = forms.parse(PrinterForm, typed)
        served = await _served(request, wanted.post)
        given = wanted.given(Post(served.kind, served.id))
        printer_id = await db_of(request).act(
            printers.add_printer, served.area_id, given, actor_of(request), clock.utc_now()
        )
    except InvalidInput as error:
        return await _page(request, renamed(typed, error), status=422)
    return _shown(request, printer_id)


async def edit(request: Request) -> Response:
    row = await _row(request)
    return await _page(request, filled(row), row)


async def update(request: Request) -> Response:
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        wanted, seen = forms.parse(PrinterForm, typed), forms.parse(Versioned, typed)
        served = await _served(request, wanted.post)
        if served.area_id != row.area_id:
            raise InvalidInput({"post": say("That belongs to another area.")})
        given = wanted.given(Post(served.kind, served.id))
        await db_of(request).act(
            printers.change_printer,
            row.id,
            given,
            actor_of(request),
            clock.utc_now(),
            seen.version,
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, renamed(typed, error), row, status=422)
    return _shown(request, row.id)


async def retire(request: Request) -> Response:
    typed, row = await forms.read(request), await _row(request)
    staff_of(request).must(EDIT, row.area_id)
    try:
        seen = forms.parse(Versioned, typed)
        await db_of(request).act(
            printers.retire_printer, row.id, actor_of(request), clock.utc_now(), seen.version
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, filled(row).refused(error), row, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("printers.index"))


async def try_out(request: Request) -> Response:
    """A sample ticket on real paper; its page says what became of it."""
    row = await _row(request)
    staff_of(request).must(WORK, row.area_id)
    job_id = await db_of(request).act(
        worklist.print_test, row.id, actor_of(request), clock.utc_now()
    )
    path = request.app.state.addresses.path("print_jobs.show", job_id=job_id)
    return htmx.redirect(request, path)


def filled(row: Any) -> Typed:
    values = row._asdict() | {
        "post": f"{row.post_kind}:{row.post_id}",
        "roll_mm": str(row.width_mm),
        "label_mm": row.width_mm,
        "height_mm": row.height_mm or 50,
        "gap_mm": row.gap_mm if row.height_mm else 2,
        "drawer": row.drawer_pin is not None,
        "drawer_pin": str(row.drawer_pin or 0),
    }
    return forms.filled(values)


def renamed(typed: Typed, error: InvalidInput | Conflict) -> Typed:
    """A width that is wrong is marked at its own field: of the roll, or of the label."""
    if isinstance(error, InvalidInput) and "width_mm" in error.fields:
        is_roll = typed.text("language") in ("", PrinterLanguage.ESCPOS)
        name = "roll_mm" if is_roll else "label_mm"
        fields = {name if key == "width_mm" else key: text for key, text in error.fields.items()}
        return typed.refused(InvalidInput(fields, error.message))
    return typed.refused(error)


async def _served(request: Request, value: str) -> Served:
    """The post that was chosen, of those this person may give a printer to."""

    async def looked_up(tx: Tx, staff: SignedIn) -> list[Served]:
        return await served_in(tx, await areas_for(tx, staff, EDIT))

    for one in await db_of(request).ask(looked_up, staff_of(request)):
        if one.value == value:
            return one
    raise InvalidInput({"post": say("Choose one of the list.")})


async def _row(request: Request) -> Any:
    """The printer of the address, if its area is one of the reader's."""
    row = await db_of(request).ask(printers.get_printer, request.path_params["printer_id"])
    if not staff_of(request).may(SEE, row.area_id):
        raise NotFound()
    return row


async def _page(request: Request, form: Typed, row: Any = None, *, status: int = 200) -> Response:
    staff, now = staff_of(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        served = await served_in(tx, await areas_for(tx, staff, EDIT if row is None else SEE))
        lines = await worklist.lines(tx)
        return {
            "served": [(one.value, f"{one.name}") for one in served],
            "history": await history_of(tx, "printer", row.id) if row else [],
            "line": lines.get(row.id, worklist.Line()) if row else None,
        }

    context = {
        **await db_of(request).ask(looked_up),
        "form": form,
        "row": row,
        "languages": choices(PrinterLanguage),
        "documents": [one for one in choices(PrintedDocument) if one[0] in SHOWN_DOCUMENTS],
        "widths": WIDTHS,
        "pins": [("0", say("Pin 2")), ("1", say("Pin 5"))],
        "trouble": trouble_of(row) if row else None,
        "previews": await _previews(request, row, now) if row else [],
        "may_edit": staff.may(EDIT, row.area_id if row else None),
        "may_work": row is not None and staff.may(WORK, row.area_id),
    }
    return render(request, "office/printers/edit.html", context, fragment="form", status=status)


async def _previews(request: Request, row: Any, now: datetime) -> list[Preview]:
    """A sample ticket, read back from its bytes as a printer would. None without a reader."""
    read = getattr(request.app.state, "read_paper", None)
    if read is None:
        return []
    document = await db_of(request).ask(sample, row.area_id, now)
    return [
        Preview(
            [(line, line in slip.big) for line in slip.lines],
            [picture(code) for code in slip.codes],
        )
        for slip in read(row.language, bytes_on(row, document))
    ]


def _shown(request: Request, printer_id: str) -> Response:
    path = request.app.state.addresses.path("printers.edit", printer_id=printer_id)
    return htmx.redirect(request, path)


ALL, POST = "/office/printers", ["POST"]
ONE = f"{ALL}/{{printer_id}}"
routes = [
    page(ALL, index, name="printers.index", permission=SEE),
    page(ALL, create, name="printers.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="printers.new", permission=EDIT),
    page(ONE, edit, name="printers.edit", permission=SEE),
    page(ONE, update, name="printers.update", permission=EDIT, methods=POST),
    page(f"{ONE}/retirement", retire, name="printers.retire", permission=EDIT, methods=POST),
    page(f"{ONE}/tests", try_out, name="printer_tests.create", permission=WORK, methods=POST),
]
