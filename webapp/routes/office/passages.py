"""Every turn of an arm, and every time one should have turned and did not."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions
from domain.admission.redemptions import Direction, PassResult
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from webapp import forms, office_gates, paging
from webapp.office_gates import WATCH, FilterForm, Watched
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.office.places import name_of

FILTERS = ("area_id", "gate_id", "day")


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], Watched]:
        watched = await office_gates.watched_by(tx, staff)
        only = wanted.model_copy(update={"said": "", "ticket": ""})
        sought = await office_gates.sought_for(tx, only, watched)
        rows = await redemptions.list_passages(tx, sought, paging.cut(asked)) if sought else []
        return rows, watched

    rows, watched = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.passed_at, row.id)),
        "areas": [(area.id, name_of(area)) for area in watched.areas.values()],
        "gates": [(gate.id, name_of(gate)) for gate in watched.gates.values()],
        "query": {name: typed.text(name) for name in FILTERS if typed.text(name)},
        "result": PassResult,
        "direction": Direction,
    }
    return render(request, "office/passages/index.html", context, fragment="list")


routes = [page("/office/passages", index, name="passages.index", permission=WATCH)]
