"""The work behind copies of the database: planning, making, a second folder, removing old ones."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.db.copies import CopyFailed
from domain.kernel.errors import Conflict, DomainError, Unavailable, say
from domain.operation import backups, jobs
from domain.operation import settings as choices
from domain.operation.backups import BackupCause, Keep
from domain.operation.jobs import Job, Progress
from domain.operation.reasons import reason_of
from domain.operation.settings import OperatorSettings
from webapp.safekeeping import files, trials
from webapp.settings import Settings

STEPS = 3
PLAN_SECONDS = 60
TROUBLES = (CopyFailed, DomainError, OSError)


def register(settings: Settings) -> None:
    """Every process that works on jobs makes copies, and looks whether one is due."""

    async def back_up(db: Database, job: Job) -> Progress:
        return await step(db, job, settings)

    async def try_out(db: Database, job: Job) -> Progress:
        return await trials.step(db, job, settings)

    async def plan(db: Database, now: datetime) -> None:
        await look(db, settings, now)

    jobs.register("backup", back_up)
    jobs.register("backup.drill", try_out)
    jobs.every("backups.plan", PLAN_SECONDS, plan)


# -- one copy, in three steps


async def step(db: Database, job: Job, settings: Settings) -> Progress:
    """A copy is whole or not at all: after a kill the same step does the same copy again."""
    if job.cursor is None:
        return await _make(db, job, settings)
    backup_id = job.cursor["backup_id"]
    if job.cursor["stage"] == "copy":
        await _copy(db, backup_id, settings)
        return Progress({"stage": "end", "backup_id": backup_id}, 2, STEPS)
    row = await db.ask(backups.get, backup_id)
    await _try_out(db, backup_id)
    result = {"file": row.name, "bytes": row.size_bytes}
    return Progress(None, STEPS, STEPS, True, result)


async def _make(db: Database, job: Job, settings: Settings) -> Progress:
    now = clock.utc_now()
    cause = BackupCause(job.params.get("cause", BackupCause.ASKED))
    name = files.new_name(settings, now)
    row = await db.act(backups.begin, job.id, name, cause, job.requested_by, now)
    try:
        made = await asyncio.to_thread(files.make, settings, row.name)
    except TROUBLES as problem:
        reason = said_of(problem)
        await db.act(backups.note_failed, row.id, reason, clock.utc_now())
        raise as_domain(problem) from problem
    await db.act(backups.note_made, row.id, made, clock.utc_now())
    return Progress({"stage": "copy", "backup_id": row.id}, 1, STEPS)


async def _copy(db: Database, backup_id: str, settings: Settings) -> None:
    """A second folder that cannot be written is no reason to be without the first."""
    if settings.second_backup_dir is None:
        return
    row = await db.ask(backups.get, backup_id)
    try:
        await asyncio.to_thread(files.copy_to_second, settings, row.name)
    except TROUBLES as problem:
        await db.act(backups.note_copied, backup_id, None, said_of(problem))
    else:
        await db.act(backups.note_copied, backup_id, clock.utc_now())


async def _try_out(db: Database, backup_id: str) -> None:
    """Each copy stands a trial; while another does, this one waits for the next look."""
    try:
        await db.act(backups.drills.request, SYSTEM, backup_id, clock.utc_now())
    except Conflict:
        return


def said_of(problem: Exception) -> str:
    """What staff may read: a copy's own sentence, or that of the domain."""
    return str(problem)[:400] if isinstance(problem, CopyFailed) else reason_of(problem)


def as_domain(problem: Exception) -> DomainError:
    if isinstance(problem, DomainError):
        return problem
    return Unavailable(say("The copy could not be made: {reason}", reason=said_of(problem)))


# -- again and again


async def look(db: Database, settings: Settings, now: datetime) -> None:
    """Is a copy due? What was stopped, what lies there unlisted, what may go?"""
    chosen = await db.ask(choices.current)
    for drill_id in await db.act(backups.close_abandoned, now):
        await asyncio.to_thread(trials.clear, settings, drill_id)
    await _list_strangers(db, settings, now)
    await _ask_when_due(db, chosen, now)
    newest = next(iter((await db.ask(backups.held)).values()), None)
    if newest is not None and newest.tested is None:
        await _try_out(db, newest.id)
    await remove_old(db, settings, chosen, now)


async def _list_strangers(db: Database, settings: Settings, now: datetime) -> None:
    known = await db.ask(backups.names)
    strangers = await asyncio.to_thread(files.found, settings, known)
    for name, (made, made_at) in strangers.items():
        await db.act(backups.adopt, name, made, made_at, now)


async def _ask_when_due(db: Database, chosen: OperatorSettings, now: datetime) -> None:
    zone = ZoneInfo(chosen.time_zone)
    slot = backups.latest_slot(now, chosen.backup_first_at, chosen.backup_every_hours, zone)

    async def ask(tx: Tx) -> None:
        if backups.is_due(slot, now, await backups.last_begun(tx)):
            await backups.request(tx, SYSTEM, BackupCause.SCHEDULED, now)

    if slot is None or not backups.is_due(slot, now, await db.ask(backups.last_begun)):
        return
    try:
        await db.act(ask)
    except Conflict:
        return  # one is being made


async def remove_old(
    db: Database, settings: Settings, chosen: OperatorSettings, now: datetime
) -> None:
    """Only when the newest copy has stood its trial: else an old one may be all that is left."""
    held = await db.ask(backups.held)
    newest = next(iter(held.values()), None)
    if newest is None or newest.tested != "passed":
        return
    keep = Keep(chosen.backup_keep_daily, chosen.backup_keep_weekly, chosen.backup_keep_monthly)
    zone = ZoneInfo(chosen.time_zone)
    over = backups.to_remove(map(backups.as_held, held.values()), keep, now, zone)
    for backup_id in sorted(over):
        await asyncio.to_thread(files.remove, settings, held[backup_id].name)
        await db.act(backups.note_removed, backup_id, now)
