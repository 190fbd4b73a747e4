"""Where copies lie, whether there is room for one more, and the second folder. All of it blocks."""

import errno
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from domain.kernel.db import copies, scratch
from domain.kernel.db.copies import CopyFailed
from domain.kernel.errors import Unavailable, say
from domain.operation.backups import Copied
from webapp.settings import Settings

SCRATCH = ".drills"


def folder(settings: Settings) -> Path:
    return settings.data_dir / "backups"


def new_name(settings: Settings, now: datetime) -> str:
    """Of this second."""
    stamp = now.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    return f"shanmen-{stamp}{copies.suffix_for(settings.database)}"


def path_of(settings: Settings, name: str) -> Path:
    return folder(settings) / name


def make(settings: Settings, name: str) -> Copied:
    """A whole copy with its checksum beside it. One that an earlier try left whole is taken; what
    it left half is removed. Raises Unavailable when the disk is full, CopyFailed."""
    target = path_of(settings, name)
    for half in target.parent.glob(f".{name}.*"):
        half.unlink(missing_ok=True)
    if target.exists():
        copies.check(target)
    else:
        must_have_room(settings, target.parent, scratch.size_of(settings.database))
        try:
            copies.make(settings.database, target)
        except OSError as problem:
            raise no_room(problem) from problem
    return measured(target)


def no_room(problem: OSError) -> Exception:
    """What people are told when the disk took no more while a copy was written."""
    if problem.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return problem
    return Unavailable(
        say("The disk was full before the copy was whole: nothing is left of it."),
        code="DISK_FULL",
    )


def measured(path: Path) -> Copied:
    digest = copies.checksum_file(path).read_text().split()[0]
    return Copied(path.stat().st_size, digest)


def must_have_room(settings: Settings, where: Path, bytes_needed: int) -> None:
    """Raises Unavailable when the disk would be nearly full afterwards."""
    where.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(where).free
    if free < bytes_needed + settings.low_disk_bytes:
        raise Unavailable(
            say(
                "Not enough room: {needed} MB are needed and {free} MB are free.",
                needed=(bytes_needed + settings.low_disk_bytes) // 1_000_000,
                free=free // 1_000_000,
            ),
            code="DISK_FULL",
        )


def copy_to_second(settings: Settings, name: str) -> None:
    """The copy and its checksum in the second folder, whole or not at all. Raises CopyFailed,
    Unavailable, OSError."""
    assert settings.second_backup_dir is not None
    source, target = path_of(settings, name), settings.second_backup_dir / name
    must_have_room(settings, target.parent, source.stat().st_size)
    aside = target.with_name(f".{name}.{os.getpid()}")
    try:
        shutil.copyfile(source, aside)
        copies.sync(aside)
        shutil.copyfile(copies.checksum_file(source), copies.checksum_file(target))
        aside.rename(target)
        copies.sync(target.parent)
        copies.check(target)
    except OSError as problem:
        raise no_room(problem) from problem
    finally:
        aside.unlink(missing_ok=True)
        if not target.exists():
            copies.checksum_file(target).unlink(missing_ok=True)


def remove(settings: Settings, name: str) -> None:
    """The file first, its checksum after it, in both folders."""
    for where in (folder(settings), settings.second_backup_dir):
        if where is not None:
            path = where / name
            path.unlink(missing_ok=True)
            copies.checksum_file(path).unlink(missing_ok=True)


def found(settings: Settings, known: set[str]) -> dict[str, tuple[Copied, datetime]]:
    """Whole copies in the folder that nobody here has made, with the moment of their making."""
    end = copies.suffix_for(settings.database)
    strangers = {}
    for path in sorted(folder(settings).glob(f"*{end}")):
        if path.name in known or path.name.startswith(".") or not path.is_file():
            continue
        try:
            copies.check(path)
        except (CopyFailed, OSError):
            continue
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        strangers[path.name] = (measured(path), made_at)
    return strangers
