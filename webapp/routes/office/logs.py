"""The logs: what the server wrote down, by level, event, words, request, person and days."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from domain.operation.staff import Permission, people
from webapp import forms, log_search, paging, site
from webapp.form_fields import Day, Line
from webapp.forms import Form
from webapp.log_search import Found, Wanted
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE = Permission.LOGS_SEE
MOST_STAFF = 200
TONES = {"warning": "warn", "error": "bad", "critical": "bad"}
RequestId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,12}$")]


class LogForm(Form):
    q: Line = ""
    level: Literal["", "debug", "info", "warning", "error", "critical"] = ""
    event: Line = ""
    request_id: RequestId = ""
    who: Line = ""
    from_on: Day | None = None
    until_on: Day | None = None
    below: Line = ""


def wanted_by(form: LogForm) -> Wanted:
    """Days are the operator's; the last one is looked at to its end."""
    zone = site.current().zone
    from_at = clock.day_bounds(form.from_on, zone)[0] if form.from_on else None
    until_at = clock.day_bounds(form.until_on, zone)[1] if form.until_on else None
    return Wanted(
        form.level,
        form.event,
        form.q,
        form.request_id,
        form.who,
        log_search.iso(from_at) if from_at else "",
        log_search.iso(until_at) if until_at else "",
    )


async def index(request: Request) -> Response:
    typed, viewer = forms.read_query(request), staff_of(request)
    try:
        form = forms.parse(LogForm, typed)
    except InvalidInput as error:
        typed, form = typed.refused(error), LogForm()
    folder = request.app.state.settings.data_dir / "logs"
    below = log_search.place_in(form.below)
    found: Found = await asyncio.to_thread(log_search.look, folder, wanted_by(form), below)

    async def called(tx: Tx) -> tuple[dict[str, str], list[Any]]:
        names = await people.names(tx, sorted({line.staff_id for line in found.lines} - {""}))
        return names, await people.search(tx, cut=paging.cut(None, MOST_STAFF), viewer=viewer)

    names, everybody = await db_of(request).ask(called)
    query = {name: typed.text(name) for name in LogForm.model_fields if name != "below"}
    context = {
        "form": typed,
        "found": found,
        "names": names,
        "tones": TONES,
        "levels": [(word, word) for word in log_search.LEVELS],
        "people": [(row.id, row.name) for row in everybody],
        "query": {name: text for name, text in query.items() if text},
        "may_audit": viewer.may(Permission.AUDIT_SEE),
    }
    return render(request, "office/logs/index.html", context, fragment="list")


routes = [page("/office/logs", index, name="logs.index", permission=SEE)]
