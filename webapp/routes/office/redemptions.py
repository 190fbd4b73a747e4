"""Every scan at every gate, admitted or refused."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions
from domain.admission.redemptions import Decision, Direction, PassResult, ScanKind
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, say
from domain.kernel.refusals import Refusal
from webapp import forms, gate_glass, office_gates, paging
from webapp.office_gates import WATCH, FilterForm, Watched
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.office.places import name_of


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], Watched]:
        watched = await office_gates.watched_by(tx, staff)
        sought = await office_gates.sought_for(tx, wanted, watched)
        rows = await redemptions.list_scans(tx, sought, paging.cut(asked)) if sought else []
        return rows, watched

    rows, watched = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.scanned_at, row.id)),
        "areas": [(area.id, name_of(area)) for area in watched.areas.values()],
        "gates": [(gate.id, name_of(gate)) for gate in watched.gates.values()],
        "answers": office_gates.answers(),
        "query": {name: typed.text(name) for name in FilterForm.model_fields if typed.text(name)},
        "decision": Decision,
        "kind": ScanKind,
        "direction": Direction,
        "reason_of": lambda row: Message(Refusal(row.refusal).message) if row.refusal else "",
        "named": gate_glass.named,
        "what_came_of": what_came_of,
    }
    return render(request, "office/redemptions/index.html", context, fragment="list")


def what_came_of(row: Any) -> Message | str:
    """What followed a yes: heads that went through, or why it was annulled."""
    if row.decision != Decision.ALLOW:
        return "—"
    if row.heads_through:
        return say("{heads} went through", heads=int(row.heads_through))
    if row.annulled_as == PassResult.TIMEOUT:
        return say("Nobody came: annulled (TIMEOUT)")
    if row.annulled_as == PassResult.REVERSE:
        return say("Went back: annulled (REVERSE)")
    return "—"


routes = [page("/office/redemptions", index, name="redemptions.index", permission=WATCH)]
