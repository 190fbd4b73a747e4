"""A disk that fills while a copy is written: said in words, and nothing half is left."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.errors import Unavailable
from domain.operation import backups
from domain.operation.backups import BackupCause
from tests.webapp.safekeeping.test_desk import backed_up, leased, worked
from webapp.safekeeping import desk, files
from webapp.settings import Settings

SMALL = 200 * 1024  # bytes: less than an empty database has
LIMITED = """
import resource, signal, sys
from pathlib import Path
from webapp.safekeeping import files
from webapp.settings import Settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({small}, {small}))
settings = Settings(data_dir=Path({data!r}), database_url={url!r}, low_disk_bytes=1)
try:
    files.make(settings, "a.db")
except Exception as problem:
    print(getattr(problem, "code", type(problem).__name__))
"""


@contextmanager
def small_disk(where: Path) -> Iterator[None]:
    """A file system of its own that holds too little; skips where none may be mounted."""
    where.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", str(where)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(where)], check=True)


def left_in(where: Path) -> list[str]:
    return sorted(path.name for path in where.rglob("*") if path.is_file())


async def failed(house: Database, machine: Settings) -> str:
    """Try to make a copy; why it failed."""
    await house.act(backups.request, SYSTEM, BackupCause.ASKED, clock.utc_now())
    job = await leased(house, "backup")
    with pytest.raises(Unavailable) as problem:
        await desk.step(house, job, machine)
    return problem.value.message.in_english()


async def test_a_full_disk_leaves_nothing_and_says_so(
    house: Database, machine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not machine.database.startswith("sqlite"):
        pytest.skip("what a full disk does to pg_dump is its own business")
    # another program takes the room after we have looked
    monkeypatch.setattr(files, "must_have_room", lambda *_: None)
    with small_disk(files.folder(machine)):
        said = await failed(house, machine)

        assert "The disk was full" in said
        assert left_in(files.folder(machine)) == []
    (row,) = await house.ask(backups.page)
    assert (row.status, row.problem.partition(":")[0]) == ("failed", "DISK_FULL")
    standing = await house.ask(backups.standing, clock.utc_now(), 36)
    assert standing.problem == "failed"


async def test_the_second_disk_fills_and_the_first_copy_stays(
    house: Database, machine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not machine.database.startswith("sqlite"):
        pytest.skip("what a full disk does to pg_dump is its own business")
    assert machine.second_backup_dir is not None
    monkeypatch.setattr(files, "must_have_room", lambda *_: None)
    with ExitStack() as stack:
        stack.enter_context(small_disk(machine.second_backup_dir))
        row = await backed_up(house, machine)
        await worked(house, "backup.drill", machine)

        assert left_in(machine.second_backup_dir) == []
    assert row.status == "made"
    assert row.copy_problem.startswith("DISK_FULL")


def test_a_limit_on_files_is_a_full_disk_too(sqlite_url: str, tmp_path: Path) -> None:
    """Where nothing may be mounted: a child that may write no longer file."""
    code = LIMITED.format(small=SMALL, data=str(tmp_path / "data"), url=sqlite_url)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "DISK_FULL"
    assert left_in(tmp_path / "data" / "backups") == []
