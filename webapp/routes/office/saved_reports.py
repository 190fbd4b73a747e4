"""Reports that are kept under a name, shared, and sent by mail in the morning."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation.staff import Permission, people
from domain.reports import saved
from domain.reports.exports import ExportFormat
from domain.reports.saved import Asked, DeliveryStatus, Kept, Period, Rhythm
from webapp import forms, htmx, i18n, site
from webapp.form_fields import Code, Line, LongLine, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.reporting import asking
from webapp.reporting.catalogue import REPORTS
from webapp.words import choices

SEE, EDIT = Permission.REPORTS_SEE, Permission.REPORTS_EDIT
FILTERS = tuple(name for name in asking.ReportForm.model_fields if not name.endswith("_on"))


class KeptForm(Form):
    name: Line
    period: Period = Period.YESTERDAY
    is_shared: bool = False
    rhythm: Rhythm = Rhythm.NEVER
    format: ExportFormat = ExportFormat.XLSX
    recipients: LongLine = ""

    def kept(self) -> Kept:
        return Kept(
            self.name, self.period, self.is_shared, self.rhythm, self.format, self.recipients
        )


class ChangedForm(KeptForm):
    version: Version


class NewForm(KeptForm):
    report: Code


async def index(request: Request) -> Response:
    staff = staff_of(request)

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        rows = await saved.seen_by(tx, staff.id)
        rows = [row for row in rows if row.report in REPORTS]
        return rows, await people.names(tx, sorted({row.owner_id for row in rows}))

    rows, names = await db_of(request).ask(listed)
    addresses, today = request.app.state.addresses, site.today()
    context = {
        "rows": rows,
        "names": names,
        "reports": REPORTS,
        "period_of": Period,
        "rhythm_of": Rhythm,
        "address_of": lambda row: addresses.path(
            "reports.show", opened(row, today), report=row.report
        ),
    }
    return render(request, "office/saved_reports/index.html", context)


def opened(row: Any, today: Any) -> dict[str, str]:
    """The query of the report's page, with the days as they are today."""
    first, last = saved.days_of(Period(row.period), today)
    only = {name: texts[0] for name, texts in row.question.items() if texts}
    return {**only, "from_on": first.isoformat(), "until_on": last.isoformat()}


async def new(request: Request) -> Response:
    """The form; the report and its filters stand in the address."""
    return await _new(request, forms.read_query(request))


async def _new(request: Request, typed: Typed, status: int = 200) -> Response:
    report = asking.report_called(typed.text("report"))
    context = {"form": typed, "report": report, "question": question_in(typed), **_choices()}
    return render(request, "office/saved_reports/new.html", context, status=status)


def question_in(typed: Typed) -> Mapping[str, Sequence[str]]:
    return {name: [typed.text(name)] for name in FILTERS if typed.text(name)}


def _choices() -> dict[str, Any]:
    return {
        "periods": choices(Period),
        "rhythms": choices(Rhythm),
        "formats": [(one.value, one.value.upper()) for one in ExportFormat],
    }


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    report = asking.report_called(typed.text("report"))
    try:
        wanted = forms.parse(NewForm, typed)
        forms.parse(asking.ReportForm, typed)  # filters that make sense
        asked = Asked(report.word, question_in(typed), i18n.current())
        saved_id = await db_of(request).act(
            saved.keep,
            asked,
            wanted.kept(),
            site.current().zone,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _new(request, typed.refused(error), 422)
    return _to(request, saved_id)


async def show(request: Request) -> Response:
    return await _page(request)


async def _page(request: Request, typed: Typed | None = None) -> Response:
    staff, saved_id = staff_of(request), request.path_params["saved_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        row = await saved.get(tx, saved_id, staff.id)
        return {
            "row": row,
            "deliveries": await saved.deliveries_of(tx, saved_id),
            "names": await people.names(tx, [row.owner_id]),
            "history": await history_of(tx, "saved_report", saved_id),
        }

    found = await db_of(request).ask(looked_up)
    row = found["row"]
    shown = {**row._asdict(), "recipients": ", ".join(row.recipients)}
    addresses = request.app.state.addresses
    context = {
        **found,
        **_choices(),
        "form": typed or forms.filled(shown),
        "report": asking.report_called(row.report),
        "address": addresses.path("reports.show", opened(row, site.today()), report=row.report),
        "status_of": DeliveryStatus,
        "is_own": row.owner_id == staff.id and staff.may(EDIT),
    }
    status = 422 if typed else 200
    return render(request, "office/saved_reports/show.html", context, status=status)


async def update(request: Request) -> Response:
    typed, saved_id = await forms.read(request), request.path_params["saved_id"]
    try:
        wanted = forms.parse(ChangedForm, typed)
        await db_of(request).act(
            saved.change,
            saved_id,
            wanted.kept(),
            wanted.version,
            site.current().zone,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error))
    return _to(request, saved_id)


async def remove(request: Request) -> Response:
    saved_id = request.path_params["saved_id"]
    await db_of(request).act(saved.remove, saved_id, actor_of(request), clock.utc_now())
    return htmx.redirect(request, request.app.state.addresses.path("saved_reports.index"))


def _to(request: Request, saved_id: str) -> Response:
    path = request.app.state.addresses.path("saved_reports.show", saved_id=saved_id)
    return htmx.redirect(request, path)


ALL, POST = "/office/saved-reports", ["POST"]
ONE = f"{ALL}/{{saved_id}}"
routes = [
    page(ALL, index, name="saved_reports.index", permission=SEE),
    page(ALL, create, name="saved_reports.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="saved_reports.new", permission=EDIT),
    page(ONE, show, name="saved_reports.show", permission=SEE),
    page(ONE, update, name="saved_reports.update", permission=EDIT, methods=POST),
    page(f"{ONE}/removals", remove, name="saved_reports.remove", permission=EDIT, methods=POST),
]
