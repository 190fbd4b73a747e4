"""What lists of refunds and shifts are asked, by their pages and by their files."""

from collections.abc import Mapping

from domain.commerce.refunds import RefundCause, RefundFilter, RefundStatus
from domain.commerce.shifts import ShiftFilter
from domain.kernel import clock
from domain.operation.staff import Permission, SignedIn
from webapp import site
from webapp.form_fields import Day, Id
from webapp.forms import Form

SEE_SHIFTS = Permission.SHIFTS_SEE


class RefundsForm(Form):
    """Days are those on which a refund was asked for."""

    status: RefundStatus | None = None
    cause: RefundCause | None = None
    area_id: Id | None = None
    from_on: Day | None = None
    until_on: Day | None = None


def refunds_sought(wanted: RefundsForm, areas: Mapping[str, str]) -> RefundFilter:
    """Within the areas that the reader may see."""
    found = RefundFilter(
        tuple(area for area in areas if wanted.area_id in (None, area)),
        wanted.status.value if wanted.status else "",
        wanted.cause.value if wanted.cause else "",
    )
    zone, (first, last) = site.current().zone, found.between
    if wanted.from_on:
        first = clock.day_bounds(wanted.from_on, zone)[0]
    if wanted.until_on:
        last = clock.day_bounds(wanted.until_on, zone)[1]
    return found._replace(between=(first, last))


class ShiftsForm(Form):
    area_id: Id | None = None
    window_id: Id | None = None
    staff_id: Id | None = None


def shifts_sought(wanted: ShiftsForm, areas: Mapping[str, str], staff: SignedIn) -> ShiftFilter:
    """Of the area that was asked for; whoever is limited looks at one area at a time."""
    first = next(iter(areas), None) if staff.is_limited(SEE_SHIFTS) else None
    return ShiftFilter(wanted.area_id or first, wanted.window_id, wanted.staff_id)
