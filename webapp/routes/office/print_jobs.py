"""What waits for the printers, what a person must look at, and what they may do with it."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock, identity
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, NotFound, Refused
from domain.operation import printers
from domain.operation.printers import (
    NEEDS_PERSON,
    Again,
    PrintedDocument,
    PrinterLanguage,
    PrintStatus,
    documents_of,
    worklist,
)
from domain.operation.staff import people
from webapp import forms, htmx, i18n, live, paging, rendering
from webapp.form_fields import Id, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_printers import SEE, WORK, printers_for
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import trouble_of
from webapp.words import label_of

SECONDS = 1.0
WAITING = (PrintStatus.QUEUED, PrintStatus.SENDING)
PARTS = {
    "person": NEEDS_PERSON,
    "waiting": WAITING,
    "done": (PrintStatus.DONE, PrintStatus.CANCELLED),
}


class RedirectForm(Form):
    printer_id: Id


class AgainForm(Form):
    reason: LongLine
    document_number: LongLine = ""


class ReasonForm(Form):
    reason: LongLine = ""


async def index(request: Request) -> Response:
    """What needs a person first; else what waits."""
    return render(request, "office/print_jobs/index.html", await _list(request), fragment="list")


async def stream(request: Request) -> Response:
    """The same list, as it changes."""

    async def rows() -> str:
        context = await _list(request)
        return rendering.text_of(request, "office/print_jobs/index.html", context, "rows")

    return live.stream(request, {"rows": live.Part(rows, SECONDS)})


async def _list(request: Request) -> dict[str, Any]:
    wanted, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        seen = {row.id: row for row in await printers_for(tx, staff)}
        chosen = [wanted.text("printer")] if wanted.text("printer") in seen else list(seen)
        counts = {
            part: await worklist.count(tx, statuses, chosen)
            for part, statuses in PARTS.items()
            if part != "done"
        }
        part = wanted.text("part")
        if part not in PARTS:
            part = "person" if counts["person"] else "waiting"
        rows = await worklist.page(tx, PARTS[part], chosen, paging.cut(asked))
        return {"printers": seen, "counts": counts, "part": part, "rows": rows}

    found = await db_of(request).ask(looked_up)
    shown = paging.page_of(found["rows"], asked, key=lambda row: (row.queued_at, row.id))
    return {
        **found,
        "page": shown,
        "form": wanted,
        "choices": [(row.id, row.name) for row in found["printers"].values()],
        "parts": list(PARTS),
        "status_of": PrintStatus,
        "document_of": PrintedDocument,
        "trouble_of": trouble_of,
    }


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def retry(request: Request) -> Response:
    job = await _job(request)
    await db_of(request).act(worklist.retry, job.id, actor_of(request), clock.utc_now())
    return _shown(request, job.id)


async def cancel(request: Request) -> Response:
    typed, job = await forms.read(request), await _job(request)
    reason = forms.parse(ReasonForm, typed).reason
    await db_of(request).act(worklist.cancel, job.id, actor_of(request), clock.utc_now(), reason)
    return _shown(request, job.id)


async def redirect(request: Request) -> Response:
    typed, job = await forms.read(request), await _job(request)
    try:
        printer_id = forms.parse(RedirectForm, typed).printer_id
        await db_of(request).act(
            worklist.redirect, job.id, printer_id, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict, NotFound) as error:
        return await _page(request, typed, error)
    return _shown(request, job.id)


async def settle(request: Request) -> Response:
    """Somebody has found the paper."""
    job = await _job(request)
    await db_of(request).act(worklist.settle, job.id, actor_of(request), clock.utc_now())
    return _shown(request, job.id)


async def print_again(request: Request) -> Response:
    """Nobody has: a new print instead, and a ticket's old one dies."""
    typed, job = await forms.read(request), await _job(request)
    try:
        wanted = forms.parse(AgainForm, typed)
        marks: Sequence[str] = ()
        if wanted.document_number:
            number = identity.normalise(wanted.document_number)
            marks = vault_of(request).fingerprints("document", number)
        again = Again(job, wanted.reason, marks)
        job_id = await db_of(request).act(
            worklist.print_again, again, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, typed, error)
    return _shown(request, job_id)


async def _job(request: Request) -> Any:
    """The job of the address, if it is one to work on in the reader's areas."""
    job = await db_of(request).ask(worklist.get, request.path_params["job_id"])
    if not staff_of(request).may(SEE, job.area_id):
        raise NotFound()
    staff_of(request).must(WORK, job.area_id)
    return job


async def _page(request: Request, form: Typed, error: DomainError | None = None) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        job = await worklist.get(tx, request.path_params["job_id"])
        if not staff.may(SEE, job.area_id):
            raise NotFound()
        others = [row for row in await printers_for(tx, staff) if is_other(row, job)]
        return {
            "job": job,
            "printer": await printers.get_printer(tx, job.printer_id),
            "others": [(row.id, row.name) for row in others],
            "history": await history_of(tx, "print_job", job.id),
            "names": await people.names(tx, [job.staff_id]) if job.staff_id else {},
        }

    found = await db_of(request).ask(looked_up)
    job = found["job"]
    context = {
        **found,
        "form": form.refused(error) if error else form,
        "state": PrintStatus(job.status),
        "heading": f"{i18n.here(label_of(PrintedDocument(job.document)))} {job.number}".strip(),
        "is_waiting": job.status in WAITING,
        "is_ticket": job.document == PrintedDocument.TICKET,
        "trouble": trouble_of(job),
        "may_work": staff.may(WORK, job.area_id),
    }
    status = 422 if error else 200
    return render(request, "office/print_jobs/show.html", context, fragment="state", status=status)


def is_other(row: Any, job: Any) -> bool:
    """May the job go to this printer instead?"""
    able = documents_of(PrinterLanguage(row.language))
    return (
        row.id != job.printer_id
        and row.area_id == job.area_id
        and row.retired_at is None
        and job.document in able
    )


def _shown(request: Request, job_id: str) -> Response:
    path = request.app.state.addresses.path("print_jobs.show", job_id=job_id)
    return htmx.redirect(request, path)


ALL, POST = "/office/print-jobs", ["POST"]
ONE = f"{ALL}/{{job_id}}"
routes = [
    page(ALL, index, name="print_jobs.index", permission=SEE),
    page(f"{ALL}/events", stream, name="print_jobs.stream", permission=SEE),
    page(ONE, show, name="print_jobs.show", permission=SEE),
    page(f"{ONE}/retry", retry, name="print_retries.create", permission=WORK, methods=POST),
    page(f"{ONE}/cancellation", cancel, name="print_jobs.cancel", permission=WORK, methods=POST),
    page(f"{ONE}/printer", redirect, name="print_redirects.create", permission=WORK, methods=POST),
    page(f"{ONE}/finding", settle, name="print_findings.create", permission=WORK, methods=POST),
    page(f"{ONE}/again", print_again, name="print_agains.create", permission=WORK, methods=POST),
]
