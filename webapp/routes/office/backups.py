"""Copies of the database: the list and its plan, one copy, trials of it, taking it away, and what
to do in earnest."""

from datetime import datetime, time
from typing import Annotated, Any

from pydantic import Field
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.db.revisions import sqlite_path
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation import backups, settings
from domain.operation.backups import STAGES, BackupCause, BackupStatus, DrillStatus
from domain.operation.settings import OperatorSettings
from domain.operation.staff import EVERYWHERE, Permission, people
from webapp import forms, htmx, live, paging, progress
from webapp.form_fields import Clock
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render, text_of
from webapp.safekeeping import files
from webapp.safekeeping.words import PROBLEMS

SEE, MAKE, FETCH = Permission.BACKUPS_SEE, Permission.BACKUPS_MAKE, Permission.BACKUPS_FETCH
POST = ["POST"]
EVERY = (0, 1, 2, 3, 4, 6, 8, 12, 24)


class PlanForm(Form):
    backup_every_hours: Annotated[int, Field(ge=0, le=24)]
    backup_first_at: Clock
    backup_keep_daily: Annotated[int, Field(ge=1, le=366)]
    backup_keep_weekly: Annotated[int, Field(ge=0, le=520)]
    backup_keep_monthly: Annotated[int, Field(ge=0, le=120)]
    backup_old_hours: Annotated[int, Field(ge=1, le=8784)]
    edition: Annotated[int, Field(ge=0)]


async def index(request: Request) -> Response:
    return await _list(request)


async def _list(request: Request, form: Typed | None = None, status: int = 200) -> Response:
    asked, now = paging.read(request), clock.utc_now()

    async def looked_up(tx: Tx) -> dict[str, Any]:
        chosen, own = await settings.current(tx), await settings.own(tx)
        rows = await backups.page(tx, paging.cut(asked))
        return {
            "page": paging.page_of(rows, asked, key=lambda row: (row.started_at, row.id)),
            "names": await people.names(tx, _who(rows)),
            "standing": await backups.standing(tx, now, chosen.backup_old_hours),
            "last_drill": await backups.drills.last_drill(tx),
            "form": form or forms.filled({**_plan_of(chosen), "edition": own.edition}),
        }

    context = await db_of(request).ask(looked_up)
    context |= {"problems": PROBLEMS, "every": _every(), "now": now, **_shared(request)}
    return render(request, "office/backups/index.html", context, fragment="list", status=status)


def _plan_of(chosen: OperatorSettings) -> dict[str, Any]:
    names = set(PlanForm.model_fields) - {"edition"}
    return {name: value for name, value in chosen.model_dump().items() if name in names}


def _every() -> list[tuple[str, Message]]:
    hours = {0: say("Only when somebody asks"), 24: say("Once a day")}
    return [(str(one), hours.get(one, say("Every {hours} hours", hours=one))) for one in EVERY]


def _who(rows: list[Any]) -> list[str]:
    return sorted({row.requested_by for row in rows if row.requested_by})


def _shared(request: Request) -> dict[str, Any]:
    staff, machine = staff_of(request), request.app.state.settings
    return {
        "cause_of": lambda row: BackupCause(row.cause),
        "state_of": lambda row: BackupStatus(row.status),
        "tested": lambda word: DrillStatus(word),
        "may_make": staff.may(MAKE, EVERYWHERE),
        "may_fetch": staff.may(FETCH, EVERYWHERE),
        "may_plan": staff.may(Permission.SETTINGS_EDIT, EVERYWHERE),
        "folder": str(files.folder(machine).absolute()),
        "second": str(machine.second_backup_dir or ""),
    }


async def create(request: Request) -> Response:
    """A copy of the whole database, made in the background; one at a time."""
    staff_of(request).must(MAKE, EVERYWHERE)
    now, actor = clock.utc_now(), actor_of(request)
    job_id = await db_of(request).act(backups.request, actor, BackupCause.ASKED, now)
    return htmx.redirect(request, _address(request, "jobs.show", job_id=job_id))


async def plan(request: Request) -> Response:
    staff_of(request).must(Permission.SETTINGS_EDIT, EVERYWHERE)
    typed = await forms.read(request)
    try:
        wanted = forms.parse(PlanForm, typed)
        values = wanted.model_dump(exclude={"edition"})
        first: time = values["backup_first_at"]
        values["backup_first_at"] = f"{first:%H:%M}"
        await db_of(request).act(_change, request, values, wanted.edition, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _list(request, typed.refused(error), 422)
    return htmx.redirect(request, _address(request, "backups.index"))


async def _change(
    tx: Tx, request: Request, values: dict[str, Any], edition: int, now: datetime
) -> None:
    """What is as it would be anyway is not written down as a choice."""
    usual = OperatorSettings().model_dump()
    chosen = {name: None if value == usual[name] else value for name, value in values.items()}
    await settings.change(tx, actor_of(request), chosen, now, edition=edition)


async def show(request: Request) -> Response:
    backup_id = request.path_params["backup_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        row = await backups.get(tx, backup_id)
        drills = await backups.drills.drills_of(tx, backup_id)
        return {
            "row": row,
            "drills": drills,
            "names": await people.names(tx, _who([row, *drills])),
            "history": await history_of(tx, "backup", backup_id),
        }

    context = await db_of(request).ask(looked_up)
    path = files.path_of(request.app.state.settings, context["row"].name)
    context["is_there"] = context["row"].status == BackupStatus.MADE and path.is_file()
    return render(request, "office/backups/show.html", context | _shared(request))


async def download(request: Request) -> Response:
    """The file. Whoever has it and the secret key file has everything: it is written down."""
    staff_of(request).must(FETCH, EVERYWHERE)
    row = await db_of(request).ask(backups.get, request.path_params["backup_id"])
    path = files.path_of(request.app.state.settings, row.name)
    if row.status != BackupStatus.MADE or not path.is_file():
        raise NotFound()
    await db_of(request).act(backups.fetched, row.id, actor_of(request), clock.utc_now())
    headers = {"Cache-Control": "no-store"}
    kind = "application/octet-stream"
    return FileResponse(path, media_type=kind, filename=row.name, headers=headers)


# -- trials


async def start_drill(request: Request) -> Response:
    staff_of(request).must(MAKE, EVERYWHERE)
    backup_id, now = request.path_params["backup_id"], clock.utc_now()
    drill_id = await db_of(request).act(backups.drills.request, actor_of(request), backup_id, now)
    return htmx.redirect(request, _address(request, "backup_drills.show", drill_id=drill_id))


async def show_drill(request: Request) -> Response:
    return render(request, "office/backups/drill.html", await _drill(request))


async def follow_drill(request: Request) -> EventSourceResponse:
    """The drill as it goes, over SSE; it goes on after a reload."""

    async def state() -> tuple[str, bool]:
        context = await _drill(request)
        html = text_of(request, "office/backups/drill.html", context, "state")
        return html, context["drill"].status != DrillStatus.RUNNING

    return await live.follow(request, "state", state, progress.SECONDS)


async def _drill(request: Request) -> dict[str, Any]:
    drill_id = request.path_params["drill_id"]

    async def looked_up(tx: Tx) -> dict[str, Any]:
        drill = await backups.drills.get_drill(tx, drill_id)
        return {
            "drill": drill,
            "row": await backups.get(tx, drill.backup_id),
            "done": await backups.drills.stages_done(tx, drill),
            "names": await people.names(tx, _who([drill])),
            "history": await history_of(tx, "backup_drill", drill_id),
        }

    context = await db_of(request).ask(looked_up)
    return {**context, "stages": STAGES, **_shared(request)}


async def restoring(request: Request) -> Response:
    """What to do when the database is lost, for this installation: to be printed and kept."""
    machine = request.app.state.settings

    async def looked_up(tx: Tx) -> dict[str, Any]:
        chosen = await settings.current(tx)
        return {
            "standing": await backups.standing(tx, clock.utc_now(), chosen.backup_old_hours),
            "last_drill": await backups.drills.last_drill(tx),
        }

    context = await db_of(request).ask(looked_up)
    key = machine.secret_key_file or machine.data_dir / "secret.key"
    context |= {
        "secret_key": str(key.absolute()),
        "is_sqlite": sqlite_path(machine.database) is not None,
        **_shared(request),
    }
    return render(request, "office/backups/restoring.html", context)


def _address(request: Request, name: str, **parameters: str) -> str:
    path: str = request.app.state.addresses.path(name, **parameters)
    return path


ONE, DRILL = "/office/backups/{backup_id}", "/office/backups/drills/{drill_id}"
routes = [
    page("/office/backups", index, name="backups.index", permission=SEE),
    page("/office/backups", create, methods=POST, name="backups.create", permission=MAKE),
    page(
        "/office/backups/plan",
        plan,
        methods=POST,
        name="backup_plans.update",
        permission=Permission.SETTINGS_EDIT,
    ),
    page("/office/backups/restoring", restoring, name="backups.restoring", permission=SEE),
    page(ONE, show, name="backups.show", permission=SEE),
    page(f"{ONE}/file", download, name="backups.download", permission=FETCH),
    page(f"{ONE}/drills", start_drill, methods=POST, name="backup_drills.create", permission=MAKE),
    page(DRILL, show_drill, name="backup_drills.show", permission=SEE),
    page(f"{DRILL}/progress", follow_drill, name="backup_drills.progress", permission=SEE),
]
