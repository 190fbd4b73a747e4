"""Reports: what there is, and each with its filters, its chart and its table."""

from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission.occupancy import CapacityLevel
from domain.commerce.refunds.model import RefundCause
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, say
from webapp import forms, report_prints, site
from webapp.exporting.reports import noun_of
from webapp.forms import Typed
from webapp.parts import db_of, printer_of, staff_of
from webapp.permissions import page
from webapp.printing.model import Letterhead
from webapp.rendering import render
from webapp.reporting import asking
from webapp.reporting.asking import SEE, Made
from webapp.reporting.catalogue import REPORTS
from webapp.reporting.model import Measure, Names, Report
from webapp.words import choices, label_of


async def index(request: Request) -> Response:
    return render(request, "office/reports/index.html", {"reports": list(REPORTS.values())})


async def show(request: Request) -> Response:
    report, staff = asking.report_called(request.path_params["report"]), staff_of(request)
    typed = forms.read_query(request)

    async def made(tx: Tx, typed: Typed) -> Made:
        return await asking.make(tx, staff, report, typed, site.today())

    try:
        found = await db_of(request).ask(made, typed)
    except InvalidInput as error:
        found = await db_of(request).ask(made, forms.BLANK)
        typed = typed.refused(error)
    return render(request, "office/reports/show.html", _context(found, typed), fragment="sheet")


async def paper(request: Request) -> Response:
    """The report for the safe, as a PDF."""
    report, staff = asking.report_called(request.path_params["report"]), staff_of(request)

    async def made(tx: Tx) -> tuple[Made, Letterhead]:
        found = await asking.make(tx, staff, report, forms.read_query(request), site.today())
        areas = found.wanted.area_ids
        return found, await report_prints.letterhead(tx, areas[0] if len(areas) == 1 else None)

    found, head = await db_of(request).ask(made)
    document = report_prints.report_on_paper(head, found, clock.utc_now())
    pdf = await printer_of(request).report(document)
    return Response(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


def _context(made: Made, typed: Typed) -> dict[str, Any]:
    report, wanted, sheet = made
    question = asking.question_of(wanted)
    return {
        "form": typed if typed.errors else forms.filled(question),
        "report": report,
        "wanted": wanted,
        "sheet": sheet,
        "question": question,
        "noun": noun_of(report),
        "filters_shown": filters_of(report, wanted.names),
        "dimensions": [(each.value, label_of(each)) for each in report.dimensions],
        "periods": periods(site.today()),
        "versus": versus,
    }


def filters_of(report: Report, names: Names) -> list[tuple[str, Message, Any]]:
    """The choices that narrow a report: field, what none of them means, options."""
    known: dict[str, tuple[Message, Any]] = {
        "ticket_type_id": (say("Every ticket type"), names.types.items()),
        "window_id": (say("Every window"), names.windows.items()),
        "staff_id": (say("Every cashier"), names.cashiers.items()),
        "gate_id": (say("Every gate"), names.gates.items()),
        "check_site_id": (say("Every check site"), names.check_sites.items()),
        "hour": (say("Every hour"), [(str(hour), f"{hour:02}:00") for hour in range(24)]),
        "unit_id": (say("Every unit"), names.units.items()),
        "ota_id": (say("Every OTA"), names.otas.items()),
        "promotion_id": (say("Every promotion"), names.promotions.items()),
        "site_id": (say("Every sales site"), names.sites.items()),
        "product_id": (say("Every card product"), names.products.items()),
        "kind_id": (say("Every kind of blanks"), names.blanks.items()),
        "holder_id": (say("Every holder"), names.holders.items()),
        "channel": (say("Every channel"), choices(Channel)),
        "cause": (say("Every cause"), choices(RefundCause)),
        "level": (say("Every level"), choices(CapacityLevel)),
    }
    return [(name, *known[name]) for name in report.filters]


def periods(today: date) -> list[tuple[Message, str, str]]:
    """Spans that people ask for every day: label, first and last day."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    spans = (
        (say("Today"), today, today),
        (say("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (say("Seven days"), today - timedelta(days=6), today),
        (say("This month"), month, today),
        (say("Last month"), last_month, month - timedelta(days=1)),
        (say("This year"), today.replace(month=1, day=1), today),
    )
    return [(label, first.isoformat(), last.isoformat()) for label, first, last in spans]


SHRINKS = {"ok": "bad", "bad": "ok", "quiet": "quiet"}


def versus(measure: Measure, now: int | None, before: int | None) -> tuple[str, str]:
    """How much more or less than before, and its tone."""
    if before is None or now is None:
        return "", ""
    if before <= 0:
        return "—", "faint"
    change = round((now - before) * 1000 / before) / 10
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    tone = measure.growth if change else "quiet"
    return f"{sign}{abs(change):.1f}%", SHRINKS[tone] if change < 0 else tone


routes = [
    page("/office/reports", index, name="reports.index", permission=SEE),
    page("/office/reports/{report}", show, name="reports.show", permission=SEE),
    page("/office/reports/{report}/paper", paper, name="reports.paper", permission=SEE),
]
