"""The audit trail: who did what, when, to what; and whether its chain is whole."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation import audit
from domain.operation.staff import Permission, people
from webapp import audit_search, forms, paging, site
from webapp.audit_search import SEE, FilterForm
from webapp.history import linked, names_in
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import acts

MOST_STAFF = 200


async def index(request: Request) -> Response:
    typed, asked, viewer = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        form = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, form = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], Any, list[Any]]:
        wanted = await audit_search.filter_for(tx, form, viewer)
        rows = await audit.page(tx, wanted, paging.cut(asked))
        everybody = await people.search(tx, cut=paging.cut(None, MOST_STAFF), viewer=viewer)
        return rows, await names_in(tx, rows), await audit.head(tx), everybody

    rows, names, head, everybody = await db_of(request).ask(listed)
    found = paging.page_of(rows, asked, key=lambda row: (row.seq,))
    addresses = request.app.state.addresses
    context = {
        "form": typed,
        "page": found,
        "days": _by_day([linked(row, names, addresses) for row in found.rows]),
        "head": head,
        "may_logs": viewer.may(Permission.LOGS_SEE),
        "people": [(row.id, row.name) for row in everybody],
        "nouns": [(word, noun.label) for word, noun in acts.NOUNS.items()],
        "query": {name: typed.text(name) for name in FilterForm.model_fields},
    }
    return render(request, "office/audit/index.html", context, fragment="list")


def _by_day(told: list[Any]) -> list[tuple[datetime, list[Any]]]:
    """Under a heading for each day."""
    zone = site.current().zone
    days: list[tuple[datetime, list[Any]]] = []
    for each in told:
        at = each.happening.at
        if not days or clock.local_day(days[-1][0], zone) != clock.local_day(at, zone):
            days.append((at, []))
        days[-1][1].append(each)
    return days


routes = [page("/office/audit", index, name="audit.index", permission=SEE)]
