"""Imports: a file of an old system is uploaded, its columns named, its rows checked; another
person approves; it comes in, and can be taken back."""

import asyncio
import hashlib
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import imports
from domain.operation.imports import ImportRowStatus, ImportStatus
from domain.operation.jobs import JobStatus
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, live, logs, paging, progress
from webapp.form_fields import Code, Id, Line, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.importing import papers, uploads
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render, text_of

SEE, MAKE = Permission.IMPORTS_SEE, Permission.IMPORTS_MAKE
MOST_SHOWN = 100
WRONG = (ImportRowStatus.BAD, ImportRowStatus.FAILED, ImportRowStatus.KEPT)


class FileForm(Form):
    area_id: Id
    kind: Code
    source: Line


class AskForm(Form):
    backup: Line
    reason: LongLine
    is_partial: bool = False


async def index(request: Request) -> Response:
    asked, staff = paging.read(request), staff_of(request)

    async def listed(tx: Tx) -> tuple[dict[str, str], list[Any]]:
        areas = await areas_for(tx, staff, SEE)
        return areas, await imports.page(tx, staff.covered(SEE), paging.cut(asked))

    areas, rows = await db_of(request).ask(listed)
    context = {
        "areas": areas,
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "kinds": imports.kinds(),
        "title_of": title_of,
        "status_of": lambda row: ImportStatus(row.status),
        "may_make": staff.may(MAKE),
    }
    return render(request, "office/imports/index.html", context, fragment="list")


def title_of(row: Any) -> str:
    known = {kind.word: kind.title for kind in imports.kinds()}
    return i18n.here(known[row.kind]) if row.kind in known else row.kind


async def new(request: Request) -> Response:
    return await _new(request, BLANK)


async def _new(request: Request, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)
    areas = await db_of(request).ask(areas_for, staff, MAKE)
    context = {
        "form": form,
        "areas": list(areas.items()),
        "kinds": [(kind.word, kind.title) for kind in imports.kinds()],
    }
    return render(request, "office/imports/new.html", context, status=status)


async def create(request: Request) -> Response:
    """Take a file in: read apart from us, sealed before it is kept."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(FileForm, typed)
        staff_of(request).must(MAKE, wanted.area_id)
        if wanted.area_id not in await db_of(request).ask(areas_for, staff_of(request), MAKE):
            raise InvalidInput({"area_id": say("Choose one of the list.")})
        name, content = await uploads.chosen(typed)
        sheet = await uploads.sheet_of(content)
        file = (name, hashlib.sha256(content).hexdigest(), len(content))
        kept = await asyncio.to_thread(
            imports.sealed,
            vault_of(request),
            wanted.area_id,
            wanted.kind,
            wanted.source,
            file,
            sheet,
        )
        kept = kept._replace(titles=titles_of(wanted.kind))
        import_id: str = await db_of(request).act(
            imports.receive, kept, actor_of(request), clock.utc_now()
        )
    except InvalidInput as error:
        return await _new(request, typed.refused(error), status=422)
    return _to(request, import_id)


def titles_of(word: str) -> dict[str, list[str]]:
    """What our templates call the columns, in any language."""
    return {
        field.word: [i18n.translate(language, field.title) for language in i18n.LOCALES]
        for field in imports.kind_of(word).fields
    }


async def show(request: Request) -> Response:
    return await _show(request, BLANK)


async def _show(request: Request, form: Typed, status: int = 200) -> Response:
    context = await _context(request, form)
    return render(request, "office/imports/show.html", context, status=status)


async def follow(request: Request) -> EventSourceResponse:
    """How far it is, over SSE; the page is drawn anew when it is over."""

    async def state() -> tuple[str, bool]:
        context = await _context(request, BLANK)
        html = text_of(request, "office/imports/show.html", context, "state")
        return html, not context["is_moving"]

    return await live.follow(request, "state", state, progress.SECONDS)


async def check(request: Request) -> Response:
    """Which column is which; then every row is checked in the background."""
    row, typed = await _one(request, MAKE), await forms.read(request)
    try:
        mapping = mapping_in(row, typed)
        await db_of(request).act(imports.check, row.id, mapping, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _show(request, typed.refused(error), status=422)
    return _to(request, row.id)


def mapping_in(row: Any, typed: Typed) -> dict[str, int]:
    """Raises InvalidInput for what is no column."""
    found: dict[str, int] = {}
    for field in imports.kind_of(row.kind).fields:
        text = typed.text(field.word)
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and int(text[:4]) < len(row.headings)):
            raise InvalidInput({field.word: say("Choose one of the list.")})
        found[field.word] = int(text[:4])
    return found


async def ask(request: Request) -> Response:
    """Ask another person to let it in."""
    row, typed = await _one(request, MAKE), await forms.read(request)
    try:
        wanted = forms.parse(AskForm, typed)
        await db_of(request).act(
            imports.ask,
            row.id,
            wanted.backup,
            wanted.reason,
            wanted.is_partial,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _show(request, typed.refused(error), status=422)
    said = i18n.here(say("Asked for: another person approves it."))
    return htmx.toast(_to(request, row.id), said)


async def undo(request: Request) -> Response:
    return await _simply(request, imports.undo)


async def discard(request: Request) -> Response:
    return await _simply(request, imports.discard)


async def resume(request: Request) -> Response:
    return await _simply(request, imports.resume)


async def _simply(request: Request, act: Any) -> Response:
    row, typed = await _one(request, MAKE), await forms.read(request)
    try:
        await db_of(request).act(act, row.id, actor_of(request), clock.utc_now())
    except Conflict as error:
        return await _show(request, typed.refused(error), status=409)
    return _to(request, row.id)


async def template(request: Request) -> Response:
    kind = _kind(request.path_params["kind"])
    return papers.answer(
        await asyncio.to_thread(_told, papers.template, kind.title, kind.fields),
        i18n.here(kind.title),
    )


def _told(write: Any, *args: Any) -> bytes:
    content: bytes = write(*args)
    return content


def _kind(word: str) -> imports.Kind:
    found = next((kind for kind in imports.kinds() if kind.word == word), None)
    if found is None:
        raise NotFound()
    return found


async def mistakes(request: Request) -> Response:
    """The rows that were wrong, with what is wrong; as long as the file is there."""
    row = await _one(request, MAKE)
    kind, wrong = imports.kind_of(row.kind), dict[int, str]()
    behind = 0
    while rows := await db_of(request).ask(imports.rows_with, row.id, WRONG, behind, 1_000):
        wrong |= {one.position: papers.said(kind, one.problems) for one in rows}
        behind = rows[-1].position
    found: list[tuple[int, list[str], str]] = []
    for number in range(row.parts if wrong else 0):
        kept = await db_of(request).ask(imports.part, row.id, number)
        part = imports.opened(vault_of(request), row.id, number, kept)
        found += [(at, cells, wrong[at]) for at, cells, _ in part.rows if at in wrong]
        await asyncio.sleep(0)
    if not found:
        raise NotFound()
    content = await asyncio.to_thread(_told, papers.mistakes, row.headings, found)
    return papers.answer(content, i18n.here(say("Mistakes")))


async def _one(request: Request, permission: Permission) -> Any:
    row = await db_of(request).ask(imports.get, request.path_params["import_id"])
    if not staff_of(request).may(permission, row.area_id):
        raise NotFound()
    return row


async def _context(request: Request, form: Typed) -> dict[str, Any]:
    row, staff = await _one(request, SEE), staff_of(request)
    kind, status = imports.kind_of(row.kind), ImportStatus(row.status)
    moving = JobStatus(row.job_status) if row.job_status else JobStatus.CANCELLED
    is_moving = status in imports.AT_WORK and moving in (JobStatus.WAITING, JobStatus.RUNNING)

    async def looked_up(tx: Tx) -> tuple[Any, ...]:
        return (
            await imports.counts(tx, row.id),
            await imports.rows_with(tx, row.id, WRONG, 0, MOST_SHOWN),
            await history_of(tx, "import", row.id),
            await imports.brought(tx, row.id) if row.started_at and not is_moving else {},
        )

    counted, wrong, history, brought = await db_of(request).ask(looked_up)
    may_make = staff.may(MAKE, row.area_id)
    if form is BLANK:
        form = forms.filled({word: str(at) for word, at in row.mapping.items()})
    return {
        "row": row,
        "form": form,
        "kind": kind,
        "title": title_of(row),
        "status_now": status,
        "state_of": lambda each: ImportRowStatus(each.status),
        "progress": progress.Progress(moving, row.done_steps or 0, row.all_steps),
        "is_moving": is_moving,
        "is_stuck": status in imports.AT_WORK and not is_moving,
        "counted": [(ImportRowStatus(word), many) for word, many in sorted(counted.items())],
        "wrong": [(one, papers.said(kind, one.problems)) for one in wrong],
        "columns": [(str(at), text or f"#{at + 1}") for at, text in enumerate(row.headings)],
        "sample": await _sample(request, row) if may_make and not row.wiped_at else [],
        "brought": brought,
        "history": history,
        "may_make": may_make,
    }


async def _sample(request: Request, row: Any) -> list[str]:
    """The first row of the file, so that people see which column is which;
    without whole phones and documents."""
    try:
        kept = await db_of(request).ask(imports.part, row.id, 0)
    except NotFound:
        return []
    cells = imports.opened(vault_of(request), row.id, 0, kept).rows[0][1]
    return [*map(logs.scrubbed, cells), *[""] * (len(row.headings) - len(cells))]


def _to(request: Request, import_id: str) -> Response:
    address = request.app.state.addresses.path("imports.show", import_id=import_id)
    return htmx.redirect(request, address)


ALL, ONE, POST = "/office/imports", "/office/imports/{import_id}", ["POST"]
routes = [
    page(ALL, index, name="imports.index", permission=SEE),
    page(ALL, create, name="imports.create", permission=MAKE, methods=POST),
    page(f"{ALL}/new", new, name="imports.new", permission=MAKE),
    page(f"{ALL}/templates/{{kind}}", template, name="imports.template", permission=MAKE),
    page(ONE, show, name="imports.show", permission=SEE),
    page(f"{ONE}/progress", follow, name="imports.progress", permission=SEE),
    page(f"{ONE}/mistakes", mistakes, name="imports.mistakes", permission=MAKE),
    page(f"{ONE}/check", check, name="imports.check", permission=MAKE, methods=POST),
    page(f"{ONE}/ask", ask, name="imports.ask", permission=MAKE, methods=POST),
    page(f"{ONE}/undo", undo, name="imports.undo", permission=MAKE, methods=POST),
    page(f"{ONE}/discard", discard, name="imports.discard", permission=MAKE, methods=POST),
    page(f"{ONE}/resume", resume, name="imports.resume", permission=MAKE, methods=POST),
]
