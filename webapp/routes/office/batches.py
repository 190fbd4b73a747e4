"""Batch changes: the dialog, the preview, the record item with its progress, the undo."""

from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation import batches, jobs
from domain.operation.batches import BatchStatus, Principle, RowStatus
from domain.operation.jobs import JobStatus
from domain.operation.staff import people
from webapp import forms, htmx, live, paging, progress
from webapp.batching import control, naming
from webapp.batching.lists import LISTS
from webapp.form_fields import Count, LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of

ROWS = 100
ENDED = {JobStatus.FAILED, JobStatus.CANCELLED}


class ConfirmForm(Form):
    reason: LongLine = ""


class RowsForm(Form):
    after: Count = 0  # how many rows the pages before showed


async def index(request: Request) -> Response:
    asked, staff = paging.read(request), staff_of(request)

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str]]:
        rows = await batches.page(tx, staff, paging.cut(asked))
        return rows, await people.names(tx, sorted({row.created_by for row in rows}))

    rows, names = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "names": names,
        "group_of": lambda row: batches.group_of(row.noun, row.field),
        "list_of": lambda row: LISTS[row.noun].title,
        "state_of": lambda row: BatchStatus(row.status),
        "principle_of": lambda row: Principle(row.principle),
    }
    return render(request, "office/batches/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    """The control item: by which principle are these rows to get their values?"""
    return await _control(request, forms.read_query(request))


async def create(request: Request) -> Response:
    """Compute the preview. Who may change rows of this kind, and where, is looked at row by row."""
    typed, staff, now = await forms.read(request), staff_of(request), clock.utc_now()
    try:
        opened = await db_of(request).ask(control.opened, staff, typed)
        wanted = control.asked(opened, typed)
        batch_id = await batches.prepare(db_of(request), wanted, actor_of(request), now, staff)
    except InvalidInput as error:
        return await _control(request, typed.refused(error), status=422)
    return _shown(request, batch_id)


async def _control(request: Request, typed: Typed, status: int = 200) -> Response:
    opened = await db_of(request).ask(control.opened, staff_of(request), typed)
    if opened.problem is not None and not typed.errors:
        typed = typed.refused(opened.problem)
    context = control.context_of(opened, typed)
    fragment = "dialog" if request.headers.get("HX-Target") == "control" else "form"
    return render(request, "office/batches/new.html", context, fragment=fragment, status=status)


async def show(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def follow(request: Request) -> EventSourceResponse:
    """How far a large one is, over SSE; it goes on after a reload and after a restart."""

    async def state() -> tuple[str, bool]:
        context = await _context(request, forms.BLANK)
        html = text_of(request, "office/batches/show.html", context, "state")
        return html, context["state"] not in batches.UNDER_WAY

    return await live.follow(request, "state", state, progress.SECONDS)


async def confirm(request: Request) -> Response:
    batch = await db_of(request).ask(_seen, request)
    typed, staff = await forms.read(request), staff_of(request)
    try:
        reason = forms.parse(ConfirmForm, typed).reason
        await db_of(request).act(
            batches.confirm, batch.id, reason, actor_of(request), clock.utc_now(), staff
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, batch.id)


async def undo(request: Request) -> Response:
    batch, staff = await db_of(request).ask(_seen, request), staff_of(request)
    try:
        await db_of(request).act(batches.undo, batch.id, actor_of(request), clock.utc_now(), staff)
    except Conflict as error:
        return await _page(request, forms.BLANK.refused(error), status=422)
    return _shown(request, batch.id)


async def go_on(request: Request) -> Response:
    """Finish one whose job was stopped or gave up."""
    batch = await db_of(request).ask(_seen, request)
    staff_of(request).must(_permission_of(batch), batch.area_id)
    await db_of(request).act(batches.go_on, batch.id, actor_of(request), clock.utc_now())
    return _shown(request, batch.id)


async def _seen(tx: Tx, request: Request) -> Any:
    batch = await batches.get_batch(tx, request.path_params["batch_id"])
    if not batches.may_see(staff_of(request), batch):
        raise NotFound()
    return batch


def _permission_of(batch: Any) -> Any:
    return batches.group_of(batch.noun, batch.field).permission


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    context = await _context(request, form)
    return render(request, "office/batches/show.html", context, fragment="state", status=status)


async def _context(request: Request, form: Typed) -> dict[str, Any]:
    after = forms.parse(RowsForm, forms.read_query(request)).after

    async def looked_up(tx: Tx) -> dict[str, Any]:
        batch = await _seen(tx, request)
        group = batches.group_of(batch.noun, batch.field)
        known = await group.values(tx, batch.area_id)
        return {
            "row": batch,
            "group": group,
            "named": naming.namer(group, known),
            "rows": await batches.rows_of(tx, batch.id, after - 1, ROWS + 1),
            "totals": await batches.totals_of(tx, batch.id),
            "counts": await batches.counts_of(tx, batch.id),
            "names": await people.names(tx, [batch.created_by]),
            "history": await history_of(tx, "batch", batch.id),
            "job": await jobs.get(tx, batch.job_id) if batch.job_id else None,
        }

    found = await db_of(request).ask(looked_up)
    return {**found, **_worded(request, found), "form": form, "after": after}


def _worded(request: Request, found: dict[str, Any]) -> dict[str, Any]:
    batch, group, staff = found["row"], found["group"], staff_of(request)
    state, counts = BatchStatus(batch.status), found["counts"]
    waiting = RowStatus.PENDING if state is BatchStatus.APPLYING else RowStatus.APPLIED
    everything = sum(counts.values())
    job = found["job"]
    stopped = state in batches.UNDER_WAY and (job is None or JobStatus(job.status) in ENDED)
    status = JobStatus(job.status) if stopped and job else JobStatus.RUNNING
    may_change = staff.may(group.permission, batch.area_id)
    return {
        "list": LISTS[batch.noun],
        "state": state,
        "principle": Principle(batch.principle),
        "row_state": lambda row: RowStatus(row.status),
        "why_not": naming.why_not,
        "told": _told(found),
        "most": ROWS,
        "is_under_way": state in batches.UNDER_WAY,
        "stopped": stopped,
        "progress": progress.Progress(status, everything - counts[waiting], everything),
        "changeable": counts[RowStatus.PENDING],
        "may_confirm": state is BatchStatus.PREVIEWED and batch.created_by == staff.id,
        "may_undo": state is BatchStatus.APPLIED and may_change and counts[RowStatus.APPLIED] > 0,
        "may_go_on": stopped and may_change,
    }


def _told(found: dict[str, Any]) -> str:
    """What the principle was told, on one line."""
    parameters, named = found["row"].parameters, found["named"]
    pairs = [f"{named(each)} × {weight}" for each, weight in parameters["weights"].items()]
    if not pairs:
        pairs = [
            f"{naming.attribute_name(found['group'], each)} → {text}"
            for each, text in parameters["table"].items()
        ]
    if not pairs and found["group"].kind in control.CHOSEN:
        pairs = [named(each) for each in parameters["targets"]]
    return " · ".join(pairs or parameters["targets"])


def _shown(request: Request, batch_id: str) -> Response:
    path = request.app.state.addresses.path("batches.show", batch_id=batch_id)
    return htmx.redirect(request, path)


ONE, POST = "/office/batches/{batch_id}", ["POST"]
routes = [  # which rows of which list somebody may change: each field group has its permission
    page("/office/batches", index, name="batches.index", signed_in=True),
    page("/office/batches/new", new, name="batches.new", signed_in=True),
    page("/office/batches", create, methods=POST, name="batches.create", signed_in=True),
    page(ONE, show, name="batches.show", signed_in=True),
    page(f"{ONE}/progress", follow, name="batches.progress", signed_in=True),
    page(
        f"{ONE}/confirmation",
        confirm,
        methods=POST,
        name="batch_confirmations.create",
        signed_in=True,
    ),
    page(f"{ONE}/undo", undo, methods=POST, name="batch_undos.create", signed_in=True),
    page(f"{ONE}/retry", go_on, methods=POST, name="batch_retries.create", signed_in=True),
]
