"""Copies of the database for real: made, tried out, damaged, killed, out of room, removed."""

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx, copies
from domain.kernel.errors import Conflict, Unavailable
from domain.operation import audit, backups, jobs
from domain.operation import settings as choices
from domain.operation.backups import BackupCause
from domain.operation.backups.tables import backups as backups_table
from domain.operation.jobs import Job, running
from webapp.safekeeping import desk, files, trials
from webapp.settings import Settings

ROOT = Path(__file__).parents[3]
KILLED = "tests.webapp.safekeeping.killed_while_copying"
MARK = sa.update(backups_table).values(sha256=b("digest"))
LEASE = timedelta(seconds=30)


async def leased(db: Database, kind: str) -> Job:
    now = clock.utc_now()
    (job,) = await db.act(running.lease, [kind], now, 1, now + LEASE)
    return job


async def worked(db: Database, kind: str, settings: Settings) -> Any:
    """A job of this kind, from its first step to its last; gives its result."""
    job = await leased(db, kind)
    step = desk.step if kind == "backup" else trials.step
    while True:
        progress = await step(db, job, settings)
        now = clock.utc_now()
        await db.act(running.advance, job, progress, now + LEASE, now)
        if progress.is_finished:
            return progress.result
        job = job._replace(cursor=progress.cursor, done_steps=progress.done_steps)


async def backed_up(db: Database, settings: Settings, cause: str = "asked") -> Any:
    """The row of a copy that is made, its trial still waiting."""
    now = clock.utc_now()
    job_id = await db.act(backups.request, SYSTEM, BackupCause(cause), now)
    await worked(db, "backup", settings)
    rows = await db.ask(backups.page)
    return next(row for row in rows if row.job_id == job_id)


async def test_a_copy_is_made_copied_put_back_on_trial_and_both_are_listed(
    house: Database, machine: Settings
) -> None:
    await backed_up(house, machine)
    await worked(house, "backup.drill", machine)

    (row,) = await house.ask(backups.page)
    assert (row.status, row.tested, row.copy_problem) == ("made", "passed", "")
    path = files.path_of(machine, row.name)
    assert copies.sha256(path) == row.sha256
    assert machine.second_backup_dir is not None
    copies.check(machine.second_backup_dir / row.name)
    (drill,) = await house.ask(backups.drills.drills_of, row.id)
    assert (drill.status, drill.detail["findings"]) == ("passed", 0)
    assert drill.detail["rows"]["staff"] == 1
    assert drill.took_seconds >= 1
    assert drill.lost_seconds >= 0
    assert set(drill.detail["seconds"]) == {stage.value for stage in backups.STAGES}
    assert not list((files.folder(machine) / files.SCRATCH).glob("drill-*"))
    standing = await house.ask(backups.standing, clock.utc_now(), 36)
    assert (standing.problem, standing.last_good.id) == ("", row.id)


async def test_a_damaged_copy_fails_its_trial_and_somebody_must_look(
    house: Database, machine: Settings
) -> None:
    row = await backed_up(house, machine)
    path = files.path_of(machine, row.name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    await worked(house, "backup.drill", machine)

    (row,) = await house.ask(backups.page)
    assert row.tested == "failed"
    standing = await house.ask(backups.standing, clock.utc_now(), 36)
    assert (standing.problem, standing.last_good) == ("test_failed", None)
    assert "damaged" in (await house.ask(backups.drills.drills_of, row.id))[0].problem


def falsify(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE audit_entries SET act = 'nothing.happened'")
        connection.commit()


async def test_a_copy_of_falsified_sums_fails_although_its_file_is_whole(
    house: Database, machine: Settings
) -> None:
    """The checksum says that the file is what was written, not that what was written is right."""
    if not machine.database.startswith("sqlite"):
        pytest.skip("a dump cannot be edited")
    await audit.seal_all(house, clock.utc_now())
    row = await backed_up(house, machine)
    path = files.path_of(machine, row.name)
    falsify(path)
    copies.checksum_file(path).write_text(f"{copies.sha256(path)}  {path.name}\n")

    async def trust(tx: Tx) -> None:
        await tx.run(MARK, digest=copies.sha256(path))

    await house.act(trust)
    await worked(house, "backup.drill", machine)

    (row,) = await house.ask(backups.page)
    (drill,) = await house.ask(backups.drills.drills_of, row.id)
    assert (row.tested, drill.detail["findings"] > 0) == ("failed", True)
    assert "verify" in drill.problem


async def test_without_room_nothing_is_written_and_the_reason_is_told(
    house: Database, machine: Settings
) -> None:
    full = machine.model_copy(update={"low_disk_bytes": 1 << 60})
    await house.act(backups.request, SYSTEM, BackupCause.ASKED, clock.utc_now())

    with pytest.raises(Unavailable, match="Not enough room"):
        await desk.step(house, await leased(house, "backup"), full)

    (row,) = await house.ask(backups.page)
    assert (row.status, row.sha256) == ("failed", "")
    assert row.problem.startswith("DISK_FULL")
    assert not list(files.folder(machine).glob("*.d*"))
    assert (await house.ask(backups.standing, clock.utc_now(), 36)).problem == "failed"


async def test_a_second_folder_that_cannot_be_written_leaves_the_first_copy_good(
    house: Database, machine: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("")
    lost = machine.model_copy(update={"second_backup_dir": tmp_path / "a file" / "below"})

    row = await backed_up(house, lost)

    assert (row.status, row.copied_at) == ("made", None)
    assert row.copy_problem == "NotADirectoryError"
    assert (await house.ask(backups.standing, clock.utc_now(), 36)).problem == "copy_failed"


async def test_a_process_killed_in_the_middle_leaves_no_half_file_that_counts(
    house: Database, machine: Settings
) -> None:
    await house.act(backups.request, SYSTEM, BackupCause.ASKED, clock.utc_now())
    job = await leased(house, "backup")
    name = files.new_name(machine, clock.utc_now())
    begun = await house.act(backups.begin, job.id, name, BackupCause.ASKED, None, clock.utc_now())
    command = [sys.executable, "-m", KILLED, machine.database]
    killed = await asyncio.to_thread(
        subprocess.run, [*command, str(machine.data_dir), name], cwd=ROOT, check=False
    )

    assert killed.returncode == -9
    assert list(files.folder(machine).glob(f".{name}.*"))  # half of it lies there
    assert not files.found(machine, set())
    assert (await house.ask(backups.get, begun.id)).status == "making"
    assert (await house.ask(backups.standing, clock.utc_now(), 36)).last_good is None

    progress = await desk.step(house, job, machine)  # as another process takes over

    assert progress.done_steps == 1
    (row,) = await house.ask(backups.page)
    assert (row.id, row.status) == (begun.id, "made")
    assert not list(files.folder(machine).glob(".shanmen*"))
    copies.check(files.path_of(machine, row.name))


async def test_stopped_for_good_is_not_under_way_any_more(
    house: Database, machine: Settings
) -> None:
    now = clock.utc_now()
    job_id = await house.act(backups.request, SYSTEM, BackupCause.ASKED, now)
    await house.act(backups.begin, job_id, "shanmen-1.db", BackupCause.ASKED, None, now)
    await house.act(jobs.cancel, SYSTEM, job_id, now)

    await desk.look(house, machine, now)

    (row,) = await house.ask(backups.page)
    assert row.status == "failed"


async def test_only_one_copy_and_one_trial_at_a_time(house: Database, machine: Settings) -> None:
    row = await backed_up(house, machine)  # its trial waits

    with pytest.raises(Conflict):
        await house.act(backups.drills.request, SYSTEM, row.id, clock.utc_now())


async def set_up_since(db: Database, at: datetime) -> None:
    async def note(tx: Tx) -> None:
        audit.record(tx, SYSTEM, "house.set_up", "house", at)

    await db.act(note)


async def test_a_planned_copy_is_asked_for_once_and_old_ones_go_after_a_good_trial(
    house: Database, machine: Settings
) -> None:
    now = datetime.fromisoformat("2026-11-22T03:00:00+08:00")
    await set_up_since(house, now - timedelta(days=3))
    await desk.look(house, machine, now)
    await desk.look(house, machine, now + timedelta(minutes=1))

    asked = await house.ask(jobs.page)
    assert [(row.kind, row.params) for row in asked] == [("backup", {"cause": "scheduled"})]


async def test_what_is_over_is_removed_from_both_folders(
    house: Database, machine: Settings
) -> None:
    edition = (await house.ask(choices.own)).edition
    keep = {"backup_keep_daily": 1, "backup_keep_weekly": 0, "backup_keep_monthly": 0}

    async def choose(tx: Tx) -> None:
        await choices.change(tx, SYSTEM, keep, clock.utc_now(), edition=edition)

    await house.act(choose)
    first = await backed_up(house, machine)
    await worked(house, "backup.drill", machine)
    later = clock.utc_now() + timedelta(days=2)
    chosen = await house.ask(choices.current)

    await desk.remove_old(house, machine, chosen, later)
    assert (await house.ask(backups.get, first.id)).status == "made"  # the newest good one

    name = first.name.replace("shanmen-", "shanmen-x")
    path = files.path_of(machine, name)
    path.write_bytes(files.path_of(machine, first.name).read_bytes())
    copies.checksum_file(path).write_text(f"{first.sha256}  {name}\n")
    made = files.measured(path)
    await house.act(backups.adopt, name, made, later, later)
    await desk.remove_old(house, machine, chosen, later)
    assert (await house.ask(backups.get, first.id)).status == "made"  # the new one is untried

    newest = next(iter((await house.ask(backups.held)).values()))
    await house.act(backups.drills.request, SYSTEM, newest.id, clock.utc_now())
    await worked(house, "backup.drill", machine)
    await desk.remove_old(house, machine, chosen, later)

    assert (await house.ask(backups.get, first.id)).status == "removed"
    assert not files.path_of(machine, first.name).exists()
    assert machine.second_backup_dir is not None
    assert not (machine.second_backup_dir / first.name).exists()
    assert path.exists()
