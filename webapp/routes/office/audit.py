"""The audit trail: who did what, when, to what; and whether its chain is whole."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation import audit
from domain.operation.audit.trail import FIRST, LAST
from domain.operation.staff import Permission, people
from webapp import audit_search, forms, paging, site
from webapp.form_fields import Day, Line
from webapp.forms import Form
from webapp.history import linked, names_in
from webapp.office_orders import areas_for
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import acts

SEE = Permission.AUDIT_SEE
MOST_STAFF = 200


class FilterForm(Form):
    q: Line = ""
    who: Line = ""
    noun: Line = ""
    from_on: Day | None = None
    until_on: Day | None = None
    subject: Line = ""


async def index(request: Request) -> Response:
    typed, asked, viewer = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        form = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, form = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], Any, list[Any]]:
        wanted = _filter(form)
        if form.q:
            wanted = wanted._replace(sought=await audit_search.sought(tx, form.q, viewer))
        if viewer.is_limited(SEE):
            wanted = wanted._replace(areas=tuple(await areas_for(tx, viewer, SEE)))
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
        "people": [(row.id, row.name) for row in everybody],
        "nouns": [(word, noun.label) for word, noun in acts.NOUNS.items()],
        "query": {name: typed.text(name) for name in FilterForm.model_fields},
    }
    return render(request, "office/audit/index.html", context, fragment="list")


def _filter(wanted: FilterForm) -> audit.Filter:
    """Days are the area's; the last one is looked at to its end."""
    zone = site.current().zone
    from_at, until_at = FIRST, LAST
    if wanted.from_on:
        from_at = clock.day_bounds(wanted.from_on, zone)[0]
    if wanted.until_on:
        until_at = clock.day_bounds(wanted.until_on, zone)[1]
    subject = wanted.subject if wanted.noun else ""
    return audit.Filter(wanted.who, wanted.noun, "", subject, from_at, until_at)


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
