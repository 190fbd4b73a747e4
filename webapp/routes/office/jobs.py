"""Long work in the background: the list, one job with its progress, stopping."""

from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, NotFound
from domain.operation import jobs
from domain.operation.jobs import JobStatus
from domain.operation.staff import Permission, people
from webapp import htmx, live, paging, progress
from webapp.history import history_of, label_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of
from webapp.words import work

SEE, RUN, POST = Permission.JOBS_SEE, Permission.JOBS_RUN, ["POST"]


async def index(request: Request) -> Response:
    asked, staff = paging.read(request), staff_of(request)

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], list[Any]]:
        rows = await jobs.page(tx, paging.cut(asked), staff)
        who = sorted({row.requested_by for row in rows if row.requested_by})
        schedules = [] if staff.is_limited(SEE) else await jobs.list_schedules(tx)
        return rows, await people.names(tx, who), schedules

    rows, names, schedules = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "names": names,
        "schedules": schedules,
        "kind_of": lambda row: work.called(work.JOBS, row.kind),
        "schedule_of": lambda row: work.called(work.SCHEDULES, row.kind),
        "state_of": lambda row: JobStatus(row.status),
    }
    return render(request, "office/jobs/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return render(request, "office/jobs/show.html", await _context(request))


async def follow(request: Request) -> EventSourceResponse:
    """The job as it goes, over SSE: it goes on after a reload, and after the server's restart."""

    async def state() -> tuple[str, bool]:
        context = await _context(request)
        html = text_of(request, "office/jobs/show.html", context, "state")
        return html, context["state"] in progress.ENDED

    return await live.follow(request, "state", state, progress.SECONDS)


async def _context(request: Request) -> dict[str, Any]:
    job_id = request.path_params["job_id"]

    async def looked_up(tx: Tx) -> tuple[Any, dict[str, str], list[Any]]:
        row = await _seen(tx, request)
        who = [row.requested_by] if row.requested_by else []
        return row, await people.names(tx, who), await history_of(tx, "job", job_id)

    row, names, history = await db_of(request).ask(looked_up)
    return {
        "row": row,
        "names": names,
        "history": history,
        "field_label": label_for,
        "heading": work.called(work.JOBS, row.kind),
        "state": JobStatus(row.status),
        "progress": progress.Progress(JobStatus(row.status), row.done_steps, row.all_steps),
        "may_run": jobs.is_open_to(row, staff_of(request), RUN),
    }


async def _seen(tx: Tx, request: Request) -> Any:
    row = await jobs.get(tx, request.path_params["job_id"])
    if not jobs.is_open_to(row, staff_of(request), SEE):
        raise NotFound()
    return row


async def _must_run(request: Request) -> None:
    row = await db_of(request).ask(_seen, request)
    if not jobs.is_open_to(row, staff_of(request), RUN):
        raise Forbidden()


async def cancel(request: Request) -> Response:
    job_id = request.path_params["job_id"]
    await _must_run(request)
    await db_of(request).act(jobs.cancel, actor_of(request), job_id, clock.utc_now())
    return _shown(request, job_id)


async def retry(request: Request) -> Response:
    job_id = request.path_params["job_id"]
    await _must_run(request)
    await db_of(request).act(jobs.retry, actor_of(request), job_id, clock.utc_now())
    return _shown(request, job_id)


def _shown(request: Request, job_id: str) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path("jobs.show", job_id=job_id))


ONE = "/office/jobs/{job_id}"
routes = [
    page("/office/jobs", index, name="jobs.index", permission=SEE),
    page(ONE, show, name="jobs.show", permission=SEE),
    page(f"{ONE}/progress", follow, name="jobs.progress", permission=SEE),
    page(
        f"{ONE}/cancellation", cancel, methods=POST, name="job_cancellations.create", permission=RUN
    ),
    page(f"{ONE}/retry", retry, methods=POST, name="job_retries.create", permission=RUN),
]
