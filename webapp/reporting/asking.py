"""A report as somebody may see it: the form of its page, within their areas."""

from datetime import date, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field

from domain.admission.occupancy import CapacityLevel
from domain.commerce.refunds.model import RefundCause
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.operation.staff import Permission, SignedIn
from domain.reports.days import MOST_DAYS, Dimension
from webapp import forms, site
from webapp.form_fields import Day, Id
from webapp.forms import Form, Typed
from webapp.reporting.catalogue import REPORTS
from webapp.reporting.model import Names, Report, Sheet, Wanted
from webapp.reporting.naming import names_for

SEE = Permission.REPORTS_SEE


class ReportForm(Form):
    """Without days: this month so far."""

    by: Dimension | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    area_id: Id | None = None
    ticket_type_id: Id | None = None
    window_id: Id | None = None
    staff_id: Id | None = None
    gate_id: Id | None = None
    check_site_id: Id | None = None
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    unit_id: Id | None = None
    ota_id: Id | None = None
    promotion_id: Id | None = None
    site_id: Id | None = None
    product_id: Id | None = None
    kind_id: Id | None = None
    holder_id: Id | None = None
    channel: Channel | None = None
    cause: RefundCause | None = None
    level: CapacityLevel | None = None


class Made(NamedTuple):
    """A report with its answer."""

    report: Report
    wanted: Wanted
    sheet: Sheet


def report_called(word: str) -> Report:
    """Raises NotFound."""
    report = REPORTS.get(word)
    if report is None:
        raise NotFound()
    return report


async def make(tx: Tx, staff: SignedIn, report: Report, typed: Typed, today: date) -> Made:
    """Raises InvalidInput for days or areas that make no sense."""
    given = forms.parse(ReportForm, typed)
    names = await names_for(tx, staff, SEE)
    wanted = wanted_of(report, given, names, today)
    return Made(report, wanted, await report.make(tx, wanted))


def wanted_of(report: Report, given: ReportForm, names: Names, today: date) -> Wanted:
    last = given.until_on or max(today, given.from_on or today)
    first = given.from_on or last.replace(day=1)
    if first > last:
        raise InvalidInput({"until_on": say("The end comes before the beginning.")})
    if last - first >= timedelta(days=MOST_DAYS):
        raise InvalidInput({"until_on": say("At most {most} days at once.", most=MOST_DAYS)})
    areas = [area for area in names.areas if given.area_id in (None, area)]
    by = given.by if given.by in report.dimensions else report.dimensions[0]
    only = {
        name: (str(value),)
        for name in report.filters
        if (value := getattr(given, name)) is not None
    }
    zone = site.current().zone
    return Wanted(areas, first, last, by or report.dimensions[0], only, names, zone)


def question_of(wanted: Wanted) -> dict[str, str]:
    """The query of the report's address."""
    only = {name: values[0] for name, values in wanted.only.items()}
    area = {"area_id": wanted.area_ids[0]} if is_one_of_many(wanted) else {}
    return {"by": wanted.by.value, **wanted.days, **area, **only}


def is_one_of_many(wanted: Wanted) -> bool:
    return len(wanted.area_ids) == 1 < len(wanted.names.areas)
