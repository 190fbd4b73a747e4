"""Shifts: who had which drawer when, and what each of them reports."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import shifts
from domain.commerce.payments import Tender
from domain.commerce.shifts import CashMove, ShiftStatus
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation.staff import people
from webapp import forms, office_orders, paging
from webapp.history import history_of
from webapp.office_money import SEE_SHIFTS, ShiftsForm, shifts_sought
from webapp.office_orders import Named
from webapp.paging import Cursor, Direction, Page
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE = SEE_SHIFTS


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(ShiftsForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ShiftsForm()
    key: dict[str, Any] = {}
    match asked.key if asked else ():
        case (datetime() as at, str() as shift_id):
            key = {"before_at": at, "before_id": shift_id}

    async def listed(tx: Tx) -> tuple[list[Any], Named]:
        names = await office_orders.names_for(tx, staff, SEE)
        chosen = shifts_sought(wanted, names.areas, staff)
        return await shifts.list_shifts(tx, chosen, most=paging.SIZE + 1, **key), names

    rows, names = await db_of(request).ask(listed)
    shown = rows[: paging.SIZE]
    older = (
        paging.encode(Cursor(Direction.OLDER, (shown[-1].opened_at, shown[-1].id)))
        if len(rows) > paging.SIZE
        else ""
    )
    context = {
        "form": typed,
        "page": Page([row for row in shown if row.area_id in names.areas], "", older),
        "names": names,
        "query": {name: typed.text(name) for name in ShiftsForm.model_fields},
        "status_of": lambda row: ShiftStatus(row.status),
    }
    return render(request, "office/shifts/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    shift_id, staff = request.path_params["shift_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        report = await shifts.report(tx, shift_id)
        staff.must(SEE, report.shift.area_id)
        who = {report.shift.staff_id, *(move.received_by for move in report.moves)} - {None}
        return {
            "report": report,
            "shift": report.shift,
            "place": await office_orders.names_for(tx, staff, SEE),
            "names": await people.names(tx, sorted(str(one) for one in who)),
            "history": await history_of(tx, "shift", shift_id),
            "tender_of": Tender,
            "move_of": CashMove,
        }

    return render(request, "office/shifts/show.html", await db_of(request).ask(looked_up))


routes = [
    page("/office/shifts", index, name="shifts.index", permission=SEE),
    page("/office/shifts/{shift_id}", show, name="shifts.show", permission=SEE),
]
