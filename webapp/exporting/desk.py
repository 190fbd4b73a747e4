"""Where exports are ordered and fetched: the job that has a file written, and the files' folder."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from domain.kernel import clock
from domain.kernel.db import Database
from domain.kernel.errors import Unavailable, say
from domain.operation import jobs
from domain.operation.jobs import Job, Progress
from domain.operation.jobs.running import LEASE
from domain.reports import exports
from webapp.exporting.model import Task
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-m", "webapp.exporting.scribe")
TELL_SECONDS = 0.4  # how often progress is written down
SWEEP_SECONDS = 3_600


def folder(settings: Settings) -> Path:
    return settings.data_dir / "exports"


def path_of(settings: Settings, export_id: str, format_: str) -> Path:
    return folder(settings) / f"{export_id}.{format_}"


def register(settings: Settings) -> None:
    """Exports are made by every process that works on jobs, and removed when their time is over."""

    async def export(db: Database, job: Job) -> Progress:
        return await _export(db, job, settings)

    async def sweep(db: Database, now: datetime) -> None:
        await remove_old(db, settings, now)

    jobs.register("export", export)
    jobs.every("exports.sweep", SWEEP_SECONDS, sweep)


async def remove_old(db: Database, settings: Settings, now: datetime) -> None:
    """The file first: a line that says it is gone must be true."""
    for row in await db.ask(exports.due_for_removal, now):
        path_of(settings, row.id, row.format).unlink(missing_ok=True)
        await db.act(exports.note_removed, row.id, now)


async def _export(db: Database, job: Job, settings: Settings) -> Progress:
    """One step: the file is whole or not at all, so a repeated one writes it anew."""
    row = await db.ask(exports.get, job.params["export_id"])
    folder(settings).mkdir(parents=True, exist_ok=True)
    path = path_of(settings, row.id, row.format)
    task = Task(
        settings.database,
        row.noun,
        row.format,
        row.question,
        row.requested_by,
        row.language,
        str(path),
    )
    noted, last = clock.utc_now(), {}
    try:
        async for figures in _figures(task):
            last = figures
            now = clock.utc_now()
            if "done" in figures and (now - noted).total_seconds() > TELL_SECONDS:
                noted = now
                so_far = Progress(None, figures["done"], figures["all"])
                await db.act(jobs.advance, job, so_far, now + LEASE, now)
    finally:
        _clear(path)
    made = exports.Made(last["rows"], last["size_bytes"], last["sha256"])
    await db.act(exports.deliver, row.id, made, clock.utc_now())
    return Progress(None, made.rows, made.rows, True, {"rows": made.rows, "bytes": made.size_bytes})


def _clear(path: Path) -> None:
    path.with_name(f"{path.name}.part").unlink(missing_ok=True)


async def _figures(task: Task) -> AsyncIterator[dict[str, Any]]:
    """What the scribe tells, until the file is there. Whoever stops listening stops it. Raises
    Unavailable."""
    scribe = await asyncio.create_subprocess_exec(
        *COMMAND, cwd=ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True, env=_environment()
    )
    assert scribe.stdin and scribe.stdout
    try:
        scribe.stdin.write(msgspec.json.encode(task))
        scribe.stdin.close()
        figures: dict[str, Any] = {}
        async for line in scribe.stdout:
            figures = msgspec.json.decode(line)
            yield figures
        if await scribe.wait() or "rows" not in figures:
            raise Unavailable(say("The file could not be written. Please try again."))
    finally:
        if scribe.returncode is None:
            scribe.kill()
            await scribe.wait()


def _environment() -> dict[str, str]:
    """Without our settings: the scribe is told what it needs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SHANMEN_")}
