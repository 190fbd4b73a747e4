"""Exports: a list taken away as Excel or CSV, made in the background, fetched when it is there."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import StringConstraints
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation.jobs import JobStatus
from domain.operation.staff import SignedIn
from domain.reports import exports
from domain.reports.exports import Asked, ExportFormat
from webapp import forms, htmx, i18n, live, paging, progress, site
from webapp.exporting import desk
from webapp.exporting.lists import LISTS
from webapp.exporting.model import ExportList
from webapp.form_fields import Code
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
Query = Annotated[str, StringConstraints(max_length=4_000)]


class ExportForm(Form):
    """`question` is the query of the list's address."""

    noun: Code
    format: ExportFormat
    question: Query = ""


def list_called(noun: str, staff: SignedIn) -> ExportList:
    """Raises NotFound for a list that nobody may take away, Forbidden for one that they may not."""
    listed = LISTS.get(noun)
    if listed is None:
        raise NotFound()
    staff.must(listed.permission)
    return listed


async def create(request: Request) -> Response:
    wanted, staff = forms.parse(ExportForm, await forms.read(request)), staff_of(request)
    listed = list_called(wanted.noun, staff)
    typed = _asked(wanted.question)
    await db_of(request).ask(listed.open, staff, typed)  # says at once what makes no sense
    asked = Asked(wanted.noun, wanted.format, typed.values, i18n.current())
    export_id = await db_of(request).act(exports.ask_for, asked, actor_of(request), clock.utc_now())
    return htmx.redirect(request, _address(request, "exports.show", export_id))


def _asked(question: str) -> Typed:
    try:
        return forms.typed_of(parse_qsl(question, max_num_fields=forms.MOST_FIELDS))
    except ValueError:
        raise InvalidInput({}) from None


async def index(request: Request) -> Response:
    asked = paging.read(request)
    rows = await db_of(request).ask(exports.list_of, staff_of(request).id, paging.cut(asked))
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        **_helpers(),
    }
    return render(request, "office/exports/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return render(request, "office/exports/show.html", await _context(request))


async def follow(request: Request) -> EventSourceResponse:
    """How far it is, over SSE; it goes on after a reload."""

    async def state() -> tuple[str, bool]:
        context = await _context(request)
        html = text_of(request, "office/exports/show.html", context, "state")
        return html, context["progress"].status in progress.ENDED

    return await live.follow(request, "state", state, progress.SECONDS)


async def download(request: Request) -> Response:
    """The file, for whoever asked for it and still may see the list."""
    row = await _mine(request)
    listed = list_called(row.noun, staff_of(request))
    path = desk.path_of(request.app.state.settings, row.id, row.format)
    if not is_there(row, clock.utc_now()) or not path.is_file():
        raise NotFound()
    await db_of(request).act(exports.fetched, row.id, actor_of(request), clock.utc_now())
    made_at = row.created_at.astimezone(site.current().zone)
    name = f"{i18n.translate(row.language, listed.title)} {made_at:%Y-%m-%d %H%M}.{row.format}"
    headers = {"Cache-Control": "no-store"}
    return FileResponse(path, media_type=MEDIA_TYPES[row.format], filename=name, headers=headers)


def is_there(row: Any, now: datetime) -> bool:
    return row.ready_at is not None and row.removed_at is None and now < row.expires_at


async def _mine(request: Request) -> Any:
    async def looked_up(tx: Tx) -> Any:
        return await exports.get(tx, request.path_params["export_id"], staff_of(request).id)

    return await db_of(request).ask(looked_up)


async def _context(request: Request) -> dict[str, Any]:
    row = await _mine(request)
    status = status_of(row)
    moving = progress.Progress(status, row.done_steps or 0, row.all_steps)
    return {"row": row, "progress": moving, **_helpers()}


def status_of(row: Any) -> JobStatus:
    """Of its job; a job is forgotten before its line here is."""
    if row.ready_at is not None:
        return JobStatus.DONE
    return JobStatus(row.status) if row.status else JobStatus.CANCELLED


def _helpers() -> dict[str, Any]:
    now = clock.utc_now()
    return {
        "title_of": lambda row: LISTS[row.noun].title if row.noun in LISTS else row.noun,
        "status_of": status_of,
        "is_there": lambda row: is_there(row, now),
    }


def _address(request: Request, name: str, export_id: str) -> str:
    path: str = request.app.state.addresses.path(name, export_id=export_id)
    return path


ONE = "/office/exports/{export_id}"
routes = [
    page("/office/exports", index, name="exports.index", signed_in=True),
    page("/office/exports", create, methods=["POST"], name="exports.create", signed_in=True),
    page(ONE, show, name="exports.show", signed_in=True),
    page(f"{ONE}/progress", follow, name="exports.progress", signed_in=True),
    page(f"{ONE}/file", download, name="exports.download", signed_in=True),
]
