"""A drill, stage by stage: the copy is put back beside the house by the very commands of an
emergency, in processes of their own, and every stage is timed."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

from domain.kernel import clock
from domain.kernel.db import Database, copies, scratch
from domain.kernel.db.copies import CopyFailed
from domain.kernel.errors import DomainError
from domain.operation import backups
from domain.operation.backups import STAGES, DrillStage
from domain.operation.backups.drills import Outcome
from domain.operation.jobs import Job, Progress
from domain.operation.reasons import reason_of
from webapp.safekeeping import files
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent.parent
GENTLY = "import os; os.nice(10); from webapp.cli import main; main()"  # visitors first
COMMAND = (sys.executable, "-c", GENTLY)


class Failed(Exception):
    """The copy did not stand its trial: why, in a line."""


async def step(db: Database, job: Job, settings: Settings) -> Progress:
    """One stage. What a stage leaves lies in the scratch database, so that another process can go
    on; a stage that is done twice begins anew."""
    drill = await db.ask(backups.drills.get_drill, job.params["drill_id"])
    done: dict[str, Any] = dict(job.cursor or {"seconds": {}, "rows": {}, "findings": 0})
    stage = STAGES[job.done_steps]
    begun = time.monotonic()
    problem = ""
    try:
        await _STAGES[stage](db, drill, settings, done)
    except Failed as failed:
        problem = str(failed)
    except CopyFailed as failed:
        problem = str(failed)
    except (DomainError, OSError) as failed:
        problem = reason_of(failed)
    seconds = {**done["seconds"], stage.value: round(time.monotonic() - begun, 3)}
    done = {**done, "seconds": seconds}
    many = job.done_steps + 1
    if not problem and many < len(STAGES):
        return Progress(done, many, len(STAGES))
    await asyncio.to_thread(clear, settings, drill.id)
    outcome = Outcome(problem, done["seconds"], done["rows"], done["findings"])
    await db.act(backups.drills.end, drill.id, outcome, clock.utc_now())
    result = {"took_seconds": round(sum(seconds.values()), 1), "findings": done["findings"]}
    return Progress(done, many, len(STAGES), True, result)


def clear(settings: Settings, drill_id: str) -> None:
    scratch.clear(settings.database, _place(settings), _called(drill_id))


def _place(settings: Settings) -> Path:
    return files.folder(settings) / files.SCRATCH


def _called(drill_id: str) -> str:
    return f"drill-{drill_id}"


async def _check(db: Database, drill: Any, settings: Settings, done: dict[str, Any]) -> None:
    """The file is what its checksum says, and the checksum is the one of its making."""
    row = await db.ask(backups.get, drill.backup_id)
    path = files.path_of(settings, row.name)
    await asyncio.to_thread(copies.check, path)
    if (await asyncio.to_thread(files.measured, path)).sha256 != row.sha256:
        raise Failed(f"{row.name} is not the file that was made: its checksum is another")


async def _put_back(db: Database, drill: Any, settings: Settings, done: dict[str, Any]) -> None:
    row = await db.ask(backups.get, drill.backup_id)
    path, place = files.path_of(settings, row.name), _place(settings)
    await asyncio.to_thread(files.must_have_room, settings, place, row.size_bytes * 2)
    database = settings.database
    await asyncio.to_thread(scratch.put_back, database, path, place, _called(drill.id))


async def _migrate(db: Database, drill: Any, settings: Settings, done: dict[str, Any]) -> None:
    code, _ = await _command(settings, drill.id, "migrate")
    if code:
        raise Failed(f"`shanmen migrate` ended with {code}")


async def _verify(db: Database, drill: Any, settings: Settings, done: dict[str, Any]) -> None:
    code, said = await _command(settings, drill.id, "verify", "--json")
    try:
        found = json.loads(said)["findings"]
    except (ValueError, KeyError, TypeError):
        raise Failed(f"`shanmen verify` ended with {code}") from None
    done["findings"] = len(found)
    if code or found:
        first = f": {found[0]['check']} {found[0]['subject']}" if found else ""
        raise Failed(f"`shanmen verify` found {len(found)} differences{first}")


async def _count(db: Database, drill: Any, settings: Settings, done: dict[str, Any]) -> None:
    """Every table's rows; what only ever grows has not shrunk since the copy before."""
    row = await db.ask(backups.get, drill.backup_id)
    url = scratch.url_of(settings.database, _place(settings), _called(drill.id))
    done["rows"] = dict(await asyncio.to_thread(scratch.count_rows, url))
    before = await db.ask(backups.drills.rows_before, row.started_at)
    only_grow = backups.drills.tables_that_only_grow()
    if fewer := backups.shrunk(before, done["rows"], only_grow):
        raise Failed(f"fewer rows than in the copy before: {', '.join(fewer)}")


async def _command(settings: Settings, drill_id: str, *words: str) -> tuple[int, bytes]:
    """`shanmen ...` on the scratch database, in a process that visitors need not wait for."""
    url = scratch.url_of(settings.database, _place(settings), _called(drill_id))
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
        env={**os.environ, "SHANMEN_DATABASE_URL": url, "SHANMEN_DATA_DIR": str(_place(settings))},
    )
    try:
        said, _ = await process.communicate()
        return process.returncode or 0, said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


_STAGES = {
    DrillStage.CHECK: _check,
    DrillStage.PUT_BACK: _put_back,
    DrillStage.MIGRATE: _migrate,
    DrillStage.VERIFY: _verify,
    DrillStage.COUNT: _count,
}
