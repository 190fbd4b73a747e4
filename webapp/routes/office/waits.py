"""The waiting list of full slots: who stands where, what is offered; somebody is taken off it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, waiting
from domain.commerce.waiting import Sought, WaitStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation.staff import Permission
from webapp import forms, htmx, paging
from webapp.forms import Form
from webapp.office_orders import areas_for, name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT = Permission.CAPACITY_SEE, Permission.CAPACITY_EDIT


class ListForm(Form):
    status: WaitStatus | None = None


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(ListForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ListForm()

    async def listed(tx: Tx) -> list[Any]:
        state = wanted.status.value if wanted.status else ""
        sought = Sought(tuple(await areas_for(tx, staff, SEE)), state)
        return await waiting.list_waits(tx, sought, paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.joined_at, row.id)),
        "statuses": choices(WaitStatus),
        "status_of": lambda row: WaitStatus(row.status),
        "may_end": lambda row: waiting.is_living(row) and staff.may(EDIT, row.area_id),
        "name_of": name_of,
        "query": {"status": wanted.status.value} if wanted.status else {},
    }
    return render(request, "office/waits/index.html", context, fragment="list")


async def delete(request: Request) -> Response:
    """Off the list; what was held for this one goes to the next."""
    wait = await db_of(request).ask(waiting.get_wait, request.path_params["wait_id"])
    staff_of(request).must(EDIT, wait.area_id)
    await db_of(request).act(
        waiting.leave,
        wait.id,
        actor_of(request),
        clock.utc_now(),
        lane=capacity.lane(wait.area_id),
    )
    return htmx.redirect(request, request.app.state.addresses.path("waits.index"))


routes = [
    page("/office/waits", index, name="waits.index", permission=SEE),
    page(
        "/office/waits/{wait_id}/end",
        delete,
        name="waits.delete",
        methods=["POST"],
        permission=EDIT,
    ),
]
