"""The progress of a job on a page: a bar that moves, survives a reload, and turns into a result.

    async def progress(request: Request) -> Response:
        return await progress.follow(request, lambda: state_of(request.path_params["job_id"]))

In the page: `{% set address = url_for("imports.progress", job_id=job.id) %}` and
`{% include "shared/_progress.html" %}` with `progress`, a Progress, in the context.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from sse_starlette import EventSourceResponse
from starlette.requests import Request

from domain.kernel.errors import Message
from domain.operation.jobs.model import JobStatus
from webapp import live, rendering

SECONDS = 0.5
ENDED = {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}


class Progress(NamedTuple):
    """Where a job is. `all_steps` None: nobody knows how many there will be."""

    status: JobStatus
    done_steps: int = 0
    all_steps: int | None = None
    message: Message | None = None
    result_url: str = ""


async def follow(request: Request, state: Callable[[], Awaitable[Progress]]) -> EventSourceResponse:
    """Send the bar whenever it moves, until the job has ended."""

    async def part() -> tuple[str, bool]:
        now = await state()
        html = rendering.text_of(request, "shared/_progress_bar.html", {"progress": now})
        return html, now.status in ENDED

    return await live.follow(request, "progress", part, SECONDS)
