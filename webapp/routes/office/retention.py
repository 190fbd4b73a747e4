"""How long identities are kept: the plan, what the next run removes, reports of runs, holds."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain import retention
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput
from domain.operation import jobs, settings
from domain.operation.jobs import JobStatus
from domain.operation.settings import OperatorSettings
from domain.operation.staff import EVERYWHERE, Permission, people
from domain.retention import COUNTED, HoldNoun, IdentityKind, Wanted
from webapp import forms, htmx, paging
from webapp.form_fields import Line, LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT, POST = Permission.RETENTION_SEE, Permission.RETENTION_EDIT, ["POST"]
Days = Annotated[int, Field(ge=0, le=36_500)]


class PlanForm(Form):
    retention_visitor_days: Days
    retention_contact_days: Days
    retention_group_days: Days
    retention_holder_days: Days
    retention_customer_days: Days
    edition: Annotated[int, Field(ge=0)]


class HoldForm(Form):
    noun: HoldNoun
    number: Annotated[Line, Field(max_length=40)]
    reason: LongLine


async def index(request: Request) -> Response:
    return await _page(request)


async def _page(
    request: Request,
    *,
    plan: Typed | None = None,
    hold: Typed | None = None,
    status: int = 200,
) -> Response:
    asked, now = paging.read(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        chosen, own = await settings.current(tx), await settings.own(tx)
        rows = await retention.list_runs(tx, paging.cut(asked))
        holds = await retention.list_holds(tx)
        days = {name: getattr(chosen, name) for name in PlanForm.model_fields if name != "edition"}
        return {
            "due": {one.kind: one for one in await retention.preview(tx, now)},
            "days": {kind: retention.days_of(kind, chosen) for kind in IdentityKind},
            "page": paging.page_of(rows, asked, key=lambda row: (row.started_at, row.id)),
            "holds": holds,
            "names": await people.names(tx, _who(rows, holds)),
            "plan": plan or forms.filled({**days, "edition": own.edition}),
        }

    context = await db_of(request).ask(looked_up)
    context |= {
        "hold": hold or forms.BLANK,
        "nouns": choices(HoldNoun),
        "noun_of": HoldNoun,
        "most": COUNTED,
        "may_edit": staff_of(request).may(EDIT, EVERYWHERE),
    }
    return render(request, "office/retention/index.html", context, fragment="list", status=status)


def _who(rows: list[Any], holds: list[Any]) -> list[str]:
    found = {row.requested_by for row in rows} | {row.held_by for row in holds}
    return sorted(found - {None})


async def update(request: Request) -> Response:
    staff_of(request).must(EDIT, EVERYWHERE)
    typed = await forms.read(request)
    try:
        wanted = forms.parse(PlanForm, typed)
        values = wanted.model_dump(exclude={"edition"})
        await db_of(request).act(_change, request, values, wanted.edition, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, plan=typed.refused(error), status=422)
    return _back(request)


async def _change(
    tx: Tx, request: Request, values: dict[str, int], edition: int, now: datetime
) -> None:
    """What is as it would be anyway is not written down as a choice."""
    usual = OperatorSettings().model_dump()
    chosen = {name: None if value == usual[name] else value for name, value in values.items()}
    await settings.change(tx, actor_of(request), chosen, now, edition=edition)


async def start(request: Request) -> Response:
    staff_of(request).must(EDIT, EVERYWHERE)
    run_id = await db_of(request).act(retention.request, actor_of(request), clock.utc_now())
    path = request.app.state.addresses.path("retention_runs.show", run_id=run_id)
    return htmx.redirect(request, path)


async def show(request: Request) -> Response:
    run_id = request.path_params["run_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        row = await retention.get_run(tx, run_id)
        job = await jobs.find(tx, row.job_id)
        return {
            "row": row,
            "job_state": JobStatus(job.status) if job else None,
            "names": await people.names(tx, _who([row], [])),
            "history": await history_of(tx, "retention_run", run_id),
        }

    context = await db_of(request).ask(looked_up)
    context["kinds"] = tuple(IdentityKind)
    return render(request, "office/retention/show.html", context)


async def place_hold(request: Request) -> Response:
    staff_of(request).must(EDIT, EVERYWHERE)
    typed = await forms.read(request)
    try:
        wanted = forms.parse(HoldForm, typed)
        given = Wanted(wanted.noun, wanted.number, wanted.reason)
        await db_of(request).act(retention.place, given, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, hold=typed.refused(error), status=422)
    return _back(request)


async def release_hold(request: Request) -> Response:
    staff_of(request).must(EDIT, EVERYWHERE)
    hold_id = request.path_params["hold_id"]
    await db_of(request).act(retention.release, hold_id, actor_of(request), clock.utc_now())
    return _back(request)


def _back(request: Request) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path("retention.index"))


HERE = "/office/retention"
routes = [
    page(HERE, index, name="retention.index", permission=SEE),
    page(HERE, update, methods=POST, name="retention.update", permission=EDIT),
    page(f"{HERE}/runs", start, methods=POST, name="retention_runs.create", permission=EDIT),
    page(f"{HERE}/runs/{{run_id}}", show, name="retention_runs.show", permission=SEE),
    page(f"{HERE}/holds", place_hold, methods=POST, name="retention_holds.create", permission=EDIT),
    page(
        f"{HERE}/holds/{{hold_id}}/release",
        release_hold,
        methods=POST,
        name="retention_holds.delete",
        permission=EDIT,
    ),
]
